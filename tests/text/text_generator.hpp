#pragma once
/// \file  Random texts that tokenizers stumble over: words of a vocabulary, scripts, marks, controls, changed public
/// lines.

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/utf8.hpp>
#include <hpo/text/unicode/code_point_map.hpp>

namespace hpo::test {

/// The same numbers from the same seed with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// From 0 to `end` - 1.
  [[nodiscard]] std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
  [[nodiscard]] std::size_t between(std::size_t first, std::size_t last) { return first + below(last - first + 1); }
  /// True once in `n` times.
  [[nodiscard]] bool once_in(std::size_t n) { return below(n) == 0; }
  template <class List>
  [[nodiscard]] const auto& one_of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937_64 engine_;
};

/// Makes texts. `words`: tokens of a vocabulary; `lines`: texts to be changed; `added`: tokens that are cut out of
/// texts.
class TextGenerator {
 public:
  TextGenerator(std::uint64_t seed, std::vector<std::string> words, std::vector<std::string> lines,
                std::vector<std::string> added)
      : random_(seed), words_(std::move(words)), lines_(std::move(lines)), added_(std::move(added)) {}

  [[nodiscard]] Random& random() { return random_; }

  /// A text of at most some hundred characters; now and then empty.
  [[nodiscard]] std::string operator()() {
    if (random_.once_in(100)) return {};
    if (!lines_.empty() && random_.once_in(6)) return mutated_line();
    std::string text;
    for (std::size_t parts = random_.once_in(12) ? random_.between(8, 30) : random_.between(1, 7); parts > 0; --parts) {
      if (random_.once_in(3))
        text += space();
      else if (random_.below(3) != 0)
        text += ' ';
      text += part();
    }
    if (random_.once_in(5)) text += space();
    return text;
  }

 private:
  using Range = std::pair<char32_t, char32_t>;

  [[nodiscard]] char32_t code_in(const Range& range) {
    return range.first + static_cast<char32_t>(random_.below(static_cast<std::size_t>(range.second - range.first) + 1));
  }

  [[nodiscard]] static char32_t valid(char32_t code) { return code >= 0xD800 && code <= 0xDFFF ? U'\uFFFD' : code; }

  /// Some characters of one block.
  [[nodiscard]] std::string run_of(const Range& range, std::size_t most) {
    std::string text;
    for (std::size_t n = random_.between(1, most); n > 0; --n) append_utf8(text, valid(code_in(range)));
    return text;
  }

  [[nodiscard]] std::string space() {
    static constexpr std::array<std::string_view, 29> kinds{
        " ",      "  ",     "   ",    "\t",     "\n",     "\r",     "\r\n",   "\v",     "\f",     "\u0085",
        "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
        "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\n\n "};
    std::string text(random_.one_of(kinds));
    if (random_.once_in(4)) text += random_.one_of(kinds);
    return text;
  }

