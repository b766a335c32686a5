// Mirrors include/hpo/core/one_line.hpp.
#include <hpo/core/one_line.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/one_line") {
  TEST_CASE("control characters become spaces, all else stays as it is") {
    CHECK(one_line("a\nb\tc\x1B[2J\x7F\r") == "a b c [2J  ");
    CHECK(one_line("gr\xC3\xBC\xC3\x9F\xFF") == "gr\xC3\xBC\xC3\x9F\xFF");
  }
  TEST_CASE("the first line that says something") {
    CHECK(first_line(" \n\t what it is \r\nframe #0: ...") == "what it is");
    CHECK(first_line("one") == "one");
    CHECK(first_line(" \n ").empty());
  }
}

}  // namespace
}  // namespace hpo
