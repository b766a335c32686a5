#pragma once
/// \file  Token rows in memory, for tests of what reads them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hpo::train::test {

struct Offset {
  std::int32_t begin, end;
};

/// Rows of ids with everything that a store knows about them.
struct MemoryRows {
  struct Row {
    std::vector<std::int32_t> ids;
    std::vector<std::uint8_t> types;
    std::vector<Offset> offsets;
    std::vector<std::int8_t> sequence;
  };
  std::vector<Row> rows;

  [[nodiscard]] std::span<const std::int32_t> ids(std::size_t i) const { return rows[i].ids; }
  [[nodiscard]] std::span<const std::uint8_t> type_ids(std::size_t i) const { return rows[i].types; }
  [[nodiscard]] std::span<const Offset> offsets(std::size_t i) const { return rows[i].offsets; }
  [[nodiscard]] std::span<const std::int8_t> sequence(std::size_t i) const { return rows[i].sequence; }
};

}  // namespace hpo::train::test
