// Mirrors include/hpo/space/{literal,condition,param,space,consumption}.hpp; what must not compile is in
// tests/compile_fail.
#include <hpo/space/consumption.hpp>
#include <hpo/space/space.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

constexpr auto declared = space::of(
    real<"optim.lr">(1e-5, 5e-3).log(), real<"head.dropout">(0.0, 0.5).step(0.15), integer<"head.layers">(1, 3),
    integer<"head.width">(32, 512).log().when<"head.layers">(at_least(2)), choice<"head.pooling">("cls", "mean", "max"),
    choice<"head.norm">(true, false).when<"head.pooling">(any_of("mean", "max")), choice<"train.batch">(8, 16, 32),
    choice<"train.clip">(none, 0.5, 1), choice<"loss">("ce", "focal"),
    real<"gamma">(0.5, 5).when<"loss">(equals("focal")), real<"wide">(0, 1).when<"head.width">(at_most(64)));
using Declared = decltype(declared);

struct Optimizer {
  using consumes = Names<"optim.lr", "train.clip", "train.batch">;
};
struct Head {
  using consumes = Names<"head.dropout", "head.layers", "head.width", "head.pooling", "head.norm", "wide">;
};
struct Loss {
  using consumes = Names<"loss", "gamma", "train.batch">;
};

static_assert(Space<Declared>);
static_assert(!Space<int>);
static_assert(Consumer<Head>);
static_assert(!Consumer<int>);
static_assert(consumed_by<Declared, Optimizer, Head, Loss>);
static_assert(Declared::names.size() == 11 && Declared::names[3] == "head.width");
static_assert(Declared::has<"loss">() && !Declared::has<"lost">());

static_assert(Choosable<bool> && Choosable<int> && Choosable<const char[4]> && Choosable<std::monostate>);
static_assert(!Choosable<void*>);
static_assert(std::same_as<ReadAs<int, long>, std::int64_t>);
static_assert(std::same_as<ReadAs<float, double>, double>);
static_assert(std::same_as<ReadAs<char[2], const char*>, std::string>);
static_assert(std::same_as<ReadAs<std::monostate, double>, Value>);
static_assert(std::same_as<ReadAs<int, bool>, Value>);

template <class P>
concept HasLog = requires(P p) { p.log(); };
static_assert(HasLog<decltype(real<"x">(1, 2))> && !HasLog<decltype(choice<"x">(1, 2))>);

TEST_SUITE("space/space") {
  TEST_CASE("the run-time view holds what was declared, in order") {
    const SearchSpace space = declared.search_space();
    const SearchSpace expected{
        {{"optim.lr", FloatDistribution{1e-5, 5e-3, true}},
         {"head.dropout", FloatDistribution{0, 0.45, false, 0.15}},
         {"head.layers", IntDistribution{1, 3}},
         {"head.width", IntDistribution{32, 512, true}, Condition{.parent = "head.layers", .at_least = 2}},
         {"head.pooling", CategoricalDistribution{{"cls", "mean", "max"}}},
         {"head.norm", CategoricalDistribution{{true, false}}, Condition{"head.pooling", {"mean", "max"}}},
         {"train.batch", CategoricalDistribution{{std::int64_t{8}, std::int64_t{16}, std::int64_t{32}}}},
         {"train.clip", CategoricalDistribution{{std::monostate{}, 0.5, std::int64_t{1}}}},
         {"loss", CategoricalDistribution{{"ce", "focal"}}},
         {"gamma", FloatDistribution{0.5, 5}, Condition{"loss", {"focal"}}},
         {"wide", FloatDistribution{0, 1}, Condition{.parent = "head.width", .at_most = 64}}}};
    CHECK(space == expected);
    CHECK_NOTHROW(space.validate());
  }

  TEST_CASE("a space without parameters is one") {
    static_assert(consumed_by<decltype(space::of())>);
    CHECK(space::of().search_space().params.empty());
  }

  TEST_CASE("ranges that are only known at run time are refused then") {
    double low = 2;
    CHECK_THROWS_WITH_AS((void)real<"x">(low, 1), "x: expected low < high, both finite", ConfigError);
    CHECK_THROWS_WITH_AS((void)real<"x">(low - 2, 1).log(), "x: expected low > 0 for a log range", ConfigError);
    CHECK_THROWS_AS((void)real<"x">(low, 5).log().step(1), ConfigError);
    CHECK_THROWS_AS((void)real<"x">(low, 5).step(0), ConfigError);
    CHECK_THROWS_AS((void)integer<"x">(3, 1), ConfigError);
    CHECK_THROWS_AS((void)choice<"x">(low, 2.0), ConfigError);
    CHECK_THROWS_AS((void)space::of(choice<"x">(1, 2), real<"y">(0, 1).when<"x">(any_of(static_cast<int>(low) + 1))),
                    ConfigError);
  }
}

}  // namespace
}  // namespace hpo::space
