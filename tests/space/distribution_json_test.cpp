// Mirrors include/hpo/space/distribution_json.hpp.
#include <hpo/space/distribution_json.hpp>

#include <limits>

#include "../check.hpp"

namespace hpo::space {
namespace {

TEST_SUITE("space/distribution_json") {
  TEST_CASE("the text is Optuna's, byte for byte, and reads back equal") {
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const std::pair<Distribution, const char*> recorded[] = {
        // by distribution_to_json of Optuna 3.1.0
        {FloatDistribution{0, 0.45, false, 0.15},
         R"({"name": "FloatDistribution", "attributes": {"step": 0.15, "low": 0.0, "high": 0.45, "log": false}})"},
        {FloatDistribution{1e-5, 0.1, true},
         R"({"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}})"},
        {FloatDistribution{0.1, 1e16},
         R"({"name": "FloatDistribution", "attributes": {"step": null, "low": 0.1, "high": 1e+16, "log": false}})"},
        {FloatDistribution{1e-4, 123456.789},
         R"({"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 123456.789, "log": false}})"},
        {FloatDistribution{-1.5e-7, 0.89999985, false, 0.3},
         R"({"name": "FloatDistribution", "attributes": {"step": 0.3, "low": -1.5e-07, "high": 0.89999985, "log": false}})"},
        {IntDistribution{1, 7, false, 3},
         R"({"name": "IntDistribution", "attributes": {"log": false, "step": 3, "low": 1, "high": 7}})"},
        {CategoricalDistribution{{std::monostate{}, true, std::int64_t{2}, 3.5, "é\"a\\NaN", nan, -inf, 2.0}},
         R"({"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 2, 3.5, "\u00e9\"a\\NaN", NaN, -Infinity, 2.0]}})"},
    };
    for (const auto& [distribution, text] : recorded) {
      CHECK(to_json(distribution) == text);
      CHECK(from_json(text) == distribution);
    }
  }

  TEST_CASE("any key order, any white space, and the short form") {
    CHECK(
        from_json("{ \"attributes\":{\"high\":8,\"low\":1,\"log\":true,\"step\":1},\n \"name\":\"IntDistribution\"}") ==
        Distribution(IntDistribution{1, 8, true}));
    CHECK(from_json(R"({"type":"float","low":0,"high":1})") == Distribution(FloatDistribution{0, 1}));
    CHECK(from_json(R"({"type":"float","low":0,"high":1,"step":0.25})") ==
          Distribution(FloatDistribution{0, 1, false, 0.25}));
    CHECK(from_json(R"({"type":"int","low":1.0,"high":9,"step":2})") == Distribution(IntDistribution{1, 9, false, 2}));
    CHECK(from_json(R"({"type":"categorical","choices":["a"]})") == Distribution(CategoricalDistribution{{"a"}}));
  }

  TEST_CASE("the names used before Optuna 3") {
    CHECK(from_json(R"({"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}})") ==
          Distribution(FloatDistribution{0, 1}));
    CHECK(from_json(R"({"name": "LogUniformDistribution", "attributes": {"low": 0.1, "high": 1.0}})") ==
          Distribution(FloatDistribution{0.1, 1, true}));
    CHECK(from_json(R"({"name": "DiscreteUniformDistribution", "attributes": {"low": 0.0, "high": 1.0, "q": 0.3}})") ==
          Distribution(FloatDistribution{0, 0.9, false, 0.3}));
    CHECK(from_json(R"({"name": "IntUniformDistribution", "attributes": {"low": 1, "high": 9, "step": 3}})") ==
          Distribution(IntDistribution{1, 7, false, 3}));
    CHECK(from_json(R"({"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 9, "step": 1}})") ==
          Distribution(IntDistribution{1, 9, true}));
  }

  TEST_CASE("text that is no distribution is refused, with the text") {
    for (const std::string text : std::initializer_list<const char*>{
             "", "{", "[]", "7", "{}", R"({"name": "FloatDistribution"})", R"({"type": "float", "low": 1})",
             R"({"type": "float", "low": "a", "high": 1})", R"({"type": "float", "low": 3, "high": 1})",
             R"({"type": "float", "low": NaN, "high": 1})", R"({"type": "int", "low": 0.5, "high": 1})",
             R"({"type": "int", "low": 0, "high": 99999999999999999999})", R"({"type": "categorical", "choices": []})",
             R"({"type": "categorical", "choices": [[1]]})", R"({"type": "categorical", "choices": [["nan"]]})",
             R"({"type": "categorical", "choices": [{}]})"}) {
      CAPTURE(text);
      CHECK_THROWS_AS((void)from_json(text), ConfigError);
    }
    CHECK_THROWS_WITH_AS(
        (void)from_json(R"({"type":"normal","mu":0})"),
        R"(distribution {"type":"normal","mu":0}: no distribution is called 'normal'; known: FloatDistribution, IntDistribution, CategoricalDistribution)",
        ConfigError);
  }
}

}  // namespace
}  // namespace hpo::space
