#pragma once
/// \file  What a tokenizer gives, and what it can be asked for.
/// Layer `text`, tier 0.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/text/unicode/span.hpp>

namespace hpo::text {

/// Which of two texts gives tokens away when both together are too long.
enum class Truncation { longest_first, only_first, only_second };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, Truncation>, 3> enum_names(Truncation) {
  return {{{"longest_first", Truncation::longest_first},
           {"only_first", Truncation::only_first},
           {"only_second", Truncation::only_second}}};
}

/// An end of a text.
enum class Side { left, right };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, Side>, 2> enum_names(Side) {
  return {{{"left", Side::left}, {"right", Side::right}}};
}

/// The tokens of a text or a pair of texts: one row per token in every vector.
struct Encoding {
  std::vector<std::int32_t> ids;
  std::vector<std::uint8_t> type_ids;  ///< segment: 0 or 1 for BERT, always 0 for RoBERTa
  std::vector<Span> offsets;           ///< in the text that `sequence` names
  std::vector<std::uint8_t> special;   ///< 1 at tokens that the tokenizer put there, and at pads
  std::vector<std::int8_t> sequence;   ///< 0 or 1: which text; -1 at special tokens and pads
  std::int32_t pads_before = 0;        ///< pads at the front
  std::int32_t pads_after = 0;         ///< pads at the end
  std::vector<Encoding> overflow;      ///< the further windows, where the text was cut

  [[nodiscard]] std::size_t size() const { return ids.size(); }

  /// Whether a position holds a real token, special ones included: the attention mask.
  [[nodiscard]] bool attends(std::size_t position) const {
    return position >= static_cast<std::size_t>(pads_before) &&
           position + static_cast<std::size_t>(pads_after) < size();
  }

  bool operator==(const Encoding&) const = default;
};

/// How to encode. The default keeps every token and adds the special ones.
struct EncodeOptions {
  bool add_special = true;      ///< put [CLS], </s> ... as the post-processor says
  bool parse_special = true;    ///< "[SEP]" typed in the text is the token; false: it is plain text
  std::int32_t max_length = 0;  ///< tokens of a window, special ones included; 0 for no limit
  Truncation strategy = Truncation::longest_first;
  std::int32_t stride = 0;       ///< tokens that neighboring windows share
  Side direction = Side::right;  ///< the side that is cut off
  std::int32_t pad_to = 0;       ///< pads up to this length; 0 for none
  Side pad_side = Side::right;
};

/// Pads `encoding` and its windows up to `length` tokens; longer ones stay as they are.
inline void pad(Encoding& encoding, std::size_t length, std::int32_t pad_id, std::uint8_t pad_type_id = 0,
                Side side = Side::right) {
  for (Encoding& window : encoding.overflow) pad(window, length, pad_id, pad_type_id, side);
  if (encoding.size() >= length) return;
  const std::size_t missing = length - encoding.size();
  const auto fill = [&](auto& rows, auto value) {
    rows.insert(side == Side::left ? rows.begin() : rows.end(), missing, value);
  };
  fill(encoding.ids, pad_id);
  fill(encoding.type_ids, pad_type_id);
  fill(encoding.offsets, Span{});
  fill(encoding.special, std::uint8_t{1});
  fill(encoding.sequence, std::int8_t{-1});
  (side == Side::left ? encoding.pads_before : encoding.pads_after) += static_cast<std::int32_t>(missing);
}

/// `length` raised to the next multiple; 0 or 1 leave it alone.
[[nodiscard]] constexpr std::size_t round_up(std::size_t length, std::size_t multiple) {
  return multiple < 2 ? length : (length + multiple - 1) / multiple * multiple;
}

/// Pads all encodings and their windows to the longest of them, raised to the next multiple.
inline void pad_to_longest(std::span<Encoding> batch, std::int32_t pad_id, std::size_t multiple = 1,
                           std::uint8_t pad_type_id = 0, Side side = Side::right) {
  std::size_t longest = 0;
  for (const Encoding& encoding : batch) {
    longest = std::max(longest, encoding.size());
    for (const Encoding& window : encoding.overflow) longest = std::max(longest, window.size());
  }
  for (Encoding& encoding : batch) pad(encoding, round_up(longest, multiple), pad_id, pad_type_id, side);
}

}  // namespace hpo::text
