#pragma once
/// \file  The least encoder, head, task and agent of a user's own: they have what the concepts ask for, and no more.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/mse_loss.h>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/agent/metrics.hpp>
#include <hpo/agent/predictions.hpp>
#include <hpo/agent/task.hpp>
#include <hpo/agent/tokens.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/data/split.hpp>
#include <hpo/nn/layers/embedding.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/train/collate.hpp>
#include <hpo/train/evaluate.hpp>

namespace hpo::test {

// [data]
/// [data] of a task that predicts a number: the files, and the column of the number.
struct RatingSection {
  data::SourceOptions source;
  std::string rating = "rating";
};
template <class Visitor>
void describe(Visitor& v, RatingSection& o) {
  describe(v, o.source);
  v.field("rating", o.rating, "column of the number", not_empty);
}

/// Shapes   tokens [B, T], ratings [B].
struct RatingBatch {
  nn::TokenBatch tokens;
  at::Tensor ratings;
};

/// Some of the texts, as fit() and evaluate() take them.
struct RatingRows {
  const data::TokenStore* tokens;
  std::vector<std::size_t> which;
  std::vector<float> ratings;
  std::int64_t pad_id;
  std::vector<std::int32_t> token_counts;

  std::span<const std::int32_t> lengths() const { return token_counts; }
  RatingBatch batch(std::span<const std::size_t> rows, at::Device device) const {
    std::vector<std::size_t> stored;
    const at::Tensor numbers = at::empty({static_cast<std::int64_t>(rows.size())});
    for (const std::size_t row : rows) {
      numbers.data_ptr<float>()[stored.size()] = ratings[row];
      stored.push_back(which[row]);
    }
    return {train::collate(*tokens, stored, pad_id, device), numbers.to(device)};
  }
};

/// All texts with their numbers, and what the library asks of a task's data.
struct RatingData {
  std::vector<data::ClassificationExample> examples;  // of which the text is used
  std::vector<float> ratings;
  std::shared_ptr<const data::TokenStore> tokens;
  data::Split split;
  std::vector<std::string> notes;
  std::string hash;

  RatingRows rows(const std::vector<std::size_t>& which, std::int64_t pad_id) const {
    RatingRows chosen{tokens.get(), which, {}, pad_id, {}};
    for (const std::size_t row : which) {
      chosen.ratings.push_back(ratings[row]);
      chosen.token_counts.push_back(static_cast<std::int32_t>(tokens->ids(row).size()));
    }
    return chosen;
  }
};
// [data]

// [task]
/// What the evaluator counts.
struct Errors {
  double squares = 0;
  std::int64_t rows = 0;
};

struct MeanSquaredError {
  static constexpr std::string_view name = "mse";
  static constexpr storage::Direction direction = storage::Direction::minimize;
  static double of(const Errors& errors) { return errors.squares / static_cast<double>(errors.rows); }
};

/// A text has a number, such as how severe the fault is that it reports.
class RatingTask {
 public:
  using Section = RatingSection;
  using Data = RatingData;
  using Tally = Errors;
  using Metrics = TypeList<MeanSquaredError>;
  static constexpr std::string_view pipeline_tag = "text-classification";  // Hugging Face has no tag for numbers

  RatingTask(const Data&, std::string metric) : metric_(std::move(metric)) {}

  static Data read(const Section& section, std::int64_t seed) {
    Data data = read_rows(section.source.train, section, data::Labels::required);
    data.split = data::split_rows(data.examples.size(), {}, {}, {.valid_fraction = 0.25}, seed);
    data.hash = agent::hash_of(section.source);
    return data;
  }
  static Data read_file(const std::filesystem::path& file, const Section& section, const Json&, data::Labels labels) {
    Data data = read_rows(file, section, labels);
    for (std::size_t row = 0; row < data.examples.size(); ++row) data.split.valid.push_back(row);
    return data;
  }
  static void tokenize(Data& data, const text::Tokenizer& tokenizer, const agent::EncoderSection& section,
                       const std::filesystem::path& cache) {
    data.tokens =
        agent::tokens_of(tokenizer, std::span<const data::ClassificationExample>(data.examples), section, cache);
  }

  static void configure(nn::HasNumLabels auto& head, const Data&) { head.num_labels = 1; }
  static void write_config(Json& config, const Data&, bool) { config["problem_type"] = "regression"; }
  static Json to_json(const Data&) { return Json::object(); }

  at::Tensor loss(const at::Tensor& output, const RatingBatch& batch) const {
    return at::mse_loss(output.select(1, 0), batch.ratings);
  }

