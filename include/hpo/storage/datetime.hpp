#pragma once
/// \file  Times as Optuna's SQLite tables hold them: UTC, `2026-01-31 23:59:59.000001`.
/// Layer `storage`, tier 0.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include <hpo/storage/trial.hpp>

namespace hpo::storage {

/// Now, to the microsecond, which is what a database keeps.
[[nodiscard]] inline TimePoint now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Six digits of microseconds always: Optuna's readers take three for microseconds.
[[nodiscard]] inline std::string to_text(TimePoint time) {
  constexpr std::int64_t second = 1'000'000;
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  const std::int64_t fraction = (since % second + second) % second;
  const auto whole = static_cast<std::time_t>((since - fraction) / second);
  std::tm utc{};
  ::gmtime_r(&whole, &utc);
  char text[96];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d.%06d", utc.tm_year + 1900, utc.tm_mon + 1,
                utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(fraction));
  return text;
}

/// Reads what Optuna writes: with or without a fraction of a second; the digits of the fraction count microseconds.
/// \return nothing if the text is no time.
[[nodiscard]] inline std::optional<TimePoint> time_from_text(std::string_view text) {
  const std::string copy(text);
  std::tm utc{};
  int fraction = 0;
  const int fields = std::sscanf(copy.c_str(), "%d-%d-%d %d:%d:%d.%d", &utc.tm_year, &utc.tm_mon, &utc.tm_mday,
                                 &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &fraction);
  if (fields < 6 || utc.tm_year < 1 || utc.tm_year > 9999) return std::nullopt;
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  std::tm same = utc;
  const std::time_t whole = ::timegm(&same);
  const auto fields_of = [](const std::tm& t) {
    return std::array{t.tm_year, t.tm_mon, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec};
  };
  if (fields_of(same) != fields_of(utc)) return std::nullopt;  // it makes the first of March of a 30 February
  return std::chrono::system_clock::from_time_t(whole) + std::chrono::microseconds(fraction);
}

}  // namespace hpo::storage
