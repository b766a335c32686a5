// Mirrors include/hpo/text/unicode/unicode.hpp and normal_form.hpp.
#include <hpo/text/unicode/unicode.hpp>

#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <hpo/text/pipeline/normal_form.hpp>
#include <hpo/text/unicode/grapheme.hpp>
#include "../../check.hpp"

namespace hpo::text {
namespace {

[[nodiscard]] std::string normal(NormalForm form, std::string_view text) {
  AlignedText original, out;
  original.assign_original(text);
  normalize(form, original.view(0, original.size()), out);
  return out.bytes;
}

/// Code points for which `holds` and the table (a list of closed ranges) disagree.
template <class Holds>
[[nodiscard]] std::vector<std::uint32_t> disagreements(const nlohmann::json& ranges, Holds holds) {
  std::vector<bool> listed(0x110000);
  for (const auto& range : ranges)
    for (auto code = range[0].get<std::uint32_t>(); code <= range[1].get<std::uint32_t>(); ++code) listed[code] = true;
  std::vector<std::uint32_t> wrong;
  for (std::uint32_t code = 0; code < 0x110000; ++code)
    if ((code < 0xD800 || code > 0xDFFF) && holds(static_cast<char32_t>(code)) != listed[code]) wrong.push_back(code);
  return wrong;
}

/// The same for a map from code points to texts, as decimal keys; what is not listed maps to itself.
template <class Map>
[[nodiscard]] std::vector<std::uint32_t> disagreements_of_map(const nlohmann::json& table, Map map) {
  std::vector<std::uint32_t> wrong;
  for (std::uint32_t code = 0; code < 0x110000; ++code) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    const std::string itself = to_utf8(static_cast<char32_t>(code));
    const auto found = table.find(std::to_string(code));
    if (map(static_cast<char32_t>(code), itself) != (found == table.end() ? itself : found->get<std::string>()))
      wrong.push_back(code);
  }
  return wrong;
}

TEST_SUITE("text/unicode/unicode") {
  TEST_CASE("classes of single characters") {
    CHECK(is_white_space(0x3000));
    CHECK(is_white_space(0x85));
    CHECK_FALSE(is_white_space(0x200B));
    CHECK(is_punctuation('$'));           // a symbol, but ASCII
    CHECK_FALSE(is_punctuation(0x20AC));  // the euro is not
    CHECK(is_punctuation(0x3002));
    CHECK(is_control(0x200D));
    CHECK_FALSE(is_control('\t'));
    CHECK_FALSE(is_control(0x890));  // a format character of Unicode 14
    CHECK(is_cjk(0x4F60));
    CHECK_FALSE(is_cjk(0x2B820));
    CHECK(is_letter(0x10D50));  // Garay, Unicode 16
    CHECK(to_lower(0x10D50) == 0x10D70);
    CHECK(to_lower(0x3A3) == 0x3C3);
    CHECK(is_word('_'));
    CHECK_FALSE(is_word('-'));
  }

  TEST_CASE("normal forms order, compose and know Hangul") {
    CHECK(normal(NormalForm::nfd, "\u00e9") == "e\u0301");
    CHECK(normal(NormalForm::nfc, "e\u0301\u0323") == "\u1eb9\u0301");
    CHECK(normal(NormalForm::nfd, "\ud55c") == "\u1112\u1161\u11ab");
    CHECK(normal(NormalForm::nfc, "\u1112\u1161\u11ab") == "\ud55c");
    CHECK(normal(NormalForm::nfkc, "\ufb01\u00b2") == "fi2");
    CHECK(normal(NormalForm::nfkd, "\u32ff") == "\u32ff");  // of Unicode 12: younger than the tables
  }

  TEST_CASE("what a reader takes for one character") {
    const auto first = [](std::string_view text) { return text.substr(0, grapheme_end(text, 0)); };
    CHECK(first("e\u0301\u0323x") == "e\u0301\u0323");
    CHECK(first("\r\nx") == "\r\n");
    CHECK(first("\u200de\u0301") == "\u200d");
    CHECK(first("\U0001F468\u200d\U0001F469\u200d\U0001F467x") == "\U0001F468\u200d\U0001F469\u200d\U0001F467");
    CHECK(first("\U0001F1E9\U0001F1EA\U0001F1EB") == "\U0001F1E9\U0001F1EA");
    CHECK(first("\u1112\u1161\u11abx") == "\u1112\u1161\u11ab");
    CHECK(first("\u00a0\u1ae6x") == "\u00a0\u1ae6");          // a mark of Unicode 17
    CHECK(first("\U000113D1\u00a0x") == "\U000113D1\u00a0");  // prepended, of Unicode 16
    CHECK(first("\U00011A3A\u00a0x") == "\U00011A3A");        // prepended until then
  }

  TEST_CASE("tables of what ICU does not know are in order") {
    const auto in_order = [](std::span<const newer::CodeRange> ranges) {
      for (std::size_t i = 0; i < ranges.size(); ++i)
        if (ranges[i].first > ranges[i].last || (i > 0 && ranges[i].first <= ranges[i - 1].last)) return false;
      return true;
    };
    CHECK(in_order(newer::letters));
    CHECK(in_order(newer::numbers));
    CHECK(in_order(newer::numbers_17));
    CHECK(in_order(newer::marks));
    CHECK(in_order(newer::marks_17));
  }

  TEST_CASE("every code point is classified as in the reference") {
    const auto path = test::shared("fixtures/tokenizers_unicode_0.23.2.json");
    if (!path) return;
    nlohmann::json table;
    std::ifstream(*path) >> table;
    using Wrong = std::vector<std::uint32_t>;
    CHECK(disagreements(table["removed"], [](char32_t c) { return c == 0 || c == 0xFFFD || is_control(c); }) ==
          Wrong{});
    CHECK(disagreements(table["cjk"], is_cjk) == Wrong{});
    CHECK(disagreements(table["mn"], is_nonspacing_mark) == Wrong{});
    CHECK(disagreements(table["combining"], is_mark) == Wrong{});
    CHECK(disagreements(table["cls_bertws"], is_white_space) == Wrong{});
    CHECK(disagreements(table["cls_bertpunct"], is_punctuation) == Wrong{});
    CHECK(disagreements(table["cls_L"], is_letter) == Wrong{});
    CHECK(disagreements(table["cls_N"], is_number) == Wrong{});
    CHECK(disagreements(table["cls_numeric"], is_numeric) == Wrong{});
    CHECK(disagreements(table["cls_word"], is_word) == Wrong{});
    CHECK(disagreements_of_map(table["lower"], [](char32_t c, const std::string&) {
            return to_utf8(to_lower(c)) + (c == 0x130 ? to_utf8(0x307) : "");
          }) == Wrong{});
    for (const auto& [key, form] : {std::pair{"nfd", NormalForm::nfd},
                                    {"nfc", NormalForm::nfc},
                                    {"nfkd", NormalForm::nfkd},
                                    {"nfkc", NormalForm::nfkc}}) {
      CAPTURE(key);
      CHECK(disagreements_of_map(table[key], [form = form](char32_t, const std::string& text) {
              return normal(form, text);
            }) == Wrong{});
    }
  }
}

}  // namespace
}  // namespace hpo::text
