// Mirrors include/hpo/space/values.hpp.
#include <hpo/space/values.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

constexpr auto declared = space::of(
    real<"lr">(1e-5, 5e-3).log(), integer<"layers">(1, 3), integer<"width">(32, 512).when<"layers">(at_least(2)),
    choice<"pooling">("cls", "mean"), choice<"norm">(true, false), choice<"clip">(none, 0.5),
    choice<"act">("relu", "gelu").when<"width">(at_least(64)));
using Read = Values<decltype(declared)>;

template <FixedString Name>
using TypeOf = decltype(std::declval<Read>().template get<Name>());
static_assert(std::same_as<TypeOf<"lr">, double>);
static_assert(std::same_as<TypeOf<"layers">, std::int64_t>);
static_assert(std::same_as<TypeOf<"width">, std::optional<std::int64_t>>);
static_assert(std::same_as<TypeOf<"pooling">, std::string>);
static_assert(std::same_as<TypeOf<"norm">, bool>);
static_assert(std::same_as<TypeOf<"clip">, Value>);
static_assert(std::same_as<TypeOf<"act">, std::optional<std::string>>);
static_assert(!std::copyable<Read> && std::movable<Read>);

Assignment full() {
  return {{"lr", 1e-3},
          {"layers", std::int64_t{2}},
          {"width", std::int64_t{64}},
          {"pooling", "mean"},
          {"norm", true},
          {"clip", std::monostate{}},
          {"act", "gelu"}};
}
Assignment small() {
  return {{"lr", 1e-3}, {"layers", std::int64_t{1}}, {"pooling", "mean"}, {"norm", true}, {"clip", 0.5}};
}

TEST_SUITE("space/values") {
  TEST_CASE("values come with their types") {
    const Read values(declared.search_space(), full());
    CHECK(values.get<"lr">() == 1e-3);
    CHECK(values.get<"layers">() == 2);
    CHECK(values.get<"width">() == 64);
    CHECK(values.get<"pooling">() == "mean");
    CHECK(values.get<"norm">());
    CHECK(std::holds_alternative<std::monostate>(values.get<"clip">()));
    CHECK(values.get<"act">() == "gelu");
  }

  TEST_CASE("an inactive parameter is empty, and so are its children") {
    const Read values(declared.search_space(), small());
    CHECK_FALSE(values.get<"width">());
    CHECK_FALSE(values.get<"act">());
  }

  TEST_CASE("what was never read is known, and survives a move") {
    Read values(declared.search_space(), small());
    (void)values.get<"lr">();
    (void)values.get<"width">();
    (void)values.get<"norm">();
    const Read moved = std::move(values);
    CHECK(moved.unread() == std::vector<std::string>{"layers", "pooling", "clip"});
    (void)moved.get<"layers">();
    (void)moved.get<"pooling">();
    (void)moved.get<"clip">();
    CHECK(moved.unread().empty());
  }

  TEST_CASE("a parameter that is fixed may be left out") {
    SearchSpace fixed = declared.search_space();
    fixed.params[0].distribution = FloatDistribution{1e-4, 1e-4, true};
    fixed.params[1].distribution = IntDistribution{2, 2};
    fixed.params[3].distribution = CategoricalDistribution{{"mean"}};
    const Read values(fixed, {{"width", std::int64_t{40}}, {"norm", false}, {"clip", 0.5}});
    CHECK(values.get<"lr">() == 1e-4);
    CHECK(values.get<"layers">() == 2);
    CHECK(values.get<"width">() == 40);
    CHECK(values.get<"pooling">() == "mean");
  }

  TEST_CASE("a parent fixed to a value that rules its child out leaves the child inactive") {
    SearchSpace fixed = declared.search_space();
    fixed.params[1].distribution = IntDistribution{1, 1};
    CHECK_NOTHROW(fixed.validate());
    Assignment values = small();
    CHECK_FALSE(Read(fixed, values).get<"width">());
    values.set("width", std::int64_t{64});
    CHECK_THROWS_WITH_AS(Read(fixed, values),
                         "width: expected no value, as it is inactive (unless layers is 2 or more), got 64",
                         ConfigError);
  }

  TEST_CASE("values that do not fit the space are refused") {
    const SearchSpace space = declared.search_space();
    const auto with = [](const char* name, const Value& value) {
      Assignment values = full();
      values.set(name, value);
      return values;
    };
    CHECK_THROWS_WITH_AS(Read(space, with("poling", "cls")),
                         "space: no parameter is called 'poling'; did you mean 'pooling'?; known: lr, layers, width, "
                         "pooling, norm, clip, act",
                         ConfigError);
    CHECK_THROWS_WITH_AS(Read(space, with("layers", 2.0)), "layers: expected a whole number, got 2", ConfigError);
    CHECK_THROWS_WITH_AS(Read(space, with("lr", "fast")), "lr: expected a number, got fast", ConfigError);
    CHECK_THROWS_WITH_AS(Read(space, with("norm", std::int64_t{1})), "norm: expected true or false, got 1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(Read(space, with("pooling", true)), "pooling: expected a word, got true", ConfigError);
    CHECK_THROWS_WITH_AS(Read(space, Assignment{{"lr", 1e-3}}), "layers: expected a value, got none", ConfigError);
    CHECK_THROWS_WITH_AS(Read(SearchSpace{}, {}), "space: expected the parameter 'lr', got a space without it",
                         ConfigError);
    CHECK(Read(space, with("lr", std::int64_t{1})).get<"lr">() == 1.0);
  }
}

}  // namespace
}  // namespace hpo::space
