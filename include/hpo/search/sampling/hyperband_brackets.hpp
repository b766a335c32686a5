#pragma once
/// \file  Which of Hyperband's brackets a trial belongs to.
/// Layer `search`, tier 0.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include <hpo/core/crc32.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/trial_length.hpp>

namespace hpo::search {

struct HyperbandOptions {
  std::int64_t min_resource = 1;      ///< step of the first rung of the first bracket
  std::int64_t max_resource = 0;      ///< steps of a whole trial; 0: one more than the first complete trial's last step
  std::int64_t reduction_factor = 3;  ///< one in so many goes on, and the next rung is so many times farther
  std::int64_t bootstrap_count = 0;   ///< trials that must be in a rung before any leaves it upwards
};

template <class Visitor>
void describe(Visitor& v, HyperbandOptions& o) {
  const auto any = at_least(std::int64_t{0});
  v.field("min_resource", o.min_resource, "step of the first rung", at_least(std::int64_t{1}));
  v.field("max_resource", o.max_resource, "steps of a whole trial; 0: as many as the first complete trial has", any);
  v.field("reduction_factor", o.reduction_factor, "one trial in so many reaches the next rung",
          at_least(std::int64_t{2}));
  v.field("bootstrap_count", o.bootstrap_count, "trials that must be in a rung before any goes on", any);
}

/// floor(log_factor(max / min)) + 1 brackets; bracket b begins with rung min_resource * factor^b. Trials are dealt to
/// them by a checksum of study name and number, in the proportions in which Hyperband starts them: no state, the same
/// at any number of workers, and the same as Optuna's for the same name and number. (Equal to the last bit of the
/// logarithm: at 243 and 3 it is just below 5 there, so there are five brackets here too.)
///
/// Errors   ConfigError if an option is out of range, or `bootstrap_count` is set and `max_resource` is not.
/// Source   Li et al., JMLR 18(185), 2018, Algorithm 1; the allocation is that of Optuna's HyperbandPruner. Where
///          `max_resource` is 0, Optuna takes what it finds when it is first asked, so that it may differ between
///          processes; here the first trial to be complete decides.
class HyperbandBrackets {
 public:
  explicit HyperbandBrackets(HyperbandOptions options = {}) : options_(options) {
    const auto& o = options_;
    require<ConfigError>(o.min_resource >= 1, "pruner.min_resource: expected 1 or more for hyperband, got ",
                         o.min_resource);
    require<ConfigError>(o.max_resource == 0 || o.max_resource >= o.min_resource,
                         "pruner.max_resource: expected 0, or min_resource (", o.min_resource, ") or more, got ",
                         o.max_resource);
    require<ConfigError>(o.reduction_factor >= 2, "pruner.reduction_factor: expected 2 or more, got ",
                         o.reduction_factor);
    require<ConfigError>(o.bootstrap_count >= 0, "pruner.bootstrap_count: expected 0 or more, got ", o.bootstrap_count);
    require<ConfigError>(o.bootstrap_count == 0 || o.max_resource > 0,
                         "pruner.bootstrap_count: expected 0 for hyperband without max_resource, got ",
                         o.bootstrap_count);
    if (o.max_resource > 0) deal(o.max_resource);
  }

  [[nodiscard]] const HyperbandOptions& options() const { return options_; }

  /// How many there are: 0 as long as that is not known, or if no trial is as long as the first rung.
  [[nodiscard]] std::size_t count(const History& history) const {
    if (options_.max_resource == 0) {
      const auto last = length_(history);
      if (!last) return 0;
      if (*last + 1 != dealt_) deal(*last + 1);
    }
    return budgets_.size();
  }

  /// The bracket of trial `number`, or nothing as long as there are none.
  [[nodiscard]] std::optional<std::size_t> bracket(std::string_view study, std::int64_t number,
                                                   const History& history) const {
    if (count(history) == 0) return std::nullopt;
    auto ticket = checksum(study, number) % total_;
    std::size_t bracket = 0;
    while (ticket >= budgets_[bracket]) ticket -= budgets_[bracket++];
    return bracket;
  }

 private:
  static std::uint64_t checksum(std::string_view study, std::int64_t number) {
    char digits[std::numeric_limits<std::int64_t>::digits10 + 3];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    return crc32({digits, end}, crc32("_", crc32(study)));
  }

  void deal(std::int64_t max_resource) const {
    const double ratio = static_cast<double>(max_resource) / static_cast<double>(options_.min_resource);
    const double levels = std::floor(std::log(ratio) / std::log(static_cast<double>(options_.reduction_factor)));
    const auto n = levels < 0 ? 0 : static_cast<std::uint64_t>(levels) + 1;
    std::uint64_t power = 1;
    budgets_.clear();
    for (std::uint64_t s = 0; s < n; ++s, power *= static_cast<std::uint64_t>(options_.reduction_factor))
      budgets_.insert(budgets_.begin(), (n * power + s) / (s + 1));  // n * factor^s / (s + 1), rounded up
    total_ = 0;
    for (const auto budget : budgets_) total_ += budget;
    dealt_ = max_resource;
  }

  HyperbandOptions options_;
  mutable TrialLength length_;                  // mutable: these only save time
  mutable std::vector<std::uint64_t> budgets_;  // trials of each bracket in a round
  mutable std::uint64_t total_ = 0;
  mutable std::int64_t dealt_ = 0;  // the max_resource of these
};

}  // namespace hpo::search
