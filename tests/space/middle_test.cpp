// Mirrors include/hpo/space/middle.hpp.
#include <hpo/space/middle.hpp>

#include <cmath>
#include <string>

#include "../check.hpp"

namespace hpo::space {
namespace {

TEST_SUITE("space/middle") {
  TEST_CASE("the middle of each kind of range") {
    CHECK(middle(FloatDistribution{1, 4}) == Value{2.5});
    CHECK(std::get<double>(middle(FloatDistribution{1e-5, 1e-3, true})) == doctest::Approx(1e-4));
    CHECK(middle(FloatDistribution{0, 1, false, 0.4}) == Value{0.4});
    CHECK(middle(IntDistribution{1, 4}) == Value{std::int64_t{3}});
    CHECK(middle(IntDistribution{4, 64, true}) == Value{std::int64_t{16}});
    CHECK(middle(IntDistribution{0, 10, false, 4}) == Value{std::int64_t{4}});
    CHECK(middle(IntDistribution{7, 7}) == Value{std::int64_t{7}});
    CHECK(middle(CategoricalDistribution{{std::string("cls"), std::string("mean")}}) == Value{std::string("cls")});
  }
  TEST_CASE("a conditional parameter is there if the middle of its parent wants it") {
    SearchSpace space{{{"layers", IntDistribution{1, 3}},
                       {"width", FloatDistribution{0, 2}, Condition{.parent = "layers", .at_least = 2}},
                       {"short", FloatDistribution{0, 1}, Condition{.parent = "layers", .at_most = 1}}}};
    CHECK(middle_of(space) == Assignment{{"layers", std::int64_t{2}}, {"width", 1.0}});
    space.params[0].distribution = IntDistribution{1, 1};
    CHECK(middle_of(space) == Assignment{{"layers", std::int64_t{1}}, {"short", 0.5}});
  }
}

}  // namespace
}  // namespace hpo::space
