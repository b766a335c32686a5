// Mirrors include/hpo/core/error.hpp.
#include <hpo/core/error.hpp>
#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/error") {
  TEST_CASE("concat joins text, numbers, bools, characters and paths as they are read") {
    CHECK(concat("a ", std::string("b"), ' ', 3, ' ', true, ' ', std::filesystem::path("x/y")) == "a b 3 true x/y");
    CHECK(concat(0.1) == "0.1");
    CHECK(concat(1e-5) == "1e-05");
    CHECK(concat(std::int64_t{-7}, std::uint64_t{18446744073709551615U}) == "-718446744073709551615");
  }
  TEST_CASE("require throws the named type with the joined message, and only on failure") {
    CHECK_NOTHROW(require<ConfigError>(true, "never"));
    CHECK_THROWS_WITH_AS(require<ConfigError>(false, "study.trials: expected 1 or more, got ", -3),
                         "study.trials: expected 1 or more, got -3", ConfigError);
  }
}

}  // namespace
}  // namespace hpo
