// Mirrors include/hpo/storage/datetime.hpp.
#include <hpo/storage/datetime.hpp>

#include "../check.hpp"

namespace hpo::storage {
namespace {

TEST_SUITE("storage/datetime") {
  TEST_CASE("times are written in UTC with six digits and read back equal") {
    const TimePoint epoch{};
    CHECK(to_text(epoch) == "1970-01-01 00:00:00.000000");
    CHECK(to_text(epoch + std::chrono::microseconds(1'767'225'599'000'012)) == "2025-12-31 23:59:59.000012");
    CHECK(to_text(epoch - std::chrono::microseconds(1)) == "1969-12-31 23:59:59.999999");
    CHECK(to_text(*time_from_text("2024-02-29 12:00:00.000001")) == "2024-02-29 12:00:00.000001");
    const auto time = now();
    CHECK(time_from_text(to_text(time)) == time);
  }
  TEST_CASE("what Optuna writes without a fraction is read, and nothing else") {
    CHECK(time_from_text("1970-01-01 00:00:01") == TimePoint{} + std::chrono::seconds(1));
    CHECK_FALSE(time_from_text("").has_value());
    CHECK_FALSE(time_from_text("2026-02-30 00:00:00").has_value());
    CHECK_FALSE(time_from_text("2026-13-01 00:00:00").has_value());
    CHECK_FALSE(time_from_text("2026-01-01 25:00:00").has_value());
    CHECK_FALSE(time_from_text("-2147483648-01-01 00:00:00").has_value());
    CHECK_FALSE(time_from_text("2026-00-10 00:00:00").has_value());
    CHECK_FALSE(time_from_text("yesterday").has_value());
  }
}

}  // namespace
}  // namespace hpo::storage
