#pragma once
/// \file  What a search improves: the Metric concept and the metrics of both tasks.
/// Layer `agent`. No torch.

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hpo/agent/class_tally.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/fixed_string.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/storage/trial.hpp>
#include <hpo/train/answer_metrics.hpp>
#include <hpo/train/classification_metrics.hpp>
#include <hpo/train/fit_result.hpp>

namespace hpo::agent {

/// What a configuration and a study need of a metric: its name and whether more is better.
template <class M>
concept NamedMetric = requires {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::direction } -> std::convertible_to<storage::Direction>;
};

/// A number that says how good a model is, worked out from a tally of its answers: for classification an
/// agent::ClassTally, for spans a train::AnswerTally. A metric of your own is a struct with these three members.
///
/// Meaning the compiler cannot check (hpo/testing/metric_contract.hpp does): equal tallies give equal numbers; better
/// answers give a better number in `direction`.
template <class M, class Tally>
concept Metric = NamedMetric<M> && requires(const Tally& tally) {
  { M::of(tally) } -> std::convertible_to<double>;
};

/// A metric of what a task counts: `T::Tally`.
template <class M, class T>
concept MetricFor = Metric<M, typename T::Tally>;

/// One type or more.
template <class List>
concept NotEmptyList = is_type_list<List> && (List::size > 0);

namespace detail {
template <class M>
struct IsNamed : std::bool_constant<NamedMetric<M>> {};

template <class Tally>
struct Measures {
  template <class M>
  struct Fits : std::bool_constant<Metric<M, Tally>> {};
};
}  // namespace detail

/// A TypeList of metrics of a tally, the default first. The compiler's message names the first that is none.
template <class List, class Tally>
concept MetricsOf =
    NotEmptyList<List> && Metric<typename FirstUnfit<detail::Measures<Tally>::template Fits, List>::type, Tally>;

/// `T::Metrics`: metrics of whatever tally; all that a configuration must know of a task's.
template <class T>
concept HasNamedMetrics = requires { typename T::Metrics; } && NotEmptyList<typename T::Metrics> &&
                          NamedMetric<typename FirstUnfit<detail::IsNamed, typename T::Metrics>::type>;

/// Unweighted mean of the classes' F1.
struct MacroF1 {
  static constexpr std::string_view name = "macro_f1";
  static constexpr storage::Direction direction = storage::Direction::maximize;
  static double of(const train::ConfusionMatrix& matrix) { return matrix.macro_f1(); }
};

/// Fraction of rows predicted right.
struct Accuracy {
  static constexpr std::string_view name = "accuracy";
  static constexpr storage::Direction direction = storage::Direction::maximize;
  static double of(const train::ConfusionMatrix& matrix) { return matrix.accuracy(); }
};

/// F1 of the class of that name: `F1Of<"fault">` is called "f1_fault".
template <FixedString Class>
struct F1Of {
  static constexpr FixedString full_name = FixedString("f1_") + Class;
  static constexpr std::string_view name = full_name.view();
  static constexpr storage::Direction direction = storage::Direction::maximize;
  static double of(const ClassTally& tally) { return tally.of_class(Class.view()).f1; }
};

/// Fraction of answers that equal a true one after SQuAD's normalization.
struct ExactMatch {
  static constexpr std::string_view name = "exact_match";
  static constexpr storage::Direction direction = storage::Direction::maximize;
  static double of(const train::AnswerTally& tally) { return tally.overall().exact; }
};

/// Mean overlap of an answer's words with those of the best true one.
struct TokenF1 {
  static constexpr std::string_view name = "token_f1";
  static constexpr storage::Direction direction = storage::Direction::maximize;
  static double of(const train::AnswerTally& tally) { return tally.overall().f1; }
};

/// Names of a list of metrics; the first is the default.
template <class... Metrics>
[[nodiscard]] std::vector<std::string> metric_names(TypeList<Metrics...>) {
  return {std::string(Metrics::name)...};
}

/// The direction of the metric of that name; "" means the first.
/// Errors   ConfigError that lists the known names.
template <class... Metrics>
[[nodiscard]] std::pair<std::string, storage::Direction> find_metric(TypeList<Metrics...> list, std::string_view name) {
  std::pair<std::string, storage::Direction> found;
  const bool known = visit_first(
      list, [&]<class M> { return name.empty() || M::name == name; },
      [&]<class M> {
        found = {std::string(M::name), M::direction};
      });
  const auto names = metric_names(list);
  require<ConfigError>(known, "study.metric: no metric is called '", name, "'", known_names(name, names));
  return found;
}

/// All metrics of a tally, with the one called `chosen` as the one that counts.
template <class Tally, class... Metrics>
  requires MetricsOf<TypeList<Metrics...>, Tally>
[[nodiscard]] train::Scores score(TypeList<Metrics...>, std::string_view chosen, const Tally& tally) {
  train::Scores scores;
  scores.all = {{std::string(Metrics::name), Metrics::of(tally)}...};
  for (const auto& [name, value] : scores.all)
    if (name == chosen) scores.metric = value;
  return scores;
}

/// score() with its list and its chosen metric bound: what the tasks of `train` call.
template <class List>
struct ScoreBy {
  std::string chosen;
  template <class Tally>
    requires MetricsOf<List, Tally>
  [[nodiscard]] train::Scores operator()(const Tally& tally) const {
    return score(List{}, chosen, tally);
  }
};

}  // namespace hpo::agent
