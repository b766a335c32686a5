#pragma once
/// \file  GPT-2's way to cut a text into words.
/// Layer `text`, tier 0.

#include <cstddef>
#include <string_view>
#include <vector>

#include <hpo/core/utf8.hpp>
#include <hpo/text/pipeline/pieces.hpp>
#include <hpo/text/unicode/unicode.hpp>

namespace hpo::text {

namespace detail {

enum class Gpt2Class { space, letter, number, other };

[[nodiscard]] inline Gpt2Class gpt2_class(char32_t code) {
  if (is_letter(code)) return Gpt2Class::letter;
  if (is_white_space(code)) return Gpt2Class::space;
  return is_number(code) ? Gpt2Class::number : Gpt2Class::other;
}

/// The end of the run of one class that begins at `at`.
[[nodiscard]] inline std::size_t gpt2_run(std::string_view text, std::size_t at, Gpt2Class wanted) {
  while (at < text.size()) {
    const CodePoint next = decode_valid_utf8(text.substr(at));
    if (gpt2_class(next.code) != wanted) break;
    at += next.size;
  }
  return at;
}

/// Bytes of the contraction that `text` begins with: 's 't 're 've 'm 'll 'd, lower case only; 0 if none.
[[nodiscard]] constexpr std::size_t gpt2_contraction(std::string_view text) {
  if (text.size() < 2 || text[0] != '\'') return 0;
  const std::string_view rest = text.substr(1);
  if (rest.starts_with("re") || rest.starts_with("ve") || rest.starts_with("ll")) return 3;
  return std::string_view("stmd").find(rest[0]) != std::string_view::npos ? 2 : 0;
}

/// The end of the word that begins at `at`.
[[nodiscard]] inline std::size_t gpt2_word(std::string_view text, std::size_t at) {
  if (const std::size_t size = gpt2_contraction(text.substr(at)); size > 0) return at + size;
  const Gpt2Class first = gpt2_class(decode_valid_utf8(text.substr(at)).code);
  if (first != Gpt2Class::space) return gpt2_run(text, at, first);
  if (text[at] == ' ' && at + 1 < text.size()) {  // one plain space goes with the word after it
    const Gpt2Class second = gpt2_class(decode_valid_utf8(text.substr(at + 1)).code);
    if (second != Gpt2Class::space) return gpt2_run(text, at + 1, second);
  }
  std::size_t end = gpt2_run(text, at, Gpt2Class::space);
  if (end == text.size()) return end;
  std::size_t last = end;  // before a word, a run of spaces leaves its last one behind
  do --last;
  while (is_continuation(text[last]));
  return last > at ? last : end;
}

}  // namespace detail

/// Appends the words of `text`; together they cover it.
/// Source   the pattern  's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+  of GPT-2.
inline void find_gpt2_words(std::string_view text, std::vector<Stretch>& out) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = detail::gpt2_word(text, at);
    out.push_back({at, end, true});
    at = end;
  }
}

}  // namespace hpo::text
