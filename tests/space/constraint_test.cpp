// Mirrors include/hpo/space/constraint.hpp, expression.hpp, and TypedSpace::where.
#include <hpo/config/document.hpp>
#include <hpo/space/constraint.hpp>
#include <hpo/space/read_space.hpp>
#include <hpo/space/space.hpp>
#include <hpo/space/write_space.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

bool holds(const std::string& text, const Assignment& values) {
  return Constraint(text).holds(values);
}

std::string refusal(const std::string& text) {
  return test::refusal<ConfigError>([&] { return Constraint(text); });
}

constexpr auto declared = of(real<"optim.low">(0.0, 1.0), real<"optim.high">(0.0, 1.0), integer<"batch">(1, 64),
                             integer<"steps">(1, 16), choice<"kind">("x", "y"))
                              .where<"optim.low < optim.high">()
                              .where<"batch * steps <= 64">();

TEST_SUITE("space/constraint") {
  TEST_CASE("arithmetic binds as usual") {
    const Assignment none;
    for (const char* yes :
         {"1 + 2 * 3 == 7", "(1 + 2) * 3 == 9", "8 - 2 - 1 == 5", "8 / 2 / 2 == 2", "-2 < 1", "--2 == 2",
          "2 * -3 == -6", "1e-3 < 0.002", "1.5E+2 == 150", "3 != 4", "4 >= 4", "4 <= 4", "5>4"})
      CHECK_MESSAGE(holds(yes, none), yes);
    for (const char* no : {"1 + 2 * 3 == 9", "3 != 3", "4 > 4", "4 < 4", "1 / 0 - 1 / 0 == 0", "0 / 0 != 1"})
      CHECK_FALSE_MESSAGE(holds(no, none), no);
  }
  TEST_CASE("names stand for numbers; what is inactive constrains nothing") {
    const Assignment values{{"optim.lr", 0.1}, {"n", std::int64_t{3}}};
    CHECK(holds("optim.lr * n < 0.31", values));
    CHECK_FALSE(holds("optim.lr * n < 0.29", values));
    CHECK(holds("optim.lr < missing", values));
    CHECK(Constraint("a + a*b.c < a").names() == std::vector<std::string>{"a", "b.c"});
  }
  TEST_CASE("what is no comparison is refused with the place") {
    CHECK(refusal("a <") == "constraint 'a <': expected a comparison such as a * b <= 64, got '' at character 4");
    CHECK(refusal("a + b").find("got '' at character 6") != std::string::npos);
    CHECK(refusal("a < b < c").find("got '< c' at character 7") != std::string::npos);
    CHECK(refusal("a = b").find("got '= b'") != std::string::npos);
    CHECK(refusal("(a < b").find("got '< b'") != std::string::npos);
    CHECK(refusal("a < 1e").find("at character 7") != std::string::npos);
    for (const char* text : {"", "a", "< a", "a < $", "a ** b < 1", "a < b)", "1 < é"})
      CHECK_FALSE(refusal(text).empty());
    CHECK_FALSE(refusal(std::string(100000, '(')).empty());
    CHECK_FALSE(refusal(std::string(100000, '-') + "1 < 2").empty());
  }
  TEST_CASE("a typed space brings its constraints along") {
    const auto used = declared.search_space();
    REQUIRE(used.constraints.size() == 2);
    const Assignment good{
        {"optim.low", 0.2}, {"optim.high", 0.3}, {"batch", std::int64_t{8}}, {"steps", std::int64_t{8}}};
    CHECK(used.broken(good) == nullptr);
    Assignment bad = good;
    bad.set("steps", std::int64_t{9});
    REQUIRE(used.broken(bad) != nullptr);
    CHECK(used.broken(bad)->text() == "batch * steps <= 64");
  }
  TEST_CASE("a choice among numbers is a number") {
    constexpr auto choices = of(choice<"batch">(8, 16, 32), choice<"steps">(1, 2, 4)).where<"batch * steps <= 32">();
    const auto used = choices.search_space();
    CHECK(used.broken({{"batch", std::int64_t{16}}, {"steps", std::int64_t{2}}}) == nullptr);
    CHECK(used.broken({{"batch", std::int64_t{16}}, {"steps", std::int64_t{4}}}) != nullptr);
  }
  TEST_CASE("a configuration adds constraints, and what is written reads back equal") {
    const auto document =
        config::Document::parse("[space]\nconstraints = [\"batch >= steps\", \"optim.low < optim.high\"]\n", "c.toml");
    config::Problems problems;
    const auto used = read_space(document, declared, problems);
    problems.throw_if_any();
    CHECK(used.constraints.size() == 3);
    const auto again =
        read_space(config::Document::parse(write_space(used, declared.search_space()), "c.toml"), declared, problems);
    problems.throw_if_any();
    CHECK(again == used);
  }
  TEST_CASE("a configuration's faults are said with their place") {
    const auto document = config::Document::parse(
        "[space]\nconstraints = [\"batch >\", \"batch < stepz\", \"kind == 1\", 3]\n", "c.toml");
    config::Problems problems;
    static_cast<void>(read_space(document, declared, problems));
    std::string said;
    try {
      problems.throw_if_any();
    } catch (const ConfigError& error) {
      said = error.what();
    }
    CHECK(said.find(":2:16: constraint 'batch >'") != std::string::npos);
    CHECK(said.find("'batch < stepz': expected names of numeric parameters, got 'stepz'") != std::string::npos);
    CHECK(said.find("'kind == 1': expected names of numeric parameters, got 'kind'") != std::string::npos);
    CHECK(said.find("space.constraints: expected a comparison such as \"a * b <= 64\", got 3") != std::string::npos);
  }
}

}  // namespace
}  // namespace hpo::space
