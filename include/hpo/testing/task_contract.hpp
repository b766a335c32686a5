#pragma once
/// \file  What every Task must do and the compiler cannot see: obeys_task_contract<MyTask, MyModel>(section, folder).
/// Layer `testing`, tier 3.

#include <hpo/testing/torch_check.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <hpo/agent/task.hpp>
#include <hpo/checkpoint/folder.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/reinitialize.hpp>
#include <hpo/testing/temporary_folder.hpp>
#include <hpo/testing/tensors.hpp>
#include <hpo/text/tokenizer.hpp>
#include <hpo/train/evaluate.hpp>

namespace hpo::testing {

/// [encoder] with windows of so many tokens.
inline agent::EncoderSection windows_of(std::int64_t max_length) {
  agent::EncoderSection section;
  section.max_length = max_length;
  section.stride = 2;
  return section;
}

/// The parts of a split, one behind the other.
inline std::vector<std::size_t> all_parts(const data::Split& split) {
  std::vector<std::size_t> all = split.train;
  all.insert(all.end(), split.valid.begin(), split.valid.end());
  all.insert(all.end(), split.test.begin(), split.test.end());
  return all;
}

/// Equal seeds read the same; every example is in one part; what is not there is refused.
template <agent::ReadsData T>
void reads_what_is_there(const typename T::Section& section) {
  const auto data = T::read(section, 7), again = T::read(section, 7);
  const data::Split& split = data.split;
  DOCTEST_CHECK(split == again.split);
  DOCTEST_CHECK(data.hash == again.hash);
  DOCTEST_CHECK_FALSE(data.hash.empty());
  DOCTEST_CHECK_FALSE(split.train.empty());
  DOCTEST_CHECK_FALSE(split.valid.empty());
  auto all = all_parts(split);
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) DOCTEST_CHECK(all[i] == i);

  auto elsewhere = section;
  elsewhere.source.train += ".missing";
  try {
    static_cast<void>(T::read(elsewhere, 7));
    DOCTEST_FAIL_CHECK("a file that is not there was read");
  } catch (const DataError&) {
  } catch (const ConfigError&) {
  }
}

/// Rows have no more tokens than they may; the cache gives back what was made.
template <agent::Tokenizes T>
void tokenizes_within_limits(const typename T::Section& section, const text::Tokenizer& tokenizer) {
  const TemporaryFolder cache;
  const auto lengths = [&](std::int64_t max_length, const std::filesystem::path& folder) {
    auto data = T::read(section, 7);
    T::tokenize(data, tokenizer, windows_of(max_length), folder);
    const auto rows = data.rows(all_parts(data.split), 0);
    const std::span<const std::int32_t> found = rows.lengths();
    return std::vector<std::int32_t>(found.begin(), found.end());
  };
  for (const std::int64_t max_length : {24, 64}) {
    DOCTEST_CAPTURE(max_length);
    const auto made = lengths(max_length, {});
    for (const auto length : made) DOCTEST_CHECK((length > 0 && length <= max_length));
    DOCTEST_CHECK(lengths(max_length, cache.path()) == made);
    DOCTEST_CHECK(lengths(max_length, cache.path()) == made);  // now from the cache
  }
}

/// rows() holds what was asked for, padded as said, and so does moved data.
template <agent::TaskData D>
void gives_the_rows_asked_for(D& data) {
  constexpr std::int64_t pad_id = 3;
  const auto count = [&](const std::vector<std::size_t>& which) {
    const auto rows = data.rows(which, pad_id);
    return std::span<const std::int32_t>(rows.lengths()).size();
  };
  const auto all = all_parts(data.split);
  DOCTEST_CHECK(count({}) == 0);
  DOCTEST_CHECK(count(data.split.valid) >= data.split.valid.size());
  DOCTEST_CHECK(count(all) == count(data.split.train) + count(data.split.valid) + count(data.split.test));

  const auto check = [&](const D& read) {
    const auto rows = read.rows(all, pad_id);
    const std::span<const std::int32_t> lengths = rows.lengths();
    std::vector<std::size_t> every(lengths.size());
    for (std::size_t row = 0; row < every.size(); ++row) every[row] = row;
    const nn::TokenBatch together = rows.batch(every, at::kCPU).tokens;
    DOCTEST_REQUIRE(together.input_ids.size(0) == static_cast<std::int64_t>(lengths.size()));
    DOCTEST_CHECK(together.input_ids.size(1) == *std::ranges::max_element(lengths));
    for (const std::size_t row : every) {
      const auto i = static_cast<std::int64_t>(row);
      DOCTEST_CHECK(together.attention_mask[i].sum().item<std::int64_t>() == lengths[row]);
      DOCTEST_CHECK(together.input_ids[i]
                        .narrow(0, lengths[row], together.input_ids.size(1) - lengths[row])
                        .eq(pad_id)
                        .all()
                        .template item<bool>());
      const std::size_t one[] = {row};
      const nn::TokenBatch alone = rows.batch(one, at::kCPU).tokens;
      DOCTEST_CHECK(alone.input_ids[0].equal(together.input_ids[i].narrow(0, 0, lengths[row])));
    }
    return together.input_ids;
  };
  const at::Tensor before = check(data);
  D moved = std::move(data);
  DOCTEST_CHECK(check(moved).equal(before));
  data = std::move(moved);
}

inline double number_in(const at::Tensor& scalar) {
  return scalar.item<double>();
}

