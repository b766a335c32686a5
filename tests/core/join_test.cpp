// Mirrors include/hpo/core/join.hpp.
#include <hpo/core/join.hpp>

#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/join") {
  TEST_CASE("names with a separator between them") {
    CHECK(join(std::vector<std::string>{"a", "b", "c"}) == "a, b, c");
    CHECK(join(std::vector<std::string_view>{"a", "b"}, " or ") == "a or b");
    CHECK(join(std::vector<std::string>{"a"}) == "a");
    CHECK(join(std::vector<std::string>()).empty());
  }
}

}  // namespace
}  // namespace hpo
