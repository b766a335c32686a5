// Mirrors include/hpo/agent/model_source.hpp and export.hpp.
#include <hpo/agent/export.hpp>
#include <hpo/agent/model_source.hpp>
#include <hpo/testing/tensors.hpp>

#include "archetypes.hpp"
#include "model_folder.hpp"

#include "../check.hpp"

namespace hpo::agent {
namespace {

using Rated = nn::TaskModel<test::LookupEncoder, test::SumHead>;

EncoderSection section_of(const std::filesystem::path& folder, std::string init) {
  EncoderSection section;
  section.model = folder.string();
  section.init = std::move(init);
  return section;
}

TrialSetup<Rated> setup_of(std::int64_t labels) {
  TrialSetup<Rated> setup{.train = {}, .encoder = {.vocabulary = 359, .width = 8}};
  setup.head.num_labels = labels;
  return setup;
}

at::Tensor weight(const torch::nn::Module& model, const std::string& name) {
  return model.named_parameters()[name].detach();
}

ExportFiles files_of(const std::filesystem::path& folder) {
  ExportFiles files{.config = checkpoint::read_json_object(folder / "config.json"), .card = "# a model\n"};
  files.record.agent = "rater";
  files.tokenizer = {folder / "vocab.txt"};
  return files;
}

std::string refusal(const auto& call) {
  try {
    call();
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST_SUITE("agent/model_source") {
  TEST_CASE("without weights all is new, and depends on the seed and the trial") {
    const test::TemporaryFolder folder;
    const auto source = ModelSource::open(section_of(test::lookup_folder(folder), "random"));
    CHECK_FALSE(source.has_weights());
    CHECK(source.model_type() == "lookup");
    const auto one = source.build<Rated>(setup_of(1), 7, 0, at::kCPU),
               same = source.build<Rated>(setup_of(1), 7, 0, at::kCPU),
               other = source.build<Rated>(setup_of(1), 7, 1, at::kCPU);
    CHECK(weight(*one, "lookup.table.weight").equal(weight(*same, "lookup.table.weight")));
    CHECK_FALSE(weight(*one, "lookup.table.weight").equal(weight(*other, "lookup.table.weight")));
    CHECK(refusal([&] {
            (void)source.restore<Rated>(setup_of(1), at::kCPU);
          }).find("expected a trained model, got a folder without weights") != std::string::npos);
  }
  TEST_CASE("an exported model comes back bit by bit; a head of another shape is new, the encoder is not") {
    const test::TemporaryFolder folder;
    const auto plain = test::lookup_folder(folder);
    const auto trained = ModelSource::open(section_of(plain, "random")).build<Rated>(setup_of(2), 7, 0, at::kCPU);
    export_model(folder / "trained", *trained, files_of(plain));

    const auto source = ModelSource::open(section_of(folder / "trained", "checkpoint"));
    REQUIRE(source.has_weights());
    const auto restored = source.restore<Rated>(setup_of(2), at::kCPU);
    for (const auto& parameter : trained->named_parameters())
      CHECK_MESSAGE(weight(*restored, parameter.key()).equal(parameter.value()), parameter.key());
    CHECK(refusal([&] { (void)source.restore<Rated>(setup_of(3), at::kCPU); }) != "");

    std::string report;
    const auto wider = source.build<Rated>(setup_of(3), 7, 0, at::kCPU, &report);
    CHECK(weight(*wider, "lookup.table.weight").equal(weight(*trained, "lookup.table.weight")));
    CHECK(weight(*wider, "sum.weight").size(0) == 3);
    CHECK(report.find("sum.weight") != std::string::npos);
  }
  TEST_CASE("a folder without the encoder's weights is refused: it would be trained from noise") {
    const test::TemporaryFolder folder;
    const auto plain = test::lookup_folder(folder);
    const auto whole = ModelSource::open(section_of(plain, "random")).build<Rated>(setup_of(2), 7, 0, at::kCPU);
    export_model(folder / "head", whole->head(), files_of(plain));
    const auto source = ModelSource::open(section_of(folder / "head", "checkpoint"));
    CHECK(refusal([&] { (void)source.build<Rated>(setup_of(2), 7, 0, at::kCPU); }).find("lookup.table.weight") !=
          std::string::npos);
  }
  TEST_CASE("what is no model folder, or says no family, is refused") {
    const test::TemporaryFolder folder;
    CHECK(refusal([&] {
            (void)ModelSource::open(section_of(folder / "none", "random"));
          }).find("encoder.model: expected a model folder, got nothing there") != std::string::npos);
    test::write_text(folder / "file", "x");
    CHECK(refusal([&] {
            (void)ModelSource::open(section_of(folder / "file", "random"));
          }).find("encoder.model: expected a model folder, got a file") != std::string::npos);
    test::write_text(folder / "odd/config.json", R"({"model_type": 3})");
    const auto odd = ModelSource::open(section_of(folder / "odd", "random"));
    CHECK(refusal([&] { (void)odd.model_type(); }).find("model_type: expected a word, got 3") != std::string::npos);
    test::write_text(folder / "gpt/config.json", R"({"model_type": "gpt2"})");
    const auto gpt = ModelSource::open(section_of(folder / "gpt", "random"));
    CHECK(refusal([&] {
            (void)gpt.visit<test::Rater>([]<class M>(const auto&) { return 0; });
          }).find("model_type: no model is called 'gpt2'") != std::string::npos);
  }
  TEST_CASE("the family's configuration is read from config.json") {
    const test::TemporaryFolder folder;
    const auto source = ModelSource::open(section_of(test::lookup_folder(folder), "random"));
    const auto width = source.visit<test::Rater>([]<class M>(const auto& config) {
      static_assert(std::same_as<M, Rated>);
      return config.width;
    });
    CHECK(width == 8);
  }
  TEST_CASE("an export takes the place of an older one whole, or not at all") {
    const test::TemporaryFolder folder;
    const auto plain = test::lookup_folder(folder);
    const auto source = ModelSource::open(section_of(plain, "random"));
    const auto first = source.build<Rated>(setup_of(2), 7, 0, at::kCPU),
               second = source.build<Rated>(setup_of(2), 7, 1, at::kCPU);
    const auto where = folder / "out/model";
    export_model(where, *first, files_of(plain));
    for (const char* name : {"config.json", "model.safetensors", "vocab.txt", "README.md", "hpo.json"})
      CHECK_MESSAGE(std::filesystem::exists(where / name), name);
    CHECK(read_record(where).agent == "rater");

    auto broken = files_of(plain);
    broken.tokenizer.push_back(folder / "missing.txt");
    CHECK(refusal([&] { export_model(where, *second, broken); }).find("missing.txt") != std::string::npos);
    const auto kept = ModelSource::open(section_of(where, "checkpoint")).restore<Rated>(setup_of(2), at::kCPU);
    CHECK(weight(*kept, "sum.weight").equal(weight(*first, "sum.weight")));
    CHECK_FALSE(std::filesystem::exists(where.string() + ".new"));

    export_model(where, *second, files_of(plain));
    const auto replaced = ModelSource::open(section_of(where, "checkpoint")).restore<Rated>(setup_of(2), at::kCPU);
    CHECK(weight(*replaced, "sum.weight").equal(weight(*second, "sum.weight")));
  }
}

}  // namespace
}  // namespace hpo::agent
