#pragma once
/// \file  Where a setting was written: a position in a file, or a word of the command line.
/// Layer `config`, tier 0.

#include <cstdint>
#include <string>
#include <tuple>

#include <hpo/core/error.hpp>

namespace hpo::config {

/// `configs/x.toml:12:8`, `configs/x.toml` (line 0), or `--set study.trials=3`.
struct Place {
  std::string name;
  std::uint32_t line = 0, column = 0;  // from 1, in characters; 0: the whole of it
  std::uint32_t rank = 0;              // 0 the file, 1 the first --set, ...

  /// Errors are listed in the order of these.
  [[nodiscard]] std::tuple<std::uint32_t, std::uint32_t, std::uint32_t> order() const { return {rank, line, column}; }
};

[[nodiscard]] inline std::string to_string(const Place& place) {
  return place.line == 0 ? place.name : concat(place.name, ':', place.line, ':', place.column);
}

}  // namespace hpo::config
