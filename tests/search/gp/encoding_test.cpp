// Mirrors include/hpo/search/gp/encoding.hpp.
#include <hpo/search/gp/encoding.hpp>

#include <limits>

#include <hpo/testing/sampler_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

const space::Assignment nothing;
const History empty;

/// Internal values by name, as a trial would have them.
std::optional<std::vector<double>> encode(const GpEncoding& encoding, const space::SearchSpace& space,
                                          const space::Assignment& values) {
  return encoding.encode([&](std::size_t p) {
    const auto& spec = space.params[p];
    const auto* value = values.find(spec.name);
    if (value == nullptr) return std::numeric_limits<double>::quiet_NaN();
    const double internal = space::to_internal(spec.distribution, *value);
    return std::holds_alternative<space::CategoricalDistribution>(spec.distribution)
               ? internal
               : Scale::of(spec.distribution).to_z(internal);
  });
}

TEST_SUITE("search/gp/encoding") {
  TEST_CASE("scales, cells and choices; nothing for what cannot vary") {
    const auto space = test::every_kind();
    const GpEncoding encoding(SampleRequest{.space = space, .history = empty, .fixed = nothing});
    // Eight parameters that vary, and whether there is a width.
    REQUIRE(encoding.dimensions() == 9);
    CHECK(encoding.categorical() == std::vector<bool>{false, false, false, false, false, false, true, true, true});
    const space::Assignment values{{"optim.lr", 1e-3},
                                   {"x", 10.0},
                                   {"dropout", 0.0},
                                   {"layers", std::int64_t{2}},
                                   {"width", std::int64_t{512}},
                                   {"batch", std::int64_t{36 + 4}},
                                   {"pooling", std::string("max")},
                                   {"bias", false}};
    const auto point = encode(encoding, space, values);
    REQUIRE(point);
    CHECK((*point)[0] == doctest::Approx(0.5));       // the middle of five decades
    CHECK((*point)[1] == 1);                          // the end of a range of reals
    CHECK((*point)[2] == doctest::Approx(0.5 / 11));  // the middle of the first of 11 cells
    CHECK((*point)[3] == doctest::Approx(0.5));       // of the second of 3
    CHECK((*point)[6] == 2);
    CHECK((*point)[7] == 1);
    CHECK((*point)[8] == 1);
    for (const auto& spec : space.params) {
      const auto axis = encoding.axis_of(static_cast<std::size_t>(&spec - space.params.data()));
      if (!axis) continue;
      CHECK(space::to_internal(spec.distribution, *values.find(spec.name)) ==
            doctest::Approx(encoding.axes()[*axis].to_internal((*point)[*axis])));
    }
  }
  TEST_CASE("what is inactive is out of the way; what is active and missing refuses the trial") {
    const space::SearchSpace space{
        {{"k", space::CategoricalDistribution{{std::string("a"), std::string("b")}}},
         {"of_a", space::FloatDistribution{0, 1}, space::Condition{.parent = "k", .any_of = {std::string("a")}}},
         {"n", space::IntDistribution{1, 4}},
         {"deep", space::FloatDistribution{0, 1}, space::Condition{.parent = "n", .at_least = 3}},
         {"deeper", space::CategoricalDistribution{{true, false}},
          space::Condition{.parent = "deep", .at_most = 0.5}}}};
    const GpEncoding encoding(SampleRequest{.space = space, .history = empty, .fixed = nothing});
    REQUIRE(encoding.dimensions() == 7);  // conditions on n and on deep have an axis, that on k needs none
    const auto b = encode(encoding, space, {{"k", std::string("b")}, {"n", std::int64_t{2}}});
    REQUIRE(b);
    CHECK(*b == std::vector<double>{1, 0.5, 0.375, 0.5, -1, 0, 0});
    CHECK_FALSE(encode(encoding, space, {{"k", std::string("a")}, {"n", std::int64_t{2}}}));
    const auto deep = encode(encoding, space, {{"k", std::string("b")}, {"n", std::int64_t{3}}, {"deep", 0.75}});
    REQUIRE(deep);
    CHECK(*deep == std::vector<double>{1, 0.5, 0.625, 0.75, -1, 1, 0});

    // A point that was moved becomes one that a trial can have.
    std::vector<double> moved{0, 0.3, 0.99, 0.2, -1, 0, 0};
    std::vector<bool> movable;
    encoding.project(moved, movable);
    CHECK(moved == std::vector<double>{0, 0.3, 0.875, 0.2, 0, 1, 1});
    CHECK(movable == std::vector<bool>{true, true, true, true, true, false, false});
    moved[2] = 0;
    encoding.project(moved, movable);
    CHECK(moved == std::vector<double>{0, 0.3, 0.125, 0.5, -1, 0, 0});
    CHECK(movable == std::vector<bool>{true, true, true, false, false, false, false});
  }
  TEST_CASE("constraints between parameters, numbers among choices included; none where one is inactive") {
    space::SearchSpace space{{{"a", space::IntDistribution{1, 4}},
                              {"k", space::CategoricalDistribution{{std::int64_t{2}, std::int64_t{8}}}},
                              {"b", space::FloatDistribution{0, 1}, space::Condition{.parent = "a", .at_least = 2}}}};
    space.constraints.emplace_back("a * k <= 8");
    space.constraints.emplace_back("b < 0.5");
    const GpEncoding encoding(SampleRequest{.space = space, .history = empty, .fixed = nothing});
    const auto keeps = [&](double a, double k, double b) {
      std::vector<double> point{encoding.axes()[0].from_internal(a), k, b, 0};
      std::vector<bool> movable;
      encoding.project(point, movable);
      return encoding.keeps_constraints(point);
    };
    CHECK(keeps(4, 0, 0.3));
    CHECK_FALSE(keeps(2, 1, 0.3));
    CHECK_FALSE(keeps(4, 0, 0.7));
    CHECK(keeps(1, 1, 0.7));
  }
  TEST_CASE("what is fixed stays, if it is active") {
    const auto space = test::every_kind();
    const space::Assignment fixed{{"layers", std::int64_t{1}}, {"width", std::int64_t{64}}, {"x", 2.5}};
    const GpEncoding encoding(SampleRequest{.space = space, .history = empty, .fixed = fixed});
    std::vector<double> point(encoding.dimensions(), 0.9);
    std::vector<bool> movable;
    encoding.project(point, movable);
    CHECK(point[1] == doctest::Approx(0.5));
    CHECK(point[3] == doctest::Approx(0.5 / 3));
    CHECK(point[4] == 0.5);  // no width in one layer
    CHECK_FALSE(movable[1]);
    CHECK_FALSE(movable[3]);
    CHECK_FALSE(movable[4]);
  }
}

}  // namespace
}  // namespace hpo::search
