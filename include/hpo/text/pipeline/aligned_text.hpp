#pragma once
/// \file  A text under change that remembers where each byte came from.
/// Layer `text`, tier 0.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/utf8.hpp>
#include <hpo/text/unicode/span.hpp>

namespace hpo::text {

/// A stretch of an AlignedText: well-formed UTF-8, and for each byte the span of the original that it stands for.
struct AlignedView {
  std::string_view bytes;
  std::span<const Span> origin;
  std::int32_t base = 0;  ///< where the stretch began in the original: the place of what is inserted before everything

  [[nodiscard]] AlignedView substr(std::size_t begin, std::size_t size) const {
    return {bytes.substr(begin, size), origin.subspan(begin, size), base};
  }
};

/// UTF-8 with the origin of each byte. All bytes of a code point share one span.
struct AlignedText {
  std::string bytes;
  std::vector<Span> origin;

  [[nodiscard]] std::size_t size() const { return bytes.size(); }

  void clear() {
    bytes.clear();
    origin.clear();
  }

  /// A view whose base is the origin of its first byte.
  [[nodiscard]] AlignedView view(std::size_t begin, std::size_t end) const {
    return {std::string_view(bytes).substr(begin, end - begin), std::span(origin).subspan(begin, end - begin),
            begin < end ? origin[begin].begin : 0};
  }

  void push(char32_t code, Span from) {
    char encoded[4];
    const std::uint32_t size = encode_utf8(code, encoded);
    bytes.append(encoded, size);
    origin.insert(origin.end(), size, from);
  }

  void append(const AlignedView& other) {
    bytes += other.bytes;
    origin.insert(origin.end(), other.origin.begin(), other.origin.end());
  }

  /// Replaces everything by an original text, each code point aligned with itself.
  void assign_original(std::string_view text) {
    bytes = text;
    origin.resize(text.size());
    std::int32_t code_point = -1;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!is_continuation(text[i])) ++code_point;
      origin[i] = {code_point, code_point + 1};
    }
  }
};

/// Writes a changed copy of a text, code point by code point, and aligns it as the reference does: a replacement takes
/// the span of what it replaces, an insertion that of what was read last.
class Rewriter {
 public:
  Rewriter(const AlignedView& in, AlignedText& out) : in_(in), out_(&out) {}

  [[nodiscard]] bool done() const { return at_ >= in_.bytes.size(); }

  /// Reads a code point and puts `code` in its place.
  void replace(char32_t code) {
    const Span from = done() ? last() : in_.origin[at_];
    skip();
    out_->push(code, from);
  }

  /// Puts `code` in without reading.
  void insert(char32_t code) { out_->push(code, last()); }

  /// `change` 1: an insertion; 0: a replacement; -n: a replacement that swallows n code points more.
  void apply(char32_t code, int change) {
    if (change > 0) return insert(code);
    replace(code);
    for (; change < 0; ++change) skip();
  }

  /// Reads a code point and drops it.
  void skip() {
    if (!done()) at_ += decode_valid_utf8(in_.bytes.substr(at_)).size;
  }

 private:
  [[nodiscard]] Span last() const { return at_ == 0 ? Span{in_.base, in_.base} : in_.origin[at_ - 1]; }

  AlignedView in_;
  AlignedText* out_;
  std::size_t at_ = 0;
};

/// Calls `visit(code, byte offset, bytes)` for each code point of well-formed text.
template <class Visit>
void for_each_code_point(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = decode_valid_utf8(text.substr(at));
    visit(next.code, at, static_cast<std::size_t>(next.size));
    at += next.size;
  }
}

}  // namespace hpo::text
