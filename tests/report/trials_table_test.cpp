// Mirrors include/hpo/report/trials_table.hpp.
#include <hpo/report/trials_table.hpp>

#include <limits>
#include <sstream>

#include "trials.hpp"

#include "../check.hpp"

namespace hpo::report {
namespace {

TEST_SUITE("report/trials_table") {
  TEST_CASE("csv: stable columns, quoted where it must be, empty where there is nothing") {
    CHECK(trials_csv(test::some_trials()) ==
          "number,state,value,started,completed,seconds,cause,params_head.layers,params_head.pooling,params_optim.lr,"
          "user_attrs_accuracy,user_attrs_note\n"
          "0,complete,0.75,2023-11-14T22:13:20.000Z,2023-11-14T22:13:24.000Z,4,,2,cls,0.001,,\n"
          "1,pruned,0.25,2023-11-14T22:13:30.000Z,2023-11-14T22:13:34.000Z,4,,2,\"mean, \"\"all\"\"\",0.002,,\n"
          "2,failed,,2023-11-14T22:13:40.000Z,2023-11-14T22:13:44.000Z,4,\"loss is NaN,\nat step 3\",2,,0.003,,\n"
          "3,running,,2023-11-14T22:13:50.000Z,,,,2,\"mean, \"\"all\"\"\",0.004,,\n"
          "4,complete,0.875,2023-11-14T22:14:00.000Z,2023-11-14T22:14:04.000Z,4,,2,cls,0.005,0.9,good\n");
  }

  TEST_CASE("csv: no trials give the head") {
    CHECK(trials_csv({}) == "number,state,value,started,completed,seconds,cause\n");
    CHECK(trials_jsonl({}).empty());
  }

  TEST_CASE("csv cells") {
    CHECK(csv_cell("plain") == "plain");
    CHECK(csv_cell("a,b") == "\"a,b\"");
    CHECK(csv_cell("say \"x\"") == "\"say \"\"x\"\"\"");
    CHECK(csv_cell("a\rb") == "\"a\rb\"");
    CHECK(csv_cell(" a") == "\" a\"");
    CHECK(csv_cell("").empty());
  }

  TEST_CASE("jsonl: an object a trial with its reports") {
    std::vector<Json> rows;
    std::istringstream lines(trials_jsonl(test::some_trials()));
    for (std::string line; std::getline(lines, line);) rows.push_back(Json::parse(line));
    REQUIRE(rows.size() == 5);
    CHECK(rows[0].dump() ==
          R"({"number":0,"state":"complete","value":0.75,"started":"2023-11-14T22:13:20.000Z",)"
          R"("completed":"2023-11-14T22:13:24.000Z","seconds":4.0,"cause":null,)"
          R"("params":{"optim.lr":0.001,"head.layers":2,"head.pooling":"cls"},"user_attrs":{},"intermediate":{}})");
    CHECK(rows[1]["intermediate"] == Json{{"1", 0.5}, {"2", 0.25}});
    CHECK(rows[2]["cause"] == "loss is NaN,\nat step 3");
    CHECK(rows[2]["value"].is_null());
    CHECK(rows[3]["completed"].is_null());
    CHECK(rows[4]["user_attrs"] == Json{{"accuracy", 0.9}, {"note", "good"}});
  }

  TEST_CASE("values that JSON has no word for, and choices of every kind") {
    auto trials = test::some_trials();
    trials.resize(1);
    trials[0].values = {-std::numeric_limits<double>::infinity()};
    trials[0].params = {{"flag", space::CategoricalDistribution{{true, std::monostate{}}}, 0},
                        {"none", space::CategoricalDistribution{{true, std::monostate{}}}, 1}};
    trials[0].user_attrs = {{"odd", "NaN"}, {"list", "[1, 2]"}};
    const Json row = Json::parse(trials_jsonl(trials));
    CHECK(row["value"].is_null());
    CHECK(row["params"].dump() == R"({"flag":true,"none":null})");
    CHECK(row["user_attrs"].dump() == R"({"list":[1,2],"odd":"NaN"})");
    CHECK(trials_csv(trials).ends_with(",true,none,\"[1, 2]\",NaN\n"));
    CHECK(trials_csv(trials).find("0,complete,-inf,") != std::string::npos);
  }
}
}  // namespace
}  // namespace hpo::report
