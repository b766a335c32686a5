#pragma once
/// \file  What a command line asks for: one aggregate per verb.
/// Layer `app`, tier 0.
///
/// An empty optional was not given: the configuration's value holds.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <hpo/report/log_format.hpp>

namespace hpo::app {

/// Search: runs trials until the study has enough of them, and exports the best.
struct TuneCommand {
  std::filesystem::path config;
  std::optional<std::int64_t> n_trials;
  std::optional<std::int64_t> parallel;  ///< trials at once
  std::optional<double> timeout_s;
  std::optional<std::string> study;
  std::optional<std::string> storage;  ///< URL
  std::optional<std::filesystem::path> outdir;
  std::optional<std::int64_t> seed;
  std::vector<std::string> set;  ///< "a.b=value", in the order given
  report::LogFormat log = report::LogFormat::text;
  bool quiet = false;
};

/// One configuration, no search: that of the file, or that of a trial.
struct TrainCommand {
  std::filesystem::path config;
  std::optional<std::string> from_study;
  std::optional<std::int64_t> trial;  ///< of `from_study`; none: its best
  std::optional<std::string> storage;
  std::optional<std::filesystem::path> outdir;
  std::vector<std::string> set;
};

/// Scores an exported model on labelled data.
struct EvaluateCommand {
  std::filesystem::path model;
  std::filesystem::path input;
  std::vector<std::string> set;
};

/// Applies an exported model to data without labels.
struct PredictCommand {
  std::filesystem::path model;
  std::filesystem::path input;
  std::filesystem::path output;
};

/// Lists the studies of a database.
struct StudiesCommand {
  std::string storage;
};

/// Shows the best trials of a study.
struct BestCommand {
  std::string storage;
  std::string study;
  std::int64_t top = 5;
};

/// Examines the machine.
struct DoctorCommand {};

/// Help or version: text for stdout, then success.
struct TextCommand {
  std::string text;
};

using Command = std::variant<TuneCommand, TrainCommand, EvaluateCommand, PredictCommand, StudiesCommand, BestCommand,
                             DoctorCommand, TextCommand>;

}  // namespace hpo::app
