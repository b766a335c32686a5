#pragma once
/// \file  Durations, numbers, times and users' text as people read them.
/// Layer `report`, tier 0.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>

#include <unicode/uchar.h>

#include <hpo/core/utf8.hpp>

namespace hpo::report {

/// "02:41:07"; hours may have more than two digits. Units: seconds.
[[nodiscard]] inline std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(std::isfinite(seconds) ? std::clamp(std::round(seconds), 0.0, 1e12) : 0.0);
  char text[32];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  return text;
}

/// "3.4 s", "12 min 5 s", "2 h 41 min". Units: seconds.
[[nodiscard]] inline std::string duration_text(double seconds) {
  char text[48];
  if (seconds < 59.95) {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  } else {
    const auto whole = static_cast<long long>(std::round(seconds));
    if (whole < 3600)
      std::snprintf(text, sizeof text, "%lld min %lld s", whole / 60, whole % 60);
    else
      std::snprintf(text, sizeof text, "%lld h %lld min", whole / 3600, whole / 60 % 60);
  }
  return text;
}

/// A metric: four decimals where they tell something ("0.8412"), four digits elsewhere ("2.1e-05").
[[nodiscard]] inline std::string metric_text(double value) {
  const double size = std::abs(value);
  char text[48];
  std::snprintf(text, sizeof text, value == 0 || (size >= 1e-3 && size < 1e5) ? "%.4f" : "%.4g", value);
  return text;
}

/// "2026-11-23T19:15:40.123Z": ISO 8601, UTC, milliseconds.
[[nodiscard]] inline std::string time_text(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t seconds = whole.count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  const std::size_t used = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + used, sizeof text - used, ".%03dZ", static_cast<int>((since - whole).count()));
  return text;
}

/// Takes the next code point of `text` off at `at`.
[[nodiscard]] inline char32_t next_code_point(std::string_view text, std::size_t& at) {
  const CodePoint next = decode_utf8(text.substr(at));
  at += next.size;
  return next.code;
}

/// Columns that a terminal gives a code point: 0 for combining marks, 2 for East Asian wide ones.
[[nodiscard]] inline int width_of(char32_t c) {
  const auto point = static_cast<UChar32>(c);
  const auto type = u_charType(point);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
  const auto east_asian = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH ? 2 : 1;
}

/// One line of valid UTF-8 that cannot steer a terminal: control and formatting characters become spaces.
[[nodiscard]] inline std::string clean(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    const auto type = u_charType(static_cast<UChar32>(c));
    if (type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR)
      out += ' ';
    else if (c == U'\uFFFD')
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(start, at - start);
  }
  return out;
}

/// Columns that a clean text takes on a terminal.
[[nodiscard]] inline std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) width += static_cast<std::size_t>(width_of(next_code_point(text, at)));
  return width;
}

/// The longest beginning of a clean text that takes at most `columns`.
[[nodiscard]] inline std::string_view cut(std::string_view text, std::size_t columns) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    width += static_cast<std::size_t>(width_of(next_code_point(text, at)));
    if (width > columns) return text.substr(0, start);
  }
  return text;
}

}  // namespace hpo::report
