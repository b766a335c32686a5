// Mirrors include/hpo/search/pruners/report_interval.hpp.
#include <hpo/search/pruners/report_interval.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/pruners/report_interval") {
  TEST_CASE("past the warm-up, and the first report of its interval") {
    const auto due = [](const std::map<std::int64_t, double>& curve, std::int64_t warmup, std::int64_t interval) {
      return is_due(FrozenTrial{.intermediate = curve}, warmup, interval);
    };
    CHECK(due({{0, 1}}, 0, 1));
    CHECK_FALSE(due({{4, 1}}, 5, 1));
    CHECK(due({{5, 1}}, 5, 1));
    CHECK(due({{4, 1}, {5, 1}}, 5, 10));
    CHECK_FALSE(due({{5, 1}, {14, 1}}, 5, 10));
    CHECK(due({{5, 1}, {15, 1}}, 5, 10));
    CHECK(due({{5, 1}, {17, 1}}, 5, 10));  // late in its interval, but the first there
    CHECK_FALSE(due({{15, 1}, {17, 1}}, 5, 10));
  }
}

}  // namespace
}  // namespace hpo::search
