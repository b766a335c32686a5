// Mirrors include/hpo/text/unicode/code_point_map.hpp.
#include <hpo/text/unicode/code_point_map.hpp>

#include "../../check.hpp"

namespace hpo::text {
namespace {

TEST_SUITE("text/unicode/code_point_map") {
  TEST_CASE("CodePointMap leads to the bytes that the caller holds, broken ones too") {
    const std::string text = "a\xC3\xA9\xFFz";
    const CodePointMap map(text);
    CHECK(map.size() == 4);
    CHECK(map.byte_of(2) == 3);
    CHECK(map.code_point_of(2) == 1);
    CHECK(map.code_point_of(99) == 4);
    CHECK(map.slice(text, {1, 3}) == "\xC3\xA9\xFF");
    CHECK(map.slice(text, {3, 9}) == "z");
    CHECK(map.slice(text, {3, 1}).empty());
    CHECK(count_code_points(text) == 4);
    CHECK(CodePointMap("").size() == 0);
  }
}

}  // namespace
}  // namespace hpo::text
