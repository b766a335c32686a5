#pragma once
/// \file  Reads a sentencepiece model file.
/// Layer `text`, tier 0.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>

namespace hpo::text {

/// A token of a sentencepiece model.
struct SentencePiece {
  enum class Kind : std::uint8_t { normal = 1, unknown, control, user, unused, byte };
  std::string text;
  float score = 0;
  Kind kind = Kind::normal;
};

/// What a tokenizer needs of a sentencepiece model.
struct SentencePieceModel {
  std::vector<SentencePiece> pieces;  ///< the id is the place
  bool unigram = true;
  bool byte_fallback = false;
  bool add_dummy_prefix = true;
  std::int32_t unknown_id = 0;
  std::string charsmap;  ///< the table of Precompiled; empty for none
};

namespace detail {

/// Walks through the fields of a protocol buffer.
/// Source   protobuf.dev, "Encoding".
class ProtoReader {
 public:
  struct Field {
    std::uint32_t number = 0;
    std::uint64_t integer = 0;  ///< of a varint or a fixed number
    std::string_view bytes;     ///< of a text or a message
  };

  ProtoReader(std::string_view bytes, std::string_view where) : bytes_(bytes), where_(where) {}

  /// The next field, or nothing at the end.
  /// Errors   TokenizerError, naming `where`, if the bytes break off or no field begins here.
  [[nodiscard]] std::optional<Field> next() {
    if (at_ == bytes_.size()) return std::nullopt;
    const std::uint64_t key = varint();
    Field field;
    field.number = static_cast<std::uint32_t>(key >> 3);
    switch (key & 7U) {
      case 0:
        field.integer = varint();
        break;
      case 1:
        field.integer = fixed(8);
        break;
      case 2:
        field.bytes = take(varint());
        break;
      case 5:
        field.integer = fixed(4);
        break;
      default:
        fail<TokenizerError>(where_, ": expected a sentencepiece model, got an unknown field at byte ", at_);
    }
    return field;
  }

 private:
  [[nodiscard]] std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    fail<TokenizerError>(where_, ": expected a sentencepiece model, got a number without end at byte ", at_);
  }

  [[nodiscard]] std::uint64_t fixed(std::size_t size) {
    const std::string_view bytes = take(size);
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }

  [[nodiscard]] std::string_view take(std::uint64_t size) {
    require<TokenizerError>(size <= bytes_.size() - at_, where_,
                            ": expected a sentencepiece model, got bytes that break off at ", at_);
    at_ += static_cast<std::size_t>(size);
    return bytes_.substr(at_ - static_cast<std::size_t>(size), static_cast<std::size_t>(size));
  }

  std::string_view bytes_;
  std::string_view where_;
  std::size_t at_ = 0;
};

[[nodiscard]] inline SentencePiece parse_piece(std::string_view bytes, std::string_view where) {
  SentencePiece piece;
  ProtoReader reader(bytes, where);
  while (const auto field = reader.next()) {
    if (field->number == 1) piece.text = field->bytes;
    if (field->number == 2) piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field->integer));
    if (field->number != 3) continue;
    require<TokenizerError>(field->integer >= 1 && field->integer <= 6, where, ": ", piece.text,
                            ": expected a type from 1 to 6, got ", field->integer);
    piece.kind = static_cast<SentencePiece::Kind>(field->integer);
  }
  return piece;
}

}  // namespace detail

/// Errors   TokenizerError, naming `where`, if the bytes are no such model.
[[nodiscard]] inline SentencePieceModel parse_sentencepiece(std::string_view bytes, std::string_view where) {
  SentencePieceModel model;
  detail::ProtoReader reader(bytes, where);
  while (const auto field = reader.next()) {
    if (field->number == 1) model.pieces.push_back(detail::parse_piece(field->bytes, where));
    if (field->number != 2 && field->number != 3) continue;
    detail::ProtoReader inner(field->bytes, where);
    while (const auto spec = inner.next()) {
      if (field->number == 2) {
        if (spec->number == 3) model.unigram = spec->integer == 1;
        if (spec->number == 35) model.byte_fallback = spec->integer != 0;
        if (spec->number == 40) model.unknown_id = static_cast<std::int32_t>(spec->integer & 0x7FFFFFFFU);
      } else {
        if (spec->number == 2) model.charsmap = spec->bytes;
        if (spec->number == 3) model.add_dummy_prefix = spec->integer != 0;
      }
    }
  }
  require<TokenizerError>(!model.pieces.empty(), where, ": expected a sentencepiece model, got one without tokens");
  return model;
}

}  // namespace hpo::text
