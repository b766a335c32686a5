// Importances against Optuna's: tests/parity/importance.json, made by tests/parity/importance.py.
#include <hpo/report/importance.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/space/distribution_json.hpp>

#include "../check.hpp"

namespace hpo::report {
namespace {

std::vector<storage::FrozenTrial> trials_of(const Json& study) {
  std::vector<storage::FrozenTrial> trials;
  for (const Json& row : study.at("trials")) {
    auto& trial = trials.emplace_back();
    trial.state = storage::TrialState::complete;
    trial.values = row[0].get<std::vector<double>>();
    for (const Json& param : row[1])
      trial.params.push_back(
          {study.at("params")[param[0].get<std::size_t>()].get<std::string>(),
           space::from_json(study.at("distributions")[param[1].get<std::size_t>()].get<std::string>()),
           param[2].get<double>()});
  }
  return trials;
}

std::vector<storage::Direction> directions_of(const Json& study) {
  std::vector<storage::Direction> directions;
  for (const Json& word : study.at("directions"))
    directions.push_back(word == "minimize" ? storage::Direction::minimize : storage::Direction::maximize);
  return directions;
}

TEST_SUITE("report/importance_parity") {
  TEST_CASE("importances and ranking are Optuna's on the reference studies") {
    const Json record =
        Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/importance.json"));
    std::size_t compared = 0;
    for (const Json& study : record.at("studies")) {
      const auto trials = trials_of(study);
      const auto directions = directions_of(study);
      for (const Json& answer : study.at("answers")) {
        CAPTURE(study.at("name").get<std::string>());
        CAPTURE(answer.dump());
        ImportanceOptions options{.target_quantile = answer[0], .region_quantile = answer[1], .normalize = false};
        if (!answer[2].is_null()) options.objective = answer[2].get<std::size_t>();
        const auto found = importance(trials, directions, options);
        CHECK(found.size() == answer[3].size());
        std::size_t rank = 0;
        for (const auto& [name, value] : answer[3].items()) {
          REQUIRE(rank < found.size());
          if (value.get<double>() > 0) CHECK(found[rank].name == name);
          CHECK(found[rank].importance == doctest::Approx(value.get<double>()).epsilon(1e-7).scale(1e-3));
          ++rank;
          ++compared;
        }
      }
    }
    CHECK(compared > 300);
  }
}

}  // namespace
}  // namespace hpo::report
