#pragma once
/// \file  Everything that is wrong with a configuration, reported together.
/// Layer `config`, tier 0.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/config/node.hpp>
#include <hpo/config/place.hpp>
#include <hpo/core/error.hpp>

namespace hpo::config {

/// Collects faults while a configuration is read.
class Problems {
 public:
  /// `what` is the key and the fault: "study.trials: expected a whole number, got 1.5".
  void add(const Place& place, std::string what) { faults_.push_back({place, std::move(what)}); }

  /// A value that is not what it should be; it is quoted as it was typed.
  void expected(std::string_view what, const Node& got, std::string_view key) {
    add(got.place, concat(key, ": expected ", what, ", got ", got.text.empty() ? "an empty value" : got.text));
  }

  [[nodiscard]] bool empty() const { return faults_.empty(); }

  /// One line each, in the order of the file, then of the command line.
  [[nodiscard]] std::vector<std::string> lines() const {
    auto sorted = faults_;
    std::ranges::stable_sort(sorted, {}, [](const Fault& fault) { return fault.place.order(); });
    std::vector<std::string> lines;
    for (const auto& [place, what] : sorted) lines.push_back(to_string(place) + ": " + what);
    return lines;
  }

  /// Errors   ConfigError with all lines, if there are any.
  void throw_if_any() const {
    std::string all;
    for (const auto& line : lines()) all += (all.empty() ? "" : "\n") + line;
    require<ConfigError>(empty(), all);
  }

 private:
  struct Fault {
    Place place;
    std::string what;
  };
  std::vector<Fault> faults_;
};

}  // namespace hpo::config