/// The model of a task, with initial values.
template <agent::Task T, class Model>
std::shared_ptr<Model> model_for(const typename T::Data& data, const std::filesystem::path& folder) {
  typename Model::HeadType::Options head{};
  T::configure(head, data);
  const auto path = folder / "config.json";
  auto model = std::make_shared<Model>(
      Model::EncoderType::Config::parse(checkpoint::read_json_object(path), path.string()), head);
  placement::place(*model, placement::Reinitialize{.names = {"*"}, .seed = 7}, at::kCPU);
  return model;
}

/// The loss is a mean over rows and has gradients; every metric has its value, in batches of whatever size.
template <agent::Task T, class Model>
  requires agent::TaskFor<T, Model>
void scores_every_metric(const typename T::Data& data, Model& model) {
  const auto rows = data.rows(data.split.valid, model.encoder().pad_id());
  const auto names = agent::metric_names(typename T::Metrics{});
  const T task(data, names.back());
  const auto loss = [&](const std::vector<std::size_t>& which) {
    const auto batch = rows.batch(which, at::kCPU);
    return at::Tensor(task.loss(model.forward(batch.tokens, nn::Pass{}), batch));
  };
  const at::Tensor first = loss({0});
  DOCTEST_REQUIRE(first.dim() == 0);
  DOCTEST_CHECK(first.requires_grad());
  DOCTEST_CHECK(first.isfinite().item<bool>());
  const std::size_t last = std::span<const std::int32_t>(rows.lengths()).size() - 1;
  const double mean = (2 * number_in(first) + number_in(loss({last}))) / 3;
  DOCTEST_CHECK(number_in(loss({0, 0, last})) == doctest::Approx(mean).epsilon(1e-4));

  const auto scores = train::evaluate(model, task, rows, 3), again = train::evaluate(model, task, rows, 64);
  DOCTEST_REQUIRE(scores->all.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    DOCTEST_CHECK(scores->all[i].first == names[i]);
    DOCTEST_CHECK(scores->all[i].second == doctest::Approx(again->all[i].second).epsilon(1e-4));
  }
  DOCTEST_CHECK(scores->metric == scores->all.back().second);
}

/// What to_json() said is enough to read a file for a trained model, and to say something about each of its examples.
template <agent::Task T, class Model>
  requires agent::TaskFor<T, Model>
void predicts_every_example(const typename T::Data& data, const typename T::Section& section,
                            const text::Tokenizer& tokenizer, Model& model) {
  const Json said = T::to_json(data);
  auto read = T::read_file(section.source.train, section, Json::parse(said.dump()), data::Labels::optional);
  DOCTEST_CHECK(T::to_json(read) == said);
  DOCTEST_CHECK(all_parts(read.split).size() == read.split.valid.size());
  if (section.source.valid.empty() && section.source.test.empty())
    DOCTEST_CHECK(read.split.valid.size() == all_parts(data.split).size());

  T::tokenize(read, tokenizer, windows_of(64), {});
  const auto rows = read.rows(read.split.valid, model.encoder().pad_id());
  const T task(read, agent::metric_names(typename T::Metrics{}).front());
  const TemporaryFolder folder;
  const auto predicted = [&](std::int64_t batch_size) {
    const auto file = folder / concat("said-", batch_size, ".jsonl");
    DOCTEST_CHECK(task.predict(model, rows, read, batch_size, file) == read.split.valid.size());
    std::vector<Json> lines;
    std::istringstream text(read_file<DataError>(file));
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  };
  const auto lines = predicted(1), again = predicted(16);
  DOCTEST_CHECK(lines.size() == read.split.valid.size());
  DOCTEST_REQUIRE(lines.size() == again.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    DOCTEST_CHECK(lines[i].size() > 0);
    for (const auto& [key, value] : lines[i].items())  // numbers may differ in their last bits
      DOCTEST_CHECK((value.is_structured() || value.is_number_float() || again[i].at(key) == value));
  }
}

/// config.json keeps what it says of the encoder.
template <agent::DescribesModel T>
void describes_its_model(const typename T::Data& data, const Json& config) {
  DOCTEST_CHECK_FALSE(std::string_view(T::pipeline_tag).empty());
  for (const bool is_transformers_head : {true, false}) {
    Json written = config;
    T::write_config(written, data, is_transformers_head);
    for (const auto& [key, value] : config.items())
      if (key != "architectures") DOCTEST_CHECK_MESSAGE(written.at(key) == value, key);
  }
}

/// `section`: names a small file in `source.train`, with five rows or more. `folder`: config.json of a small encoder of
/// the model's family, and a tokenizer. Runs the contract.
template <agent::Task T, class Model>
  requires agent::TaskFor<T, Model>
void obeys_task_contract(const typename T::Section& section, const std::filesystem::path& folder) {
  reads_what_is_there<T>(section);
  const auto tokenizer = text::Tokenizer::load(folder);
  tokenizes_within_limits<T>(section, tokenizer);
  auto data = T::read(section, 7);
  T::tokenize(data, tokenizer, windows_of(64), {});
  gives_the_rows_asked_for(data);
  const auto model = model_for<T, Model>(data, folder);
  scores_every_metric<T>(data, *model);
  predicts_every_example<T>(data, section, tokenizer, *model);
  describes_its_model<T>(data, checkpoint::read_json_object(folder / "config.json"));
}

}  // namespace hpo::testing
