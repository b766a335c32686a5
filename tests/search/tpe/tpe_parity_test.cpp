// Observations, splits and groups that Optuna was asked about (tests/parity/tpe.py): the same numbers here.
#include <filesystem>

#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/search/tpe/parzen_mixture.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

const Json& record() {
  static const Json json =
      Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/tpe.json"));
  return json;
}

space::Distribution distribution(const Json& json) {
  if (json.contains("choices")) {
    space::CategoricalDistribution categorical;
    for (std::int64_t i = 0; i < json["choices"]; ++i) categorical.choices.emplace_back(i);
    return categorical;
  }
  if (json["int"]) return space::IntDistribution{json["low"], json["high"], json["log"], json["step"]};
  space::FloatDistribution real{json["low"], json["high"], json["log"]};
  if (!json["step"].is_null()) real.step = json["step"].get<double>();
  return real;
}

storage::FrozenTrial trial(const Json& json) {
  storage::FrozenTrial trial{.state = json["state"] == "complete" ? storage::TrialState::complete
                                      : json["state"] == "pruned" ? storage::TrialState::pruned
                                                                  : storage::TrialState::running,
                             .values = json["values"].get<std::vector<double>>()};
  for (const auto& report : json["intermediate"])
    trial.intermediate[report[0]] = report[1].is_null() ? std::nan("") : report[1].get<double>();
  for (const auto& [name, value] : json["constraints"].items())
    trial.system_attrs["constraints:" + name] = value.dump();
  return trial;
}

TEST_SUITE("search/tpe/tpe_parity") {
  TEST_CASE("densities, weights and widths of the kernels") {
    for (const auto& json : record()["mixtures"]) {
      std::vector<space::ParamSpec> specs;
      for (const auto& column : json["columns"]) specs.push_back({concat("x", specs.size()), distribution(column)});
      std::vector<ParamColumn> columns(specs.begin(), specs.end());
      std::vector<const ParamColumn*> all;
      for (std::size_t d = 0; d < columns.size(); ++d) {
        for (const auto& row : json["rows"]) {
          const double x = row[d];
          columns[d].z.push_back(columns[d].choices > 0 ? x : columns[d].scale.to_z(x));
        }
        all.push_back(&columns[d]);
      }
      std::vector<std::size_t> rows(json["rows"].size());
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
      ParzenMixture mixture(all, {.prior_weight = json["prior_weight"], .fading = !json["uniform"].get<bool>()});
      mixture.observe(rows);
      CAPTURE(json["columns"].dump());
      CAPTURE(rows.size());
      if (!rows.empty())
        for (std::size_t k = 0; k <= rows.size(); ++k)
          CHECK(mixture.weights()[k] == doctest::Approx(json["weights"][k].get<double>()).epsilon(1e-13));
      for (std::size_t d = 0; d < columns.size(); ++d)
        for (std::size_t k = 0; columns[d].choices == 0 && k <= rows.size(); ++k)
          CHECK(mixture.normal(k, d).second == doctest::Approx(json["sigmas"][d][k].get<double>()).epsilon(1e-12));
      std::vector<double> points, got(json["points"].size());
      for (const auto& point : json["points"])
        for (const auto& x : point) points.push_back(x);
      mixture.log_density(points, got);
      for (std::size_t i = 0; i < got.size(); ++i)
        CHECK(std::abs(got[i] - json["log_density"][i].get<double>()) < 1e-9);
    }
  }
  TEST_CASE("good and bad trials") {
    for (const auto& json : record()["splits"]) {
      std::vector<storage::Direction> directions;
      for (const auto& word : json["directions"])
        directions.push_back(word == "minimize" ? storage::Direction::minimize : storage::Direction::maximize);
      std::vector<Rank> ranks;
      std::vector<std::size_t> rows;
      for (std::size_t i = 0; i < json["trials"].size(); ++i)
        if (auto rank = Rank::of(trial(json["trials"][i]), directions)) {
          ranks.push_back(*std::move(rank));
          rows.push_back(i);
        }
      std::vector<const Rank*> all;
      for (const auto& rank : ranks) all.push_back(&rank);
      CAPTURE(directions.size());
      CAPTURE(rows.size());
      CHECK(tpe_gamma(rows.size(), TpeGamma::linear, directions.size()) == json["count"].get<std::size_t>());
      auto best = best_ranks(all, json["count"]);
      for (auto& i : best) i = rows[i];
      CHECK(best == json["below"].get<std::vector<std::size_t>>());
    }
  }
  TEST_CASE("parameters that the same trials have") {
    for (const auto& json : record()["groups"]) {
      space::SearchSpace space;
      for (const auto& name : json["names"]) space.params.push_back({name, space::FloatDistribution{0, 1}});
      History history;
      for (const auto& names : json["trials"]) {
        const auto number = static_cast<std::int64_t>(history.trials().size());
        storage::FrozenTrial finished{.id = number + 1, .number = number, .state = TrialState::complete, .values = {1}};
        for (const auto& name : names) finished.params.push_back({name, space::FloatDistribution{0, 1}, 0.5});
        history.put(std::move(finished));
      }
      Observations seen;
      const space::Assignment nothing;
      static_cast<void>(seen.update({space, history, {Direction::minimize}, 0, 12, nothing}));
      std::map<std::size_t, std::vector<std::string>> groups;
      for (const auto& column : seen.columns()) groups[column.group].push_back(column.spec->name);
      std::vector<std::vector<std::string>> sorted;
      for (auto& [unused, names] : groups) {
        std::ranges::sort(names);
        sorted.push_back(names);
      }
      std::ranges::sort(sorted);
      CHECK(sorted == json["groups"].get<std::vector<std::vector<std::string>>>());
    }
  }
}

}  // namespace
}  // namespace hpo::search
