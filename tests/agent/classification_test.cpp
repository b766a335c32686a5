// Mirrors include/hpo/agent/classification.hpp and class_tally.hpp.
#include <hpo/agent/classification.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/testing/metric_contract.hpp>
#include <hpo/testing/task_contract.hpp>

#include "archetypes.hpp"
#include "model_folder.hpp"

#include "../check.hpp"

namespace hpo::agent {
namespace {

using Sorting = ClassificationTask<TypeList<MacroF1, Accuracy, F1Of<"fault">>>;
using Model = nn::TaskModel<test::LookupEncoder, nn::ClassificationHead>;
static_assert(TaskFor<Sorting, Model>);
static_assert(!ConfiguresHead<Sorting, nn::SpanHead>);
static_assert(F1Of<"fault">::name == "f1_fault");

data::ClassificationDataOptions section_of(const std::string& file) {
  data::ClassificationDataOptions section;
  section.source.train = file;
  return section;
}

/// `right` of 4 rows of each class are predicted right.
ClassTally tally(std::int64_t right) {
  train::ConfusionMatrix matrix(2);
  for (std::int64_t row = 0; row < 4; ++row)
    for (std::int64_t c = 0; c < 2; ++c) matrix.add(c, row < right ? c : 1 - c);
  return {std::move(matrix), {{"fine", "fault"}}};
}

std::string refusal(const auto& call) {
  try {
    call();
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST_SUITE("agent/classification") {
  TEST_CASE("classification obeys the contract of tasks, its metrics that of metrics") {
    const test::TemporaryFolder folder;
    test::obeys_task_contract<Sorting, Model>(section_of(test::labelled_notes(folder)), test::lookup_folder(folder));
    const std::vector tallies{tally(1), tally(2), tally(4)};
    test::obeys_metric_contract<MacroF1>(tallies);
    test::obeys_metric_contract<Accuracy>(tallies);
    test::obeys_metric_contract<F1Of<"fault">>(tallies);
  }
  TEST_CASE("a tally counts by the names of its classes") {
    train::ConfusionMatrix matrix(2);
    for (int row = 0; row < 3; ++row) matrix.add(1, 0);
    matrix.add(0, 1);
    matrix.add(1, 1);
    const ClassTally named(matrix, {{"fine", "fault"}}), turned(matrix, {{"fault", "fine"}});
    CHECK(named.count("fault", "fine") == 3);
    CHECK(named.count("fine", "fault") == 1);
    CHECK(turned.count("fault", "fine") == 1);
    CHECK(named.of_class("fault").recall == 0.25);
    CHECK(turned.of_class("fault").recall == 0.0);
    CHECK(refusal([&] { (void)named.of_class("falt"); }) ==
          "metrics: no class is called 'falt'; did you mean 'fault'?; known: fine, fault");
    CHECK(refusal([&] { ClassTally(matrix, {{"fine"}}); }) == "metrics: expected a name for each of 2 classes, got 1");
  }
  TEST_CASE("a metric about a class that the data lack is refused before anything is trained") {
    const test::TemporaryFolder folder;
    const auto data = Sorting::read(section_of(test::labelled_notes(folder)), 1);
    CHECK_NOTHROW(Sorting(data, "f1_fault"));
    using Other = ClassificationTask<TypeList<MacroF1, F1Of<"broken">>>;
    CHECK(refusal([&] { Other(data, "macro_f1"); }).find("metrics: no class is called 'broken'") == 0);
  }
  TEST_CASE("rows, classes and parts are read, counted and told") {
    const test::TemporaryFolder folder;
    auto section = section_of(test::labelled_notes(folder));
    section.columns.classes = {"fine", "fault"};
    const auto data = Sorting::read(section, 1);
    CHECK(data.labels.names == std::vector<std::string>{"fine", "fault"});
    REQUIRE(data.notes.size() == 1);
    CHECK(data.notes[0] == concat("24 rows, 2 classes: ", data.split.train.size(), " train, ", data.split.valid.size(),
                                  " validate, 0 test"));
    section.split.valid_fraction = 0.0;
    CHECK(refusal([&] { (void)Sorting::read(section, 1); }) ==
          "data.valid_fraction: expected more than 0, or a file in data.valid, got 0");
  }
  TEST_CASE("a file for a trained model keeps the classes of the training, and needs no labels for predictions") {
    const test::TemporaryFolder folder;
    const auto section = section_of(test::labelled_notes(folder));
    const Json task{{"labels", {"fault", "fine"}}};
    test::write_text(folder / "new.csv", "text\nthe pump leaks\nthe pump runs\n");
    const auto data = Sorting::read_file(folder / "new.csv", section, task, data::Labels::optional);
    CHECK(data.labels.names == std::vector<std::string>{"fault", "fine"});
    CHECK(data.split.valid == std::vector<std::size_t>{0, 1});
    CHECK(refusal([&] { (void)Sorting::read_file(folder / "new.csv", section, task, data::Labels::required); }) != "");
    test::write_text(folder / "odd.csv", "text,label\nthe pump sings,song\n");
    CHECK(refusal([&] {
            (void)Sorting::read_file(folder / "odd.csv", section, task, data::Labels::required);
          }).find("'song'") != std::string::npos);
  }
  TEST_CASE("rows that were cut are told") {
    const test::TemporaryFolder folder;
    auto data = Sorting::read(section_of(test::labelled_notes(folder)), 1);
    const auto tokenizer = text::Tokenizer::load(test::lookup_folder(folder));
    EncoderSection section;
    section.max_length = 8;
    Sorting::tokenize(data, tokenizer, section, {});
    REQUIRE(data.notes.size() == 2);
    CHECK(data.notes[1] == "24 of 24 rows fill all 8 tokens (encoder.max_length) and may have been cut");
    section.max_length = 64;
    data.notes.clear();
    Sorting::tokenize(data, tokenizer, section, {});
    CHECK(data.notes.empty());
  }
  TEST_CASE("the head has a logit for each class, and config.json their names") {
    Sorting::Data data;
    data.labels.names = {"a", "b", "c"};
    nn::ClassificationOptions head;
    Sorting::configure(head, data);
    CHECK(head.num_labels == 3);
    Json config{{"model_type", "bert"}};
    Sorting::write_config(config, data, true);
    CHECK(config.at("id2label") == Json{{"0", "a"}, {"1", "b"}, {"2", "c"}});
    CHECK(config.at("architectures") == Json::array({"BertForSequenceClassification"}));
    Sorting::write_config(config, data, false);
    CHECK(config.at("architectures") == Json::array({"BertModel"}));
    CHECK(Sorting::to_json(data) == Json{{"labels", {"a", "b", "c"}}});
  }
  TEST_CASE("a prediction is the likeliest class with its probability") {
    const test::TemporaryFolder folder;
    auto data = Sorting::read(section_of(test::labelled_notes(folder)), 1);
    const auto model_folder = test::lookup_folder(folder);
    Sorting::tokenize(data, text::Tokenizer::load(model_folder), {}, {});
    const auto model = test::model_for<Sorting, Model>(data, model_folder);
    {
      const at::NoGradGuard no_grad;  // logits 0 and log 3, whatever the row
      for (auto& parameter : model->named_parameters()) parameter.value().zero_();
      model->named_parameters()["classifier.bias"][1] = std::log(3.0);
    }
    std::vector<std::size_t> all(data.examples.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const Sorting task(data, "macro_f1");
    CHECK(task.predict(*model, data.rows(all, 0), data, 5, folder / "said.jsonl") == 24);
    std::istringstream lines(read_file<DataError>(folder / "said.jsonl"));
    std::int64_t count = 0;
    for (std::string line; std::getline(lines, line);) {
      const Json said = Json::parse(line);
      CHECK(said.at("row") == ++count);
      CHECK(said.at("label") == data.labels.names[1]);
      CHECK(said.at("probability").get<double>() == doctest::Approx(0.75));
      CHECK(said.at("probabilities").at(data.labels.names[0]).get<double>() == doctest::Approx(0.25));
    }
    CHECK(count == 24);
  }
}

}  // namespace
}  // namespace hpo::agent
