#pragma once
/// \file  Small token stores for tests of what reads them.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <hpo/data/token_store.hpp>

namespace hpo::train::test {

/// A row as a test writes it. What is left out: type 0, no place in a text, a special token.
struct Row {
  std::vector<std::int32_t> ids;
  std::vector<std::uint8_t> types = {};
  std::vector<text::Span> offsets = {};
  std::vector<std::int8_t> sequence = {};
  std::size_t example = 0;
};

inline data::TokenStore store_of(const std::vector<Row>& rows) {
  data::TokenStoreBuilder builder;
  for (const Row& row : rows) {
    text::Encoding encoding;
    encoding.ids = row.ids;
    encoding.type_ids = row.types;
    encoding.offsets = row.offsets;
    encoding.sequence = row.sequence;
    encoding.type_ids.resize(row.ids.size(), 0);
    encoding.offsets.resize(row.ids.size());
    encoding.sequence.resize(row.ids.size(), -1);
    builder.add(encoding, row.example);
  }
  return builder.in_memory();
}

}  // namespace hpo::train::test
