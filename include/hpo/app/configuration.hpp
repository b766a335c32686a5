#pragma once
/// \file  From a command line to a complete configuration.
/// Layer `app`. No torch.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

#include <hpo/agent/config.hpp>
#include <hpo/app/command.hpp>
#include <hpo/config/document.hpp>
#include <hpo/core/error.hpp>
#include <hpo/storage/any_storage.hpp>
#include <hpo/storage/sqlite_path.hpp>

namespace hpo::app {

/// The file with what `--set` says over it, checked, complete, its paths absolute: written to a file it repeats the run
/// from any folder.
/// Errors   ConfigError with all that is wrong.
template <agent::Configurable A>
[[nodiscard]] agent::Config<A> configuration_of(const std::filesystem::path& file,
                                                const std::vector<std::string>& settings) {
  auto document = config::Document::load(file);
  for (const auto& setting : settings) document.set(setting);
  auto config = agent::read_config<A>(document);
  const auto absolute = [](std::string& path) {
    if (!path.empty()) path = std::filesystem::absolute(path).lexically_normal().string();
  };
  for (std::string* path :
       {&config.data.source.train, &config.data.source.valid, &config.data.source.test, &config.output.dir})
    absolute(*path);
  if (std::filesystem::exists(config.encoder.model)) absolute(config.encoder.model);
  return config;
}

/// The same for `tune`, whose options stand over the file.
template <agent::Configurable A>
[[nodiscard]] agent::Config<A> configuration_of(const TuneCommand& command) {
  auto config = configuration_of<A>(command.config, command.set);
  if (command.study) config.study.name = *command.study;
  if (command.storage) config.study.storage = *command.storage;
  if (command.outdir) config.output.dir = command.outdir->string();
  if (command.seed) config.study.seed = *command.seed;
  if (command.timeout_s) config.study.timeout_s = *command.timeout_s;
  if (command.parallel) config.study.parallel = *command.parallel;
  agent::complete(config);
  return config;
}

/// Trials at once: as many as asked, or one per core; on a GPU one, which has it and its memory to itself.
[[nodiscard]] inline std::int64_t parallel_of(const agent::StudySection& study, bool on_gpu) {
  if (study.parallel > 0) return study.parallel;
  return on_gpu ? 1 : std::max<std::int64_t>(1, std::thread::hardware_concurrency());
}

/// The storage that a URL means; the folders that a new database needs are made.
/// Errors   ConfigError, StorageError.
[[nodiscard]] inline storage::AnyStorage open_storage(const std::string& url, storage::OptunaCompat compat) {
  if (url != "memory") {
    const std::filesystem::path path = storage::sqlite_path(url);
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
  }
  return storage::AnyStorage(url, {.optuna_compat = compat});
}

/// A database that is there already.
/// Errors   UsageError if it is not; ConfigError, StorageError.
[[nodiscard]] inline storage::AnyStorage open_existing(const std::string& url) {
  require<UsageError>(url != "memory", "--storage: expected a database, got memory, which ends with its program");
  const auto path = storage::sqlite_path(url);
  require<UsageError>(std::filesystem::exists(path), path, ": expected a study database, got nothing there");
  return storage::AnyStorage(url);
}

}  // namespace hpo::app
