#pragma once
/// \file  A cell as a whole number.
/// Layer `data`, tier 0.

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace hpo::data {

/// The number that the whole cell is, without signs of plus, spaces or fractions.
[[nodiscard]] inline std::optional<std::int64_t> whole_number(std::string_view cell) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return value;
}

}  // namespace hpo::data
