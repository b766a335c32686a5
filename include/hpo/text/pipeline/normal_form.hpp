#pragma once
/// \file  Unicode normal forms, by the tables of Unicode 9 and with the reference's alignment.
/// Layer `text`, tier 0. ICU through its C interface.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include <hpo/text/pipeline/aligned_text.hpp>
#include <hpo/text/unicode/unicode.hpp>

namespace hpo::text {

enum class NormalForm { nfc, nfd, nfkc, nfkd };

namespace detail {

[[nodiscard]] inline std::uint8_t combining_class(char32_t code) {
  return code >= 0x300 && known_in(code, 9) ? u_getCombiningClass(static_cast<UChar32>(code)) : std::uint8_t{0};
}

/// A code point of the output, and what of the input it stands for.
struct Mapped {
  char32_t code;
  std::uint8_t combining;
  int change;  ///< as in Rewriter::apply
};

/// The full decomposition of a code point, appended to `out`.
inline void decompose(char32_t code, const UNormalizer2* tables, std::vector<Mapped>& out) {
  if (code >= 0xA0 && known_in(code, 9)) {
    UErrorCode status = U_ZERO_ERROR;
    UChar units[64];  // the longest has 18
    const std::int32_t count = unorm2_getDecomposition(tables, static_cast<UChar32>(code), units, 64, &status);
    if (count >= 0 && U_SUCCESS(status)) {
      int change = 0;
      for (std::int32_t i = 0; i < count; change = 1) {
        UChar32 part = 0;
        U16_NEXT(units, i, count, part);
        out.push_back({static_cast<char32_t>(part), combining_class(static_cast<char32_t>(part)), change});
      }
      return;
    }
  }
  out.push_back({code, combining_class(code), 0});
}

/// Sorts each run of combining characters by class, keeping the order of equals.
inline void order(std::vector<Mapped>& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin + 1;
    if (text[begin].combining != 0) {
      while (end < text.size() && text[end].combining != 0) ++end;
      std::stable_sort(text.begin() + static_cast<std::ptrdiff_t>(begin),
                       text.begin() + static_cast<std::ptrdiff_t>(end),
                       [](const Mapped& a, const Mapped& b) { return a.combining < b.combining; });
    }
    begin = end;
  }
}

[[nodiscard]] inline char32_t compose_pair(char32_t first, char32_t second, const UNormalizer2* tables) {
  const UChar32 both = unorm2_composePair(tables, static_cast<UChar32>(first), static_cast<UChar32>(second));
  return both >= 0 && known_in(static_cast<char32_t>(both), 9) ? static_cast<char32_t>(both) : 0;
}

/// Canonical composition in place (Unicode Standard, D117).
inline void compose(std::vector<Mapped>& text, const UNormalizer2* tables) {
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t starter = none;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Mapped next = text[i];
    const bool blocked = starter != none && kept - starter > 1 && text[kept - 1].combining >= next.combining;
    const char32_t both = starter != none && !blocked ? compose_pair(text[starter].code, next.code, tables) : 0;
    if (both != 0) {
      text[starter].code = both;
      text[starter].change += next.change - 1;
      continue;
    }
    if (next.combining == 0) starter = kept;
    text[kept++] = next;
  }
  text.resize(kept);
}

}  // namespace detail

/// Appends the normal form of `in` to `out`.
inline void normalize(NormalForm form, const AlignedView& in, AlignedText& out) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* const canonical = unorm2_getNFCInstance(&status);
  const bool compatible = form == NormalForm::nfkc || form == NormalForm::nfkd;
  const UNormalizer2* const tables = compatible ? unorm2_getNFKCInstance(&status) : canonical;
  thread_local std::vector<detail::Mapped> mapped;
  mapped.clear();
  for_each_code_point(in.bytes,
                      [&](char32_t code, std::size_t, std::size_t) { detail::decompose(code, tables, mapped); });
  detail::order(mapped);
  if (form == NormalForm::nfc || form == NormalForm::nfkc) detail::compose(mapped, canonical);
  Rewriter rewriter(in, out);
  for (const detail::Mapped& next : mapped) rewriter.apply(next.code, next.change);
}

}  // namespace hpo::text
