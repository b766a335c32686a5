#pragma once
/// \file  A pruner with patience: another one is asked only about a trial that is past its best.
/// Layer `search`, tier 0.

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include <hpo/core/error.hpp>
#include <hpo/search/pruners/pruner.hpp>

namespace hpo::search {

struct PatientOptions {
  std::int64_t patience = 1;  ///< reports in a row, worse than the best before them, that are borne
  double min_delta = 0;       ///< by how much they must be worse to count
};

/// Whether a trial has passed its best: the last patience + 1 reports are all worse than the best before them, by more
/// than min_delta. NaN counts as a report without a value; if there is nothing else on either side, patience lasts.
///
/// Errors   ConfigError if an option is out of range.
class Patience {
 public:
  explicit Patience(PatientOptions options) : options_(options) {
    require<ConfigError>(options.patience >= 0, "pruner.patience: expected 0 or more, got ", options.patience);
    require<ConfigError>(options.min_delta >= 0 && std::isfinite(options.min_delta),
                         "pruner.min_delta: expected a finite number, 0 or more, got ", options.min_delta);
  }

  [[nodiscard]] bool exhausted(const PruneRequest& request) const {
    const auto& curve = request.trial.intermediate;
    if (std::ssize(curve) - 1 <= options_.patience) return false;
    const auto turn = std::prev(curve.end(), options_.patience + 1);
    return is_past_best(request, best(request, curve.begin(), turn), best(request, turn, curve.end()));
  }

  /// The question for the pruner inside, once patience is exhausted: `judged` is when that one was last asked, which is
  /// when patience was exhausted before.
  [[nodiscard]] PruneRequest inner(const PruneRequest& request) const {
    std::optional<std::int64_t> judged;
    double before = std::numeric_limits<double>::quiet_NaN();
    auto turn = request.trial.intermediate.begin();  // the first of the patience + 1 reports up to `now`
    std::int64_t count = 0;
    for (auto now = turn; request.judged && now != request.trial.intermediate.end(); ++now) {
      if (now->first > *request.judged) break;
      if (++count <= options_.patience + 1) continue;
      if (std::isnan(before) || request.better(turn->second, before)) before = turn->second;
      if (is_past_best(request, before, best(request, ++turn, std::next(now)))) judged = now->first;
    }
    return {.trial = request.trial,
            .judged = judged,
            .history = request.history,
            .direction = request.direction,
            .study = request.study};
  }

 private:
  [[nodiscard]] bool is_past_best(const PruneRequest& request, double before, double after) const {
    const double margin = request.direction == Direction::minimize ? options_.min_delta : -options_.min_delta;
    return request.better(before + margin, after);
  }

  template <class Iterator>
  static double best(const PruneRequest& request, Iterator first, Iterator last) {
    double found = std::numeric_limits<double>::quiet_NaN();
    for (; first != last; ++first)
      if (std::isnan(found) || request.better(first->second, found)) found = first->second;
    return found;
  }

  PatientOptions options_;
};

/// Prunes whatever has reported something.
class AlwaysPruner {
 public:
  [[nodiscard]] bool prune(const PruneRequest& request) const { return !request.trial.intermediate.empty(); }
};

static_assert(Pruner<AlwaysPruner>);

/// Asks the inner pruner only when patience is exhausted, so that noise in a curve costs nobody the trial. Without an
/// inner pruner (`PatientPruner<>`) a trial that is past its best is pruned.
/// Source   Optuna's PatientPruner.
template <Pruner Inner = AlwaysPruner>
class PatientPruner {
 public:
  explicit PatientPruner(PatientOptions options, Inner inner = {}) : inner_(std::move(inner)), patience_(options) {}

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    return patience_.exhausted(request) && inner_.prune(patience_.inner(request));
  }

 private:
  Inner inner_;
  Patience patience_;
};

static_assert(Pruner<PatientPruner<>>);
static_assert(Pruner<PatientPruner<PatientPruner<NopPruner>>>);

}  // namespace hpo::search
