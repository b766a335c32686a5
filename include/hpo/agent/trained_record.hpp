#pragma once
/// \file  hpo.json: what an exported model folder remembers of how its model was made.
/// Layer `agent`. No torch.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/attributes.hpp>

namespace hpo::agent {

/// Enough to build the model again, to read data as it was read, and to repeat the training.
struct TrainedRecord {
  std::string agent{};
  std::string config{};  ///< the complete configuration, as TOML
  std::string study{};
  std::int64_t trial = 0;
  space::Assignment values{};
  std::string metric{};
  std::map<std::string, double> validation{};  ///< every metric
  std::map<std::string, double> test{};        ///< the same on the test rows; empty without any
  Json task = Json::object();                  ///< what the task adds, such as the names of the classes
};

inline constexpr const char* record_file = "hpo.json";

[[nodiscard]] inline std::string to_text(const TrainedRecord& record) {
  const Json json{{"format", 1},
                  {"agent", record.agent},
                  {"study", record.study},
                  {"trial", record.trial},
                  {"metric", record.metric},
                  {"validation", record.validation},
                  {"test", record.test},
                  {"values", Json::parse(storage::json_text(record.values))},
                  {"task", record.task},
                  {"config", record.config}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Errors   CheckpointError if the folder was not exported by hpo, or by a later version of it.
[[nodiscard]] inline TrainedRecord read_record(const std::filesystem::path& folder) {
  const auto path = folder / record_file;
  require<CheckpointError>(std::filesystem::exists(path), folder,
                           ": expected a model folder that hpo exported, got one without ", record_file);
  try {
    const Json json = Json::parse(read_file<CheckpointError>(path));
    const auto format = json.at("format").get<std::int64_t>();
    require<CheckpointError>(format == 1, path, ": format: expected 1, got ", format, "; use the hpo that wrote it");
    return {.agent = json.at("agent").get<std::string>(),
            .config = json.at("config").get<std::string>(),
            .study = json.at("study").get<std::string>(),
            .trial = json.at("trial").get<std::int64_t>(),
            .values = storage::assignment_from_json(json.at("values").dump()),
            .metric = json.at("metric").get<std::string>(),
            .validation = json.at("validation").get<std::map<std::string, double>>(),
            .test = json.at("test").get<std::map<std::string, double>>(),
            .task = json.at("task")};
  } catch (const Json::exception& error) {
    fail<CheckpointError>(path, ": expected what hpo writes, got something else: ", error.what());
  }
}

}  // namespace hpo::agent
