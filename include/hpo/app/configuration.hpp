#pragma once
/// \file  From a command line to a complete configuration.
/// Layer `app`, tier 3.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <hpo/agent/config.hpp>
#include <hpo/app/command.hpp>
#include <hpo/config/document.hpp>
#include <hpo/sweep/agent/prepare.hpp>

namespace hpo::app {

namespace detail {
template <agent::Configurable A>
[[nodiscard]] agent::Config<A> configured(const std::filesystem::path& file, const std::vector<std::string>& settings) {
  auto document = config::Document::load(file);
  for (const auto& setting : settings) document.set(setting);
  return agent::read_config<A>(document);
}
}  // namespace detail

/// The file with what `--set` says over it, checked, complete, its paths absolute: written to a file it repeats the run
/// from any folder.
/// Errors   ConfigError with all that is wrong.
template <agent::Configurable A>
[[nodiscard]] agent::Config<A> configuration_of(const std::filesystem::path& file,
                                                const std::vector<std::string>& settings) {
  return sweep::completed<A>(detail::configured<A>(file, settings));
}

/// The same for `tune`, whose options stand over the file.
template <agent::Configurable A>
[[nodiscard]] agent::Config<A> configuration_of(const TuneCommand& command) {
  auto config = detail::configured<A>(command.config, command.set);
  if (command.study) config.study.name = *command.study;
  if (command.storage) config.study.storage = *command.storage;
  if (command.outdir) config.output.dir = command.outdir->string();
  if (command.seed) config.study.seed = *command.seed;
  if (command.timeout_s) config.study.timeout_s = *command.timeout_s;
  if (command.parallel) config.study.parallel = *command.parallel;
  return sweep::completed<A>(std::move(config));
}

}  // namespace hpo::app
