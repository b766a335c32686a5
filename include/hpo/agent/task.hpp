#pragma once
/// \file  The Task concept: what an agent learns, from the rows of its files to the predictions of its models.
/// Layer `agent`, tier 2.
///
/// agent::ClassificationTask and agent::SpanExtractionTask are two; docs/own_agent.md shows one of a user's own.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/agent/metrics.hpp>
#include <hpo/agent/options.hpp>
#include <hpo/agent/section.hpp>
#include <hpo/core/json.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/text/tokenizer.hpp>
#include <hpo/train/concepts.hpp>

namespace hpo::agent {

/// All examples of a data set. `split` has the numbers of those that train, validate and test; `notes` is what a user
/// should know of them, a line each; `hash` names their content. Once they are tokenized, `rows(which, pad_id)` gives
/// those examples as fit() and evaluate() take them; they may point into the data.
///
/// Meaning the compiler cannot check (hpo/testing/task_contract.hpp does): every example is in one part of the split;
/// `rows()` holds what was asked for and nothing else, in batches that are padded with `pad_id`; moved data is as good
/// as it was.
template <class D>
concept TaskData =
    std::movable<D> && requires(D& data, const D& read, const std::vector<std::size_t>& which, std::int64_t pad_id) {
      { read.split } -> std::convertible_to<const data::Split&>;
      { data.notes } -> std::same_as<std::vector<std::string>&>;
      { read.hash } -> std::convertible_to<std::string>;
      { read.rows(which, pad_id) } -> train::Dataset;
    };

/// `T::Data`: the examples.
template <class T>
concept HasData = requires { typename T::Data; } && TaskData<typename T::Data>;

/// `read`: the files of [data], split. `read_file`: one file for a trained model, whose examples all are in
/// `split.valid`; `task` is what to_json() said at the training, and predictions need no labels.
///
/// Meaning the compiler cannot check (hpo/testing/task_contract.hpp does): equal seeds read the same examples and the
/// same split; what cannot be read is refused with a DataError or a ConfigError.
template <class T>
concept ReadsData = HasSection<T> && HasData<T> &&
                    requires(const typename T::Section& section, std::int64_t seed, const std::filesystem::path& file,
                             const Json& task, data::Labels labels) {
                      { T::read(section, seed) } -> std::same_as<typename T::Data>;
                      { T::read_file(file, section, task, labels) } -> std::same_as<typename T::Data>;
                    };

/// `tokenize`: gives the examples their tokens; `cache` is a folder where they may be kept, or empty.
///
/// Meaning the compiler cannot check (hpo/testing/task_contract.hpp does): no row has more than
/// `section.max_length` tokens; tokens from the cache are those that would be made without it.
template <class T>
concept Tokenizes = requires(typename T::Data& data, const text::Tokenizer& tokenizer, const EncoderSection& section,
                             const std::filesystem::path& cache) { T::tokenize(data, tokenizer, section, cache); };

/// `Tally` is what the evaluator of the task counts, `Metrics` a TypeList of what is worked out from it, the default
/// first. A task is made for its data and the name of the metric that counts.
template <class T>
concept HasMetrics =
    HasNamedMetrics<T> && requires { typename T::Tally; } && MetricsOf<typename T::Metrics, typename T::Tally> &&
    std::constructible_from<T, const typename T::Data&, std::string>;

/// What a trained model's folder says of its task. `pipeline_tag`: Hugging Face's name of it, for the card.
/// `write_config`: changes the encoder's config.json, `is_transformers_head` tells whether transformers has the head.
/// `to_json`: what read_file() will need.
template <class T>
concept DescribesModel = requires(Json& config, const typename T::Data& data, bool is_transformers_head) {
  { T::pipeline_tag } -> std::convertible_to<std::string_view>;
  T::write_config(config, data, is_transformers_head);
  { T::to_json(data) } -> std::convertible_to<Json>;
};

/// Everything that does not depend on the model. See TaskFor for the rest.
template <class T>
concept Task = ReadsData<T> && Tokenizes<T> && HasMetrics<T> && DescribesModel<T>;

/// The rows of a task's data.
template <HasData T>
using RowsOf = decltype(std::declval<const typename T::Data&>().rows(std::declval<const std::vector<std::size_t>&>(),
                                                                     std::int64_t{}));

/// `configure`: writes what the data decide into the head's options, such as the number of classes.
template <class T, class Head>
concept ConfiguresHead =
    requires(typename Head::Options& options, const typename T::Data& data) { T::configure(options, data); };

/// `predict`: writes what the model says about every example, a line each, and returns their number.
///
/// Meaning the compiler cannot check (hpo/testing/task_contract.hpp does): there is a line for every example, in their
/// order, and equal models write equal files.
template <class T, class Model>
concept Predicts = requires(const T& task, Model& model, const RowsOf<T>& rows, const typename T::Data& data,
                            std::int64_t batch_size, const std::filesystem::path& output) {
  { task.predict(model, rows, data, batch_size, output) } -> std::convertible_to<std::size_t>;
};

/// A task that this model can learn: it configures the model's head, has a loss and an evaluator for its output, and
/// writes its predictions.
template <class T, class Model>
concept TaskFor = Task<T> && ConfiguresHead<T, typename Model::HeadType> && train::ObjectiveFor<T, Model, RowsOf<T>> &&
                  Predicts<T, Model>;

}  // namespace hpo::agent
