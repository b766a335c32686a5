// Mirrors include/hpo/space/search_space.hpp.
#include <hpo/space/search_space.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

const Distribution unit = FloatDistribution{0, 1};

SearchSpace nested() {
  return {{{"optimizer", CategoricalDistribution{{"sgd", "adam"}}},
           {"momentum", CategoricalDistribution{{true, false}}, Condition{"optimizer", {"sgd"}}},
           {"nesterov", unit, Condition{"momentum", {true}}}}};
}

TEST_SUITE("space/search_space") {
  TEST_CASE("a child is active only if its parent is, with a value that fits") {
    const SearchSpace space = nested();
    space.validate();
    const auto active = [&](const char* name, const Assignment& values) {
      return space.active(*space.find(name), values);
    };
    CHECK(active("optimizer", {}));
    CHECK_FALSE(active("momentum", {}));
    CHECK(active("momentum", {{"optimizer", "sgd"}}));
    CHECK_FALSE(active("momentum", {{"optimizer", "adam"}}));
    CHECK(active("nesterov", {{"optimizer", "sgd"}, {"momentum", true}}));
    CHECK_FALSE(active("nesterov", {{"optimizer", "adam"}}));
    CHECK(space.find("nothing") == nullptr);
  }

  TEST_CASE("conditions: values, bounds, and numbers of two kinds") {
    const Condition two_to_four{.parent = "x", .at_least = 2, .at_most = 4};
    CHECK(two_to_four.holds(std::int64_t{2}));
    CHECK(two_to_four.holds(4.0));
    CHECK_FALSE(two_to_four.holds(4.5));
    CHECK_FALSE(two_to_four.holds(std::int64_t{1}));
    CHECK_FALSE(two_to_four.holds("3"));
    CHECK_FALSE(two_to_four.holds(true));
    const Condition one{.parent = "x", .any_of = {std::int64_t{1}}};
    CHECK(one.holds(1.0));
    CHECK_FALSE(one.holds(true));
    CHECK_FALSE(one.holds("1"));
    CHECK(to_string(two_to_four) == "x is 2 or more, 4 or less");
    CHECK(to_string(Condition{"optimizer", {"sgd", "adam"}}) == "optimizer is sgd or adam");
  }

  TEST_CASE("an assignment keeps its order and compares without it") {
    Assignment values{{"b", 1.0}, {"a", "x"}};
    values.set("b", 2.0);
    values.set("c", true);
    std::string order;
    for (const auto& [name, value] : values) order += name + "=" + to_string(value) + " ";
    CHECK(order == "b=2 a=x c=true ");
    CHECK(values == Assignment{{"c", true}, {"a", "x"}, {"b", 2.0}});
    CHECK_FALSE(values == Assignment{{"c", true}, {"a", "x"}});
    CHECK_FALSE(values == Assignment{{"c", true}, {"a", "x"}, {"b", std::int64_t{2}}});
    CHECK(values.find("d") == nullptr);
  }

  TEST_CASE("a space that cannot be searched is refused") {
    CHECK_THROWS_WITH_AS((SearchSpace{{{"x", unit}, {"x", unit}}}.validate()),
                         "space: x: expected each name once, got it twice", ConfigError);
    CHECK_THROWS_WITH_AS((SearchSpace{{{"x", unit, Condition{"y"}}, {"y", unit}}}.validate()),
                         "space: x: expected its parent 'y' before it", ConfigError);
    CHECK_THROWS_AS((SearchSpace{{{"", unit}}}.validate()), ConfigError);
    CHECK_THROWS_AS((SearchSpace{{{std::string(513, 'x'), unit}}}.validate()), ConfigError);
    CHECK_THROWS_WITH_AS((SearchSpace{{{"x", FloatDistribution{1, 0}}}}.validate()),
                         "x: expected low < high, got 1 to 0", ConfigError);
    CHECK_THROWS_WITH_AS((SearchSpace{{{"x", CategoricalDistribution{{"a", "b", "a"}}}}}.validate()),
                         "x: expected each choice once, got a, b, a", ConfigError);
  }

  TEST_CASE("normalize lowers a range to its grid, validate asks that it was") {
    SearchSpace space{{{"x", IntDistribution{1, 9, false, 3}}}};
    CHECK_THROWS_WITH_AS(space.validate(), "x: expected high on the grid of low and step, got 1 to 9, step 3",
                         ConfigError);
    space.normalize();
    CHECK(space == SearchSpace{{{"x", IntDistribution{1, 7, false, 3}}}});
    space.validate();
  }
}

}  // namespace
}  // namespace hpo::space
