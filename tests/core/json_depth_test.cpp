// Mirrors include/hpo/core/json_depth.hpp.
#include <hpo/core/json_depth.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

static_assert(json_depth("") == 0);
static_assert(json_depth("1") == 0);
static_assert(json_depth("[[],{}]") == 2);
static_assert(json_depth(R"({"a": [{"b": 1}]})") == 3);
static_assert(json_depth(R"({"[[[": "{{{\"[[[\\"})") == 1);  // brackets in texts do not count
static_assert(json_depth("]]]][") == 1);
static_assert(json_depth("\"[[[") == 0);
static_assert(json_depth("\"\\") == 0);

TEST_SUITE("core/json_depth") {
  TEST_CASE("a file of brackets is measured, however long") {
    CHECK(json_depth(std::string(1'000'000, '[')) == 1'000'000);
    CHECK(json_width(R"({"a": [1, 2, 3, 4], "b": {"c": ",{,", "d": 1, "e": 2}})") == 3);
    CHECK(json_width("[1,2,3]") == 0);
    CHECK(json_width("{}") == 1);
    CHECK(json_width(",}]{,,") == 3);
    CHECK(json_depth(std::string(300, '[') + std::string(300, ']') + "[[") == 300);
  }
}

}  // namespace
}  // namespace hpo
