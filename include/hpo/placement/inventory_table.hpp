#pragma once
/// \file  An inventory as a table that a person can read.
/// Layer `placement`, tier 3.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <hpo/core/join.hpp>
#include <hpo/placement/inventory.hpp>

namespace hpo::placement {

/// "4 tensors, 13 parameters (4 frozen), 2 buffer elements, 52 bytes (float32 52), 1 on meta (16 bytes to come)".
[[nodiscard]] inline std::string to_string(const Totals& totals) {
  std::uint64_t bytes = 0;
  std::vector<std::string> by_dtype;
  for (const auto& [dtype, count] : totals.bytes) {
    bytes += count;
    by_dtype.push_back(concat(dtype, ' ', count));
  }
  return concat(totals.tensors, " tensors, ", totals.parameters, " parameters (", totals.frozen_parameters,
                " frozen), ", totals.buffer_elements, " buffer elements, ", bytes, " bytes",
                by_dtype.empty() ? "" : " (", join(by_dtype), by_dtype.empty() ? "" : ")", ", ", totals.meta,
                " on meta (", totals.meta_bytes, " bytes to come)");
}

/// A line for each tensor: name, kind, shape, dtype, device, bytes, and what it is tied to or shares
/// memory with; then the totals.
[[nodiscard]] inline std::string to_string(const Inventory& inventory) {
  using Row = std::array<std::string, 7>;
  std::vector<Row> rows{{"name", "kind", "shape", "dtype", "device", "bytes", "shared with"}};
  std::map<std::size_t, std::string> first_of_storage;
  for (const TensorRecord& record : inventory.records()) {
    std::vector<std::string> shared(record.names.begin() + 1, record.names.end());
    const auto [first, alone] = first_of_storage.emplace(record.storage, record.name());
    if (!alone) shared.push_back("memory of " + first->second);
    const bool frozen = !record.buffer && !record.tensor.requires_grad();
    rows.push_back({record.name(),
                    record.buffer ? "buffer"
                    : frozen      ? "frozen"
                                  : "parameter",
                    detail::shape_text(record.tensor.sizes()),
                    std::string(checkpoint::dtype_name(record.tensor.scalar_type())),
                    record.state == TensorState::released ? "released" : record.tensor.device().str(),
                    concat(record.bytes()), join(shared)});
  }
  std::array<std::size_t, 7> width{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap(width[i] - row[i].size(), ' ');
      line += i == 5 ? gap + row[i] : row[i] + gap;  // numbers to the right
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out + to_string(inventory.totals()) + "\n";
}

}  // namespace hpo::placement