  struct Evaluator {
    std::string metric;
    Errors errors{};
    void add(std::span<const std::size_t> rows, const at::Tensor& output, const RatingBatch& batch) {
      errors.squares += output.select(1, 0).sub(batch.ratings).square().sum().item<double>();
      errors.rows += static_cast<std::int64_t>(rows.size());
    }
    train::Scores scores() const { return agent::score(Metrics{}, metric, errors); }
  };
  Evaluator evaluator(const RatingRows&) const { return {metric_}; }

  template <class Model>
  std::size_t predict(Model& model, const RatingRows& rows, const Data& data, std::int64_t batch_size,
                      const std::filesystem::path& output) const {
    std::vector<double> said(data.examples.size());
    train::for_each_output(model, rows, batch_size, {}, [&](auto batch_rows, const at::Tensor& numbers, const auto&) {
      for (std::size_t i = 0; i < batch_rows.size(); ++i)
        said[batch_rows[i]] = numbers[static_cast<std::int64_t>(i)][0].template item<double>();
    });
    agent::PredictionFile file(output, {"row", "rating"});
    for (std::size_t row = 0; row < said.size(); ++row) file.add({data.examples[row].row, said[row]}, Json::object());
    file.write();
    return said.size();
  }

 private:
  static Data read_rows(const std::filesystem::path& file, const Section& section, data::Labels labels) {
    const auto table =
        data::read_table(file, section.source,
                         {{"data.text", "text"}, {"data.rating", section.rating, labels == data::Labels::required}});
    Data data;
    for (const auto& row : table.rows) {
      data.examples.push_back({.text = row.cells[0], .row = row.number});
      data.ratings.push_back(table.present[1] ? std::stof(row.cells[1]) : 0.0F);
    }
    return data;
  }

  std::string metric_;
};
// [task]
static_assert(agent::Task<RatingTask>);

/// An encoder that looks its ids up.
struct LookupEncoder : torch::nn::Module {
  struct Config {
    std::int64_t vocabulary = 0, width = 0;
    static Config parse(const Json& json, std::string_view) {
      return {json.at("vocab_size").get<std::int64_t>(), json.at("width").get<std::int64_t>()};
    }
  };
  static constexpr std::array model_types{std::string_view("lookup")};
  static constexpr std::string_view prefix = "lookup";
  LookupEncoder(const Config& config, const at::TensorOptions& tensors)
      : width(config.width),
        table(register_module(
            "table", std::make_shared<nn::Embedding>(config.vocabulary, width, nn::Embedding::Options{}, tensors))) {}
  at::Tensor forward(const nn::TokenBatch& batch, const nn::Pass&) const { return table->forward(batch.input_ids); }
  std::int64_t hidden_size() const { return width; }
  std::int64_t max_length() const { return nn::any_length; }
  std::int64_t vocab_size() const { return table->count(); }
  std::int64_t pad_id() const { return 0; }
  std::int64_t layers() const { return 0; }
  void freeze(const nn::FreezeOptions& options) {
    nn::freeze(options, {table.get()}, std::vector<std::shared_ptr<nn::Embedding>>{});
  }

  std::int64_t width;
  std::shared_ptr<nn::Embedding> table;
};
static_assert(nn::FreezableEncoder<LookupEncoder>);

/// A head that adds up the real tokens of a row.
struct SumHead : torch::nn::Module {
  struct Options {
    std::int64_t num_labels = 2;
  };
  SumHead(const Options& options, std::int64_t width, const at::TensorOptions& tensors)
      : linear(register_module("sum", std::make_shared<nn::Linear>(width, options.num_labels, tensors))) {}
  at::Tensor forward(const at::Tensor& hidden, const nn::TokenBatch& batch, const nn::Pass& pass) const {
    return linear->forward(hidden.mul(batch.attention_mask.unsqueeze(-1)).sum(1), pass);
  }
  std::int64_t input_width() const { return linear->in_features(); }

  std::shared_ptr<nn::Linear> linear;
};
static_assert(nn::Head<SumHead>);

// [agent]
struct Rater {
  static constexpr std::string_view name = "rater";
  using Models = TypeList<nn::TaskModel<LookupEncoder, SumHead>>;
  using Task = RatingTask;
  static constexpr auto space =
      space::of(space::real<"optim.lr">(1e-3, 1e-1).log(), space::real<"optim.weight_decay">(0.0, 0.1));
  using Consumers = TypeList<agent::AdamWParams>;
};
// [agent]
static_assert(agent::Agent<Rater>);

}  // namespace hpo::test
