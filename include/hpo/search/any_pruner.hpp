#pragma once
/// \file  A pruner that options name at run time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/pruners/asha_pruner.hpp>
#include <hpo/search/pruners/hyperband_pruner.hpp>
#include <hpo/search/pruners/patient_pruner.hpp>
#include <hpo/search/pruners/percentile_pruner.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/pruners/threshold_pruner.hpp>
#include <hpo/search/pruners/wilcoxon_pruner.hpp>

namespace hpo::search {

/// `none` has no options.
struct NopOptions {};

template <class Visitor>
void describe(Visitor&, NopOptions&) {}

/// A pruner's name and the options of each: those of the one that is named count, and no others are read or written.
struct PrunerOptions {
  std::string name = "none";
  std::int64_t patience = 0;  ///< 1 or more: the pruner judges only a trial that is past its best
  double min_delta = PatientOptions{}.min_delta;
  NopOptions none{};
  MedianOptions median{};
  PercentileOptions percentile{};
  AshaOptions asha{};
  HyperbandOptions hyperband{};
  ThresholdOptions threshold{};
  WilcoxonOptions wilcoxon{};
};

template <class Visitor>
void describe(Visitor& v, PrunerOptions& o) {
  describe_choice(v, "name", o.name, "which running trials are stopped early", NamedOptions("none", o.none),
                  NamedOptions("median", o.median), NamedOptions("percentile", o.percentile),
                  NamedOptions("asha", o.asha), NamedOptions("hyperband", o.hyperband),
                  NamedOptions("threshold", o.threshold), NamedOptions("wilcoxon", o.wilcoxon));
  v.field("patience", o.patience,
          "reports in a row worse than the best before that a trial may have before it is judged; 0: always judged",
          at_least(std::int64_t{0}));
  v.field("min_delta", o.min_delta, "patience: by how much a report must be worse to count", at_least(0.0));
}

/// One of the pruners, with patience or without; a Pruner itself.
class AnyPruner {
  using Kind = std::variant<NopPruner, PercentilePruner, AshaPruner, HyperbandPruner, ThresholdPruner, WilcoxonPruner,
                            AlwaysPruner>;

 public:
  AnyPruner() = default;
  template <class One>
    requires(!std::same_as<One, AnyPruner> && Pruner<One> && std::constructible_from<Kind, One>)
  explicit(false) AnyPruner(One pruner) : kind_(std::move(pruner)) {}

  /// Judges only when patience is exhausted, as PatientPruner does.
  AnyPruner(AnyPruner inner, Patience patience) : kind_(std::move(inner.kind_)), patience_(patience) {
    require<ConfigError>(!inner.patience_, "AnyPruner: expected a pruner without patience, got one that has it");
  }

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    const auto ask = [&](const PruneRequest& question) {
      return std::visit([&](const auto& pruner) { return pruner.prune(question); }, kind_);
    };
    return patience_ ? patience_->exhausted(request) && ask(patience_->inner(request)) : ask(request);
  }

 private:
  Kind kind_;
  std::optional<Patience> patience_;
};

static_assert(Pruner<AnyPruner>);

/// Of Hyperband's brackets, if that is the pruner: a sampler may learn from the trials of one bracket.
[[nodiscard]] inline std::optional<HyperbandOptions> hyperband_options(const PrunerOptions& options) {
  return options.name == "hyperband" ? std::optional(options.hyperband) : std::nullopt;
}

namespace detail {

[[nodiscard]] inline AnyPruner impatient_pruner(const PrunerOptions& options) {
  if (options.name == "none") return NopPruner{};
  if (options.name == "median") return MedianPruner(options.median);
  if (options.name == "percentile") return PercentilePruner(options.percentile);
  if (options.name == "asha") return AshaPruner(options.asha);
  if (options.name == "hyperband") return HyperbandPruner(options.hyperband);
  if (options.name == "threshold") return ThresholdPruner(options.threshold);
  if (options.name == "wilcoxon") return WilcoxonPruner(options.wilcoxon);
  const OneOf known = one_of({"none", "median", "percentile", "asha", "hyperband", "threshold", "wilcoxon"});
  fail<ConfigError>("pruner.name: expected ", known.check(options.name), ", got '", options.name, "'");
}

}  // namespace detail

/// The pruner that is named, wrapped in patience if that is 1 or more. `none` with patience prunes whatever is past its
/// best.
///
/// Errors   ConfigError if no pruner has that name, or an option is nothing for the one that has.
[[nodiscard]] inline AnyPruner make_pruner(const PrunerOptions& options) {
  auto pruner = detail::impatient_pruner(options);
  if (options.patience == 0) return pruner;
  if (options.name == "none") pruner = AlwaysPruner{};
  return {std::move(pruner), Patience({.patience = options.patience, .min_delta = options.min_delta})};
}

}  // namespace hpo::search
