// Mirrors include/hpo/core/crc32.hpp.
#include <hpo/core/crc32.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/crc32") {
  TEST_CASE("the check value of the standard, in one part and in several") {
    static_assert(crc32("123456789") == 0xCBF43926U);
    CHECK(crc32("") == 0);
    CHECK(crc32("789", crc32("456", crc32("123"))) == 0xCBF43926U);
    CHECK(crc32("\xC3\xA4") == 0x70B5F183U);  // bytes above 127
  }
}

}  // namespace
}  // namespace hpo
