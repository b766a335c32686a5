#pragma once
/// \file  Times as Optuna's SQLite tables hold them: UTC, `2026-01-31 23:59:59.000001`.
/// Layer `storage`, tier 0.

#include <chrono>
#include <cstdio>
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
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<microseconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%06d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

/// Reads what Optuna writes: with or without a fraction of a second; the digits of the fraction count microseconds.
/// \return nothing if the text is no time.
[[nodiscard]] inline std::optional<TimePoint> time_from_text(std::string_view text) {
  using namespace std::chrono;
  int y = 0, h = 0, min = 0, s = 0, us = 0;
  unsigned mon = 0, d = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%d-%u-%u %d:%d:%d.%d", &y, &mon, &d, &h, &min, &s, &us) < 6) return std::nullopt;
  const year_month_day date{year{y}, month{mon}, day{d}};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(h) + minutes(min) + seconds(s) + microseconds(us);
}

}  // namespace hpo::storage
