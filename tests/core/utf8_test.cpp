// Mirrors include/hpo/core/utf8.hpp.
#include <hpo/core/utf8.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/utf8") {
  TEST_CASE("every code point survives encoding and decoding") {
    for (char32_t code = 0; code < 0x110000; ++code) {
      if (code >= 0xD800 && code < 0xE000) continue;
      const std::string bytes = to_utf8(code);
      const CodePoint strict = decode_utf8(bytes);
      const CodePoint fast = decode_valid_utf8(bytes);
      if (strict.code == code && strict.well_formed && strict.size == bytes.size() && fast.code == code &&
          fast.size == bytes.size())
        continue;
      FAIL("U+" << static_cast<std::uint32_t>(code));
    }
  }

  TEST_CASE("a maximal subpart of a broken sequence is one replacement character, as in CPython") {
    const std::string r = "\xEF\xBF\xBD";
    CHECK(make_well_formed("\xFF") == r);
    CHECK(make_well_formed("\xC0\xAF") == r + r);          // overlong
    CHECK(make_well_formed("\xE0\x80\x80") == r + r + r);  // overlong: the second byte cannot follow
    CHECK(make_well_formed("\xED\xA0\x80") == r + r + r);  // a surrogate
    CHECK(make_well_formed("\xF4\x90\x80\x80") == r + r + r + r);
    CHECK(make_well_formed("\xE2\x82") == r);  // cut off
    CHECK(make_well_formed("\xE2\x82"
                           "a") == r + "a");
    CHECK(make_well_formed("\xF0\x9F\x98"
                           "a\x80") == r + "a" + r);
    CHECK(is_well_formed("gr\xC3\xBC\xC3\x9F"));
    CHECK_FALSE(is_well_formed("gr\xC3"));
  }
}

}  // namespace
}  // namespace hpo
