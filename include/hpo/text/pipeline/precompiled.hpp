#pragma once
/// \file  The normalization table of a sentencepiece model.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/text/pipeline/aligned_text.hpp>
#include <hpo/text/unicode/grapheme.hpp>

namespace hpo::text {

/// Replaces grapheme clusters and characters as a table says. What it takes of a cluster is the shortest entry that
/// begins it, and it replaces the whole: an accent after such a character is lost. Models were trained with that.
/// Source   sentencepiece's precompiled_charsmap: a double array (Yata et al., darts-clone) and the texts it points to.
class Precompiled {
 public:
  /// Errors   TokenizerError, naming `where`, if the sizes do not fit or the texts are not UTF-8. Wrong links in the
  /// array
  ///          are met with care while searching.
  Precompiled(std::string_view table, std::string_view where) {
    const auto word = [&](std::size_t at) {
      std::uint32_t value = 0;
      for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(table[at + i]);
      return value;
    };
    require<TokenizerError>(table.size() >= 4, where, ": expected a table of 4 bytes or more, got ", table.size());
    const std::size_t bytes = word(0);
    require<TokenizerError>(bytes % 4 == 0 && bytes <= table.size() - 4, where, ": expected an array within the ",
                            table.size() - 4, " bytes of the table, got ", bytes);
    auto data = std::make_shared<Data>();
    for (std::size_t at = 4; at < 4 + bytes; at += 4) data->units.push_back(word(at));
    data->texts = table.substr(4 + bytes);
    require<TokenizerError>(is_well_formed(data->texts), where, ": expected UTF-8 after the array, got other bytes");
    data_ = std::move(data);
  }

  void operator()(const AlignedView& in, AlignedText& out) const {
    thread_local std::vector<Change> changes;
    changes.clear();
    for (std::size_t at = 0; at < in.bytes.size();) {
      const std::size_t end = grapheme_end(in.bytes, at);
      const std::string_view cluster = in.bytes.substr(at, end - at);
      at = end;
      const auto whole = cluster.size() < short_cluster ? find(cluster) : std::nullopt;
      if (whole) {
        replace(cluster, *whole, changes);
        continue;
      }
      for_each_code_point(cluster, [&](char32_t code, std::size_t begin, std::size_t size) {
        const std::string_view part = cluster.substr(begin, size);
        if (const auto other = find(part))
          replace(part, *other, changes);
        else
          changes.push_back({code, 0});
      });
    }
    Rewriter rewriter(in, out);
    for (const Change& change : changes) rewriter.apply(change.code, change.change);
  }

  /// The text of the shortest entry that `key` begins with.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const {
    const std::vector<std::uint32_t>& units = data_->units;
    std::size_t node = 0;
    if (units.empty()) return std::nullopt;
    node ^= offset(units[node]);
    for (const char c : key) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == 0) break;
      node ^= byte;
      if (node >= units.size() || (units[node] & 0x800000FFU) != byte) return std::nullopt;
      const bool leaf = (units[node] >> 8 & 1U) != 0;
      node ^= offset(units[node]);
      if (!leaf) continue;
      return node < units.size() ? text_at(units[node] & 0x7FFFFFFFU) : std::nullopt;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t short_cluster = 6;  // bytes: longer clusters are only looked up character by character

  struct Data {
    std::vector<std::uint32_t> units;
    std::string texts;  ///< each ends with a NUL
  };
  struct Change {
    char32_t code;
    int change;
  };

  [[nodiscard]] static std::size_t offset(std::uint32_t unit) { return (unit >> 10) << ((unit & 0x200U) >> 6); }

  [[nodiscard]] std::optional<std::string_view> text_at(std::size_t begin) const {
    const std::string_view texts = data_->texts;
    if (begin >= texts.size() || is_continuation(texts[begin])) return std::nullopt;
    return texts.substr(begin, std::min(texts.find('\0', begin), texts.size()) - begin);
  }

  /// Surplus characters are insertions; missing ones are swallowed by the last change, even if that was made before.
  static void replace(std::string_view before, std::string_view after, std::vector<Change>& changes) {
    auto left = static_cast<int>(count_code_points(before));
    for_each_code_point(after, [&](char32_t code, std::size_t, std::size_t) {
      changes.push_back({code, left-- > 0 ? 0 : 1});
    });
    if (left > 0 && !changes.empty()) changes.back().change -= left;
  }

  std::shared_ptr<const Data> data_;
};

/// Bytes that a text of base 64 stands for; nothing if it is not one.
[[nodiscard]] inline std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xFFU));
  }
  return bytes;
}

}  // namespace hpo::text
