#pragma once
/// \file  Trials by generation, and what each generation was drawn from, as functions of the trials that have finished.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/storage/attributes.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// The number of a generation in a system attribute of a trial. Nothing if there is none that could be one: other
/// programs write attributes too.
[[nodiscard]] inline std::optional<std::int64_t> generation_of(const storage::FrozenTrial& trial,
                                                               std::string_view key) {
  constexpr std::int64_t largest = std::int64_t{1} << 40;
  const auto json = storage::read_attribute(trial.system_attrs, key);
  if (!json || json->kind != space::PythonJson::Kind::whole) return std::nullopt;
  return json->whole >= 0 && json->whole <= largest ? std::optional(json->whole) : std::nullopt;
}

/// A generation is complete as soon as it has as many results as its state wants, or a later one was begun. Its state
/// and all its results make the next state: also results that came late, from trials that other processes ran
/// meanwhile. So nobody waits, and it does not matter when a trial finished.
///
/// `Result` has an order, in which a generation keeps its results. The states of the last generations are remembered,
/// which only saves time.
template <class Result, class State>
class Generations {
 public:
  void clear() {
    results_.clear();
    states_.clear();
  }

  /// Forgets what was learned, not what from.
  void relearn() { states_.clear(); }

  void add(std::int64_t generation, Result result) {
    auto& results = results_[generation];
    results.insert(std::ranges::upper_bound(results, result, std::less<>{}), std::move(result));
    states_.erase(states_.upper_bound(generation), states_.end());  // what was learned without it
  }

  /// Learns what is complete. `first()` is the state of generation 0, `wanted(state)` the results that it takes, and
  /// `next(state, results, number)` the state of generation `number`.
  template <class First, class Wanted, class Next>
  void learn(First&& first, Wanted&& wanted, Next&& next) {
    if (states_.empty()) states_.emplace(0, first());
    for (auto at = results_.lower_bound(current()); at != results_.end(); ++at) {
      const auto& [number, results] = *at;
      const bool last = std::next(at) == results_.end();
      if (last && results.size() < wanted(state())) {
        if (number > current()) states_.emplace(number, state());
        return;
      }
      states_.emplace(number + 1, next(state(), results, number + 1));
      if (states_.size() > kept) states_.erase(states_.begin());
    }
  }

  /// The generation that is drawn now, and what from. After learn().
  [[nodiscard]] std::int64_t current() const { return states_.rbegin()->first; }
  [[nodiscard]] const State& state() const { return states_.rbegin()->second; }

 private:
  static constexpr std::size_t kept = 16;

  std::map<std::int64_t, std::vector<Result>> results_;
  std::map<std::int64_t, State> states_;
};

}  // namespace hpo::search
