// Mirrors include/hpo/report/params_text.hpp.
#include <hpo/report/params_text.hpp>

#include <hpo/config/document.hpp>
#include <hpo/config/problems.hpp>

#include "trials.hpp"

#include "../check.hpp"

namespace hpo::report {
namespace {

TEST_SUITE("report/params_text") {
  TEST_CASE("on a line, rounded") {
    CHECK(params_text(test::some_params(0.000123456, 0)) == "optim.lr=0.0001235 head.layers=2 head.pooling=cls");
    space::Assignment values;
    values.set("a", 0.1);
    values.set("b", true);
    values.set("c", std::monostate{});
    CHECK(params_text(values) == "a=0.1 b=true c=none");
    CHECK(params_text(space::Assignment{}).empty());
  }

  TEST_CASE("as TOML: every value, exactly, in a form that a parser reads") {
    const std::string toml = params_toml(test::some_params(0.1 + 0.2, 1));
    CAPTURE(toml);
    CHECK(toml.find("[space.optim]\nlr = 0.30000000000000004") != std::string::npos);
    CHECK(toml.find("[space.head]\nlayers = 2") != std::string::npos);
    CHECK(toml.find("pooling = \"mean, \\\"all\\\"\"") != std::string::npos);
    CHECK_NOTHROW((void)config::Document::parse(toml, "best.toml"));
  }

  TEST_CASE("a whole number of a float parameter stays a float, a step stays on its grid") {
    const std::vector<storage::StoredParam> params{{"x", space::FloatDistribution{0, 2, false, 0.5}, 1.0},
                                                   {"n", space::IntDistribution{16, 64, true, 1}, 32},
                                                   {"flag", space::CategoricalDistribution{{true, false}}, 1}};
    const std::string toml = params_toml(params);
    CHECK(toml.find("x = 1.0") != std::string::npos);
    CHECK(toml.find("n = 32 ") != std::string::npos);
    CHECK(toml.find("flag = false") != std::string::npos);
  }
}
}  // namespace
}  // namespace hpo::report
