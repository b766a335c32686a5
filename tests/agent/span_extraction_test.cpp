// Mirrors include/hpo/agent/span_extraction.hpp.
#include <hpo/agent/span_extraction.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/testing/metric_contract.hpp>
#include <hpo/testing/task_contract.hpp>

#include "archetypes.hpp"
#include "model_folder.hpp"

#include "../check.hpp"

namespace hpo::agent {
namespace {

using Finding = SpanExtractionTask<TypeList<TokenF1, ExactMatch>>;
using Model = nn::TaskModel<test::LookupEncoder, nn::SpanHead>;
static_assert(TaskFor<Finding, Model>);

data::SpanDataOptions section_of(const std::string& file) {
  data::SpanDataOptions section;
  section.source.train = file;
  return section;
}

train::AnswerTally tally(std::string_view said) {
  train::AnswerTally tally;
  const std::string truth[] = {"the green pump"};
  tally.add(said, truth);
  return tally;
}

TEST_SUITE("agent/span_extraction") {
  TEST_CASE("span extraction obeys the contract of tasks, its metrics that of metrics") {
    const test::TemporaryFolder folder;
    test::obeys_task_contract<Finding, Model>(section_of(test::answered_notes(folder)), test::lookup_folder(folder));
    test::obeys_metric_contract<TokenF1>(std::vector{tally("day"), tally("pump"), tally("green pump")});
    test::obeys_metric_contract<ExactMatch>(std::vector{tally("pump"), tally("green pump")});
  }
  TEST_CASE("an example has several windows if its context is long, and all of them are its rows") {
    const test::TemporaryFolder folder;
    auto data = Finding::read(section_of(test::answered_notes(folder)), 1);
    const auto tokenizer = text::Tokenizer::load(test::lookup_folder(folder));
    EncoderSection section;
    section.max_length = 16;
    section.stride = 2;
    Finding::tokenize(data, tokenizer, section, {});
    const std::vector<std::size_t> one{3};
    const auto rows = data.rows(one, 0);
    CHECK(rows.size() > 1);
    for (const auto& window : rows.windows()) CHECK(window.example == 3);
    CHECK(data.unanswerable);
  }
  TEST_CASE("whether examples may be without an answer is remembered") {
    const test::TemporaryFolder folder;
    const auto tokenizer = text::Tokenizer::load(test::lookup_folder(folder));
    test::write_text(folder / "all.csv",
                     "context,question,answer\nthe pump leaks,what happens,leaks\nthe pump runs,what happens,runs\n");
    const auto section = section_of(folder / "all.csv");
    for (const bool unanswerable : {true, false}) {
      auto data =
          Finding::read_file(folder / "all.csv", section, {{"unanswerable", unanswerable}}, data::Labels::required);
      Finding::tokenize(data, tokenizer, {}, {});
      CHECK(data.unanswerable == unanswerable);
      CHECK(Finding::to_json(data) == Json{{"unanswerable", unanswerable}});
      CHECK(data.split.valid == std::vector<std::size_t>{0, 1});
    }
  }
  TEST_CASE("a prediction is the text between the likeliest start and end") {
    const test::TemporaryFolder folder;
    const auto model_folder = test::lookup_folder(folder);
    const auto tokenizer = text::Tokenizer::load(model_folder);
    test::write_text(folder / "one.csv", "context,question,answer,id\nthe pump leaks,what happens,leaks,x1\n");
    auto section = section_of(folder / "one.csv");
    section.columns.id = "id";
    auto data = Finding::read_file(folder / "one.csv", section, {{"unanswerable", false}}, data::Labels::optional);
    Finding::tokenize(data, tokenizer, {}, {});
    const auto model = test::model_for<Finding, Model>(data, model_folder);
    {
      const at::NoGradGuard no_grad;  // the word "pump" begins and ends answers
      for (auto& parameter : model->named_parameters()) parameter.value().zero_();
      model->named_parameters()["lookup.table.weight"][*tokenizer.id_of("pump")][0] = 1.0;
      model->named_parameters()["qa_outputs.weight"].select(1, 0).fill_(5.0);
    }
    const Finding task(data, "exact_match");
    CHECK(task.predict(*model, data.rows(data.split.valid, 0), data, 4, folder / "said.jsonl") == 1);
    const Json said = Json::parse(read_file<DataError>(folder / "said.jsonl"));
    CHECK(said.at("id") == "x1");
    CHECK(said.at("answer") == "pump");
    CHECK(said.at("start") == 4);
    CHECK(said.at("end") == 8);
  }
  TEST_CASE("config.json names transformers' class if it has the head") {
    Json config{{"model_type", "bert"}};
    Finding::write_config(config, {}, true);
    CHECK(config.at("architectures") == Json::array({"BertForQuestionAnswering"}));
    Finding::write_config(config, {}, false);
    CHECK(config.at("architectures") == Json::array({"BertModel"}));
  }
}

}  // namespace
}  // namespace hpo::agent
