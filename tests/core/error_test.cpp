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
  TEST_CASE("what a file holds leaves a message about it one line of bearable length") {
    CHECK_THROWS_WITH_AS(fail<TokenizerError>("x: got 'a\nb\x7F\xC3\xA9'"), "x: got 'a b \xC3\xA9'", TokenizerError);
    try {
      fail<DataError>("begin", std::string(1'000'000, 'x'), "end");
    } catch (const FileError& error) {
      const std::string text = error.what();
      CHECK(text.size() == 4000);
      CHECK(text.starts_with("beginxx"));
      CHECK(text.ends_with("xxend"));
      CHECK(text.find("x ... x") != std::string::npos);
    }
    CHECK_THROWS_WITH_AS(fail<ConfigError>("one\ntwo"), "one\ntwo", ConfigError);  // all faults of a file, a line each
  }
}

}  // namespace
}  // namespace hpo
