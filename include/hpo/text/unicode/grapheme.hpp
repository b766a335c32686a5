#pragma once
/// \file  Where what a reader takes for one character ends.
/// Layer `text`, tier 0. ICU through its C interface.

#include <cstddef>
#include <string_view>

#include <unicode/uchar.h>

#include <hpo/core/utf8.hpp>
#include <hpo/text/unicode/unicode_newer.hpp>

namespace hpo::text {

namespace detail {

[[nodiscard]] inline UGraphemeClusterBreak grapheme_class(char32_t code) {
  if (newer::contains(newer::marks, code) || newer::contains(newer::marks_17, code)) return U_GCB_EXTEND;
  if (code == 0x113D1) return U_GCB_PREPEND;  // of Unicode 16
  if (code == 0x11A3A) return U_GCB_OTHER;    // no longer a prepended one
  return static_cast<UGraphemeClusterBreak>(
      u_getIntPropertyValue(static_cast<UChar32>(code), UCHAR_GRAPHEME_CLUSTER_BREAK));
}

[[nodiscard]] inline bool is_pictograph(char32_t code) {
  return u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_EXTENDED_PICTOGRAPHIC) != 0;
}

/// Where a walk through a text stands: what the rules need to know of what went before.
struct GraphemeState {
  UGraphemeClusterBreak last;
  bool pictograph;     ///< a pictograph, then only extenders
  bool joined;         ///< ... and then a joiner
  bool lone_regional;  ///< an odd number of regional indicators

  explicit GraphemeState(char32_t code)
      : last(grapheme_class(code)),
        pictograph(is_pictograph(code)),
        joined(false),
        lone_regional(last == U_GCB_REGIONAL_INDICATOR) {}

  /// Whether `code` goes on with the cluster; then it is taken in.
  bool join(char32_t code) {
    const UGraphemeClusterBreak next = grapheme_class(code);
    const bool picture = is_pictograph(code);
    if (!joins(next, picture)) return false;
    joined = pictograph && next == U_GCB_ZWJ;
    pictograph = picture || (pictograph && (next == U_GCB_EXTEND || next == U_GCB_ZWJ));
    lone_regional = next == U_GCB_REGIONAL_INDICATOR && !lone_regional;
    last = next;
    return true;
  }

 private:
  [[nodiscard]] static bool is_control(UGraphemeClusterBreak c) {
    return c == U_GCB_CONTROL || c == U_GCB_CR || c == U_GCB_LF;
  }

  [[nodiscard]] bool joins(UGraphemeClusterBreak next, bool picture) const {
    if (last == U_GCB_CR && next == U_GCB_LF) return true;   // GB3
    if (is_control(last) || is_control(next)) return false;  // GB4, GB5
    if (last == U_GCB_L && (next == U_GCB_L || next == U_GCB_V || next == U_GCB_LV || next == U_GCB_LVT))
      return true;                                                                                   // GB6
    if ((last == U_GCB_LV || last == U_GCB_V) && (next == U_GCB_V || next == U_GCB_T)) return true;  // GB7
    if ((last == U_GCB_LVT || last == U_GCB_T) && next == U_GCB_T) return true;                      // GB8
    if (next == U_GCB_EXTEND || next == U_GCB_ZWJ || next == U_GCB_SPACING_MARK) return true;        // GB9, GB9a
    if (last == U_GCB_PREPEND) return true;                                                          // GB9b
    if (joined && picture) return true;                                                              // GB11
    return last == U_GCB_REGIONAL_INDICATOR && next == U_GCB_REGIONAL_INDICATOR && lone_regional;    // GB12, GB13
  }
};

}  // namespace detail

/// The end of the extended grapheme cluster that begins at `at`; `text` is well-formed and not at its end. Conjuncts of
/// Indic scripts (rule GB9c of Unicode 15.1) are not joined.
/// Source   Unicode Standard Annex 29.
[[nodiscard]] inline std::size_t grapheme_end(std::string_view text, std::size_t at) {
  const CodePoint first = decode_valid_utf8(text.substr(at));
  std::size_t end = at + first.size;
  const auto is_ascii = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) < 0x80; };
  if (end < text.size() && is_ascii(at) && is_ascii(end)) return text[at] == '\r' && text[end] == '\n' ? end + 1 : end;
  detail::GraphemeState state(first.code);
  while (end < text.size()) {
    const CodePoint next = decode_valid_utf8(text.substr(end));
    if (!state.join(next.code)) break;
    end += next.size;
  }
  return end;
}

}  // namespace hpo::text
