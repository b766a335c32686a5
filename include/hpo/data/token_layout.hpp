#pragma once
/// \file  The bytes of a token store. Used by token_store.hpp.
/// Layer `data`, tier 0.
///
/// Header, key, then the arrays of TokenArrays in their order; each begins at a multiple of 8. Numbers are those of the
/// machine: the file is a cache, not for exchange.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <hpo/data/content_key.hpp>
#include <hpo/text/unicode/span.hpp>

namespace hpo::data::detail {

struct TokenArrays {
  std::span<const std::int32_t> lengths, examples;  // [rows]
  std::span<const std::int32_t> ids;                // [tokens]
  std::span<const text::Span> offsets;              // [tokens]
  std::span<const std::uint8_t> type_ids;           // [tokens]
  std::span<const std::int8_t> sequence;            // [tokens]
};

struct TokenHeader {
  std::array<char, 8> magic = {'h', 'p', 'o', 't', 'o', 'k', 's', '\n'};
  std::uint32_t version = 1;
  std::uint32_t byte_order = 0x01020304;
  std::uint64_t rows = 0, tokens = 0;
  std::uint64_t key_bytes = 0;
  std::uint64_t body_checksum = 0;  ///< of all bytes behind the header
};
static_assert(sizeof(TokenHeader) == 48);

template <class T>
void append_array(std::string& bytes, std::span<const T> array) {
  if (!array.empty()) bytes.append(reinterpret_cast<const char*>(array.data()), array.size_bytes());
  bytes.resize((bytes.size() + 7) / 8 * 8);
}

[[nodiscard]] inline std::string token_bytes(const TokenArrays& arrays, std::string_view key) {
  TokenHeader header;
  header.rows = arrays.lengths.size();
  header.tokens = arrays.ids.size();
  header.key_bytes = key.size();
  std::string bytes(sizeof header, '\0');
  append_array(bytes, std::span<const char>(key));
  append_array(bytes, arrays.lengths);
  append_array(bytes, arrays.examples);
  append_array(bytes, arrays.ids);
  append_array(bytes, arrays.offsets);
  append_array(bytes, arrays.type_ids);
  append_array(bytes, arrays.sequence);
  header.body_checksum = checksum(std::string_view(bytes).substr(sizeof header));
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

/// Takes arrays off the front of bytes that are known to be long enough.
class ArrayReader {
 public:
  explicit ArrayReader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  void take(std::span<const T>& array, std::uint64_t count) {
    array = {reinterpret_cast<const T*>(bytes_.data()), static_cast<std::size_t>(count)};
    bytes_.remove_prefix((array.size_bytes() + 7) / 8 * 8);
  }

 private:
  std::string_view bytes_;
};

/// The arrays in `bytes` (aligned to 8), or nothing if these are not exactly what token_bytes() gave for this key.
[[nodiscard]] inline std::optional<TokenArrays> parse_token_arrays(std::string_view bytes, std::string_view key) {
  TokenHeader header;
  const TokenHeader expected;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != expected.magic || header.version != expected.version ||
      header.byte_order != expected.byte_order || header.key_bytes != key.size())
    return std::nullopt;
  bytes.remove_prefix(sizeof header);
  // The checksum comes before the counts are believed: bytes that pass it are those that were written.
  if (checksum(bytes) != header.body_checksum || !bytes.starts_with(key)) return std::nullopt;
  const auto padded = [](std::uint64_t size) { return (size + 7) / 8 * 8; };
  const std::uint64_t size = padded(key.size()) + 2 * padded(4 * header.rows) + padded(4 * header.tokens) +
                             8 * header.tokens + 2 * padded(header.tokens);
  if (size != bytes.size()) return std::nullopt;
  ArrayReader reader(bytes);
  TokenArrays arrays;
  std::span<const char> ignored_key;
  reader.take(ignored_key, key.size());
  reader.take(arrays.lengths, header.rows);
  reader.take(arrays.examples, header.rows);
  reader.take(arrays.ids, header.tokens);
  reader.take(arrays.offsets, header.tokens);
  reader.take(arrays.type_ids, header.tokens);
  reader.take(arrays.sequence, header.tokens);
  const auto tokens = std::accumulate(arrays.lengths.begin(), arrays.lengths.end(), std::int64_t{0});
  if (tokens != static_cast<std::int64_t>(header.tokens)) return std::nullopt;
  return arrays;
}

}  // namespace hpo::data::detail