  [[nodiscard]] std::string script() {
    static constexpr std::array<Range, 46> blocks{{
        {0x00A1, 0x00FF},   {0x0100, 0x024F}, {0x0250, 0x02FF},   {0x0370, 0x03FF},   {0x0400, 0x052F},
        {0x0530, 0x058F},   {0x0590, 0x05FF}, {0x0600, 0x06FF},   {0x0700, 0x08FF},   {0x0900, 0x097F},
        {0x0980, 0x0DFF},   {0x0E00, 0x0E7F}, {0x0E80, 0x0FFF},   {0x1000, 0x109F},   {0x10A0, 0x10FF},
        {0x1100, 0x11FF},   {0x1200, 0x139F}, {0x13A0, 0x167F},   {0x1680, 0x18AF},   {0x1900, 0x1CFF},
        {0x1D00, 0x1DBF},   {0x1E00, 0x1FFF}, {0x2000, 0x206F},   {0x2070, 0x20CF},   {0x2100, 0x218F},
        {0x2190, 0x23FF},   {0x2460, 0x24FF}, {0x2500, 0x27BF},   {0x2C00, 0x2DFF},   {0x2E00, 0x2FFF},
        {0x3000, 0x303F},   {0x3040, 0x30FF}, {0x3100, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
        {0xA000, 0xA8FF},   {0xA900, 0xABFF}, {0xAC00, 0xD7A3},   {0xD7B0, 0xD7FB},   {0xF900, 0xFAFF},
        {0xFB00, 0xFDFF},   {0xFE20, 0xFFEF}, {0x10000, 0x11FFF}, {0x1D100, 0x1D7FF}, {0x1E000, 0x1FBFF},
        {0x20000, 0x2FA1F},
    }};
    return run_of(random_.one_of(blocks), 6);
  }

  /// Characters with marks, in and out of order.
  [[nodiscard]] std::string marked() {
    static constexpr std::array<Range, 8> marks{{{0x0300, 0x036F},
                                                 {0x0591, 0x05C7},
                                                 {0x064B, 0x065F},
                                                 {0x093A, 0x094D},
                                                 {0x0E31, 0x0E4E},
                                                 {0x1DC0, 0x1DFF},
                                                 {0x20D0, 0x20F0},
                                                 {0x3099, 0x309A}}};
    std::string text;
    for (std::size_t n = random_.between(1, 4); n > 0; --n) {
      if (random_.below(4) != 0)
        text += static_cast<char>(random_.between('A', 'z'));
      else
        text += script();
      text += run_of(random_.one_of(marks), 3);
    }
    return text;
  }

  [[nodiscard]] std::string invisible() {
    static constexpr std::array<Range, 12> kinds{{{0x00, 0x1F},
                                                  {0x7F, 0x9F},
                                                  {0xAD, 0xAD},
                                                  {0x200B, 0x200F},
                                                  {0x202A, 0x202E},
                                                  {0x2060, 0x206F},
                                                  {0xFEFF, 0xFEFF},
                                                  {0xFFF9, 0xFFFD},
                                                  {0xFE00, 0xFE0F},
                                                  {0xE0000, 0xE007F},
                                                  {0x61C, 0x61C},
                                                  {0x180B, 0x180F}}};
    return run_of(random_.one_of(kinds), 2);
  }

  [[nodiscard]] std::string emoji() {
    static constexpr std::array<std::string_view, 14> kinds{"\U0001F468\u200D\U0001F469\u200D\U0001F467",
                                                            "\U0001F1E9\U0001F1EA",
                                                            "\U0001F1E9\U0001F1EA\U0001F1EB",
                                                            "1\uFE0F\u20E3",
                                                            "\u2764\uFE0F",
                                                            "\U0001F44D\U0001F3FD",
                                                            "\U0001F3F4\U000E0067\U000E0062\U000E007F",
                                                            "\u200D",
                                                            "\U0001F3FD",
                                                            "\u00a9",
                                                            "\u2639",
                                                            "\U0001F600",
                                                            "\uFE0F",
                                                            "\u20E3"};
    std::string text;
    for (std::size_t n = random_.between(1, 3); n > 0; --n) text += random_.one_of(kinds);
    if (random_.once_in(3)) text += run_of({0x1F300, 0x1FAFF}, 2);
    return text;
  }

  /// Private use, noncharacters, unassigned: anything at all.
  [[nodiscard]] std::string anything() {
    static constexpr std::array<Range, 7> planes{{{0xE000, 0xF8FF},
                                                  {0xFDD0, 0xFDEF},
                                                  {0xFFFE, 0xFFFF},
                                                  {0x10FFF0, 0x10FFFF},
                                                  {0xF0000, 0xF00FF},
                                                  {0x0, 0xFFFF},
                                                  {0x0, 0x10FFFF}}};
    return run_of(random_.one_of(planes), 3);
  }

  /// What tokenizers themselves write.
  [[nodiscard]] std::string marker() {
    static constexpr std::array<std::string_view, 26> kinds{"\u2581",       "\u0120",
                                                            "##",           "##s",
                                                            "<0x41>",       "[UNK]",
                                                            "[MASK]",       "<s>",
                                                            "</s>",         "<mask>",
                                                            "</S>",         "[mask]",
                                                            "'s",           "'LL",
                                                            "'re",          "\u2019s",
                                                            "can't",        "U.S.A.",
                                                            "3.14",         "1,000",
                                                            "a@b.c",        "http://x.y/z?q=1",
                                                            "\uFDFA",       "\u0130",
                                                            "\u03A3\u03C2", "\u00DF"};
    return std::string(random_.one_of(kinds));
  }

  [[nodiscard]] std::string ascii() {
    return random_.once_in(3)   ? run_of({'!', '~'}, 6)
           : random_.once_in(3) ? run_of({'0', '9'}, 6)
                                : run_of(random_.once_in(4) ? Range{'A', 'Z'} : Range{'a', 'z'}, 9);
  }

  [[nodiscard]] std::string long_word() {
    static constexpr std::array<std::string_view, 7> units{"a",  "\u00e9",     "e\u0301", "\u4e2d",
                                                           "ab", "\U0001F600", "\u2581"};
    const std::string_view unit = random_.one_of(units);
    std::string text;
    for (std::size_t n = random_.once_in(3) ? random_.between(98, 102) : random_.between(5, 60); n > 0; --n)
      text += unit;
    return text;
  }

  [[nodiscard]] std::string word() {
    if (words_.empty()) return ascii();
    std::string text = random_.one_of(words_);
    if (text.starts_with("##") && random_.below(4) != 0) text.erase(0, 2);
    for (const std::string_view mark : {"\u2581", "\u0120"})
      if (text.starts_with(mark) && random_.below(8) != 0) text.replace(0, mark.size(), " ");
    if (random_.once_in(4) && !text.empty())
      text[0] = static_cast<char>(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 32 : text[0]);
    return text;
  }

  [[nodiscard]] std::string part() {
    switch (random_.below(16)) {
      case 0:
        return script();
      case 1:
        return script();
      case 2:
        return marked();
      case 3:
        return invisible() + (random_.once_in(2) ? word() : "");
      case 4:
        return emoji();
      case 5:
        return anything();
      case 6:
        return marker();
      case 7:
        return ascii();
      case 8:
        return added_.empty() ? ascii() : random_.one_of(added_);
      case 9:
        return random_.once_in(8) ? long_word() : word() + ascii();
      case 10:
        return word().append(
            random_.one_of(std::array<std::string_view, 8>{",", ".", "!", "'", "-", "\u2014", "\u3002", "\""}));
      case 11:
        return word() + word();
      default:
        return word();
    }
  }

  /// A public line, cut and changed in a few places.
  [[nodiscard]] std::string mutated_line() {
    const std::string& line = random_.one_of(lines_);
    const text::CodePointMap map(line);
    const std::size_t begin = random_.below(map.size() + 1);
    const std::size_t end = std::min(map.size(), begin + random_.between(1, 160));
    std::string text = line.substr(map.byte_of(begin), map.byte_of(end) - map.byte_of(begin));
    for (std::size_t changes = random_.below(4); changes > 0; --changes) {
      const text::CodePointMap places(text);
      const std::size_t at = places.byte_of(random_.below(places.size() + 1));
      switch (random_.below(4)) {
        case 0:
          text.insert(at, part());
          break;
        case 1:
          text.insert(at, space());
          break;
        case 2:
          text.erase(at, places.byte_of(places.code_point_of(at) + 1) - at);
          break;
        default:
          text.insert(at, marked());
          break;
      }
    }
    return text;
  }

  Random random_;
  std::vector<std::string> words_, lines_, added_;
};

}  // namespace hpo::test
