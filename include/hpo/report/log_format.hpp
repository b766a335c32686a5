#pragma once
/// \file  How progress is written: for people or for programs.
/// Layer `report`, tier 0.

#include <array>
#include <string_view>
#include <utility>

namespace hpo::report {

enum class LogFormat {
  text,  ///< a table in place on a terminal, plain lines elsewhere
  json,  ///< one JSON object a line
};

[[nodiscard]] constexpr std::array<std::pair<std::string_view, LogFormat>, 2> enum_names(LogFormat) {
  return {{{"text", LogFormat::text}, {"json", LogFormat::json}}};
}

}  // namespace hpo::report
