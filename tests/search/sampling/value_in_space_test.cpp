// Mirrors include/hpo/search/sampling/value_in_space.hpp.
#include <hpo/search/sampling/value_in_space.hpp>

#include <string>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using space::CategoricalDistribution;
using space::FloatDistribution;
using space::IntDistribution;

TEST_SUITE("search/sampling/value_in_space") {
  TEST_CASE("numbers count where today's range and steps have them") {
    CHECK(value_in_space({"x", FloatDistribution{0, 10}, 5}, FloatDistribution{0, 10}) == 5.0);
    CHECK(value_in_space({"x", FloatDistribution{0, 10}, 5}, FloatDistribution{4, 20}) == 5.0);
    CHECK_FALSE(value_in_space({"x", FloatDistribution{0, 10}, 5}, FloatDistribution{0, 4}).has_value());
    CHECK_FALSE(value_in_space({"x", IntDistribution{0, 10}, 5}, IntDistribution{0, 10, false, 2}).has_value());
    CHECK_FALSE(value_in_space({"x", IntDistribution{0, 10}, 5}, FloatDistribution{0, 10}).has_value());
  }
  TEST_CASE("a choice is found by its value, wherever it stands now") {
    const CategoricalDistribution before{{std::string("a"), std::string("b"), std::int64_t{1}}};
    const CategoricalDistribution today{{std::int64_t{1}, std::string("a"), 1.0}};
    CHECK(value_in_space({"x", before, 0}, today) == 1.0);
    CHECK_FALSE(value_in_space({"x", before, 1}, today).has_value());
    CHECK(value_in_space({"x", before, 2}, today) == 0.0);  // 1 and 1.0 are two values
    CHECK(value_in_space({"x", before, 1}, before) == 1.0);
    CHECK_FALSE(value_in_space({"x", before, 3}, today).has_value());
    CHECK_FALSE(value_in_space({"x", before, 3}, before).has_value());
  }
}

}  // namespace
}  // namespace hpo::search
