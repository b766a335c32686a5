#pragma once
/// \file  What every Metric must do and the compiler cannot see: obeys_metric_contract<MyMetric>(tallies).
/// Layer `testing`. No torch.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/agent/metrics.hpp>
#include <hpo/testing/check.hpp>

namespace hpo::testing {

/// A name can stand in a file name, a table's header and a configuration: letters, digits, '_' and '-'.
inline bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && std::ranges::all_of(name, plain);
}

/// `tallies`: two or more, from the worst answers to the best; each is better than the one before it.
template <class M, class Tally>
  requires agent::Metric<M, Tally>
void obeys_metric_contract(const std::vector<Tally>& tallies) {
  DOCTEST_CAPTURE(std::string(M::name));
  DOCTEST_CHECK(is_plain_name(M::name));
  DOCTEST_REQUIRE(tallies.size() >= 2);
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    DOCTEST_CAPTURE(i);
    const double value = M::of(tallies[i]);
    DOCTEST_CHECK(std::isfinite(value));
    DOCTEST_CHECK(M::of(tallies[i]) == value);
    if (i == 0) continue;
    const double worse = M::of(tallies[i - 1]);
    DOCTEST_CHECK((M::direction == storage::Direction::maximize ? value > worse : value < worse));
  }
}

}  // namespace hpo::testing
