#pragma once
/// \file  The command line that every agent program shares, as text in and a command out.
/// Layer `app`, tier 0. CLI11 costs 1.4 s to parse: include this in main's file only.

#include <string>
#include <utility>
#include <vector>

#include <hpo/app/command.hpp>
#include <hpo/app/usage_text.hpp>
#include <hpo/app/verb_options.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::app {

namespace detail {

inline void read(VerbOptions& options, TuneCommand& command) {
  options.required(options.text("--config", "FILE", command.config, "the TOML file"));
  options.whole("--n-trials", "N", command.n_trials, 1, "run so many trials more");
  options.whole("--parallel", "K", command.parallel, 1, "trials at once");
  options.seconds("--timeout", command.timeout_s, "start no trial after this time");
  options.text("--study", "NAME", command.study, "name of the study");
  options.text("--storage", "URL", command.storage, "its database, such as sqlite:///runs/study.db");
  options.text("--outdir", "DIR", command.outdir, "where results go");
  options.whole("--seed", "S", command.seed, 0, "the number that all randomness starts from");
  options.settings(command.set);
  options.word("--log", command.log, "how progress is written");
  options.flag("--quiet", command.quiet, "say nothing but errors while running");
}

inline void read(VerbOptions& options, TrainCommand& command) {
  options.required(options.text("--config", "FILE", command.config, "the TOML file"));
  options.text("--from-study", "NAME", command.from_study, "take the parameters of a trial of this study");
  options.trial(command.trial);
  options.text("--storage", "URL", command.storage, "the study's database");
  options.text("--outdir", "DIR", command.outdir, "where the model folder goes");
  options.settings(command.set);
}

inline void read(VerbOptions& options, EvaluateCommand& command) {
  options.required(options.text("--model", "DIR", command.model, "an exported model folder"));
  options.required(options.text("--input", "FILE", command.input, "labelled data"));
  options.settings(command.set);
}

inline void read(VerbOptions& options, PredictCommand& command) {
  options.required(options.text("--model", "DIR", command.model, "an exported model folder"));
  options.required(options.text("--input", "FILE", command.input, "data; labels are not needed"));
  options.required(options.text("--output", "FILE", command.output, "predictions: .csv, .tsv or .jsonl"));
}

inline void read(VerbOptions& options, StudiesCommand& command) {
  options.required(options.text("--storage", "URL", command.storage, "the database"));
}

inline void read(VerbOptions& options, BestCommand& command) {
  options.required(options.text("--storage", "URL", command.storage, "the database"));
  options.required(options.text("--study", "NAME", command.study, "name of the study"));
  options.whole("--top", "K", command.top, 1, concat("how many trials (default: ", command.top, ")"));
}

inline void read(VerbOptions&, DoctorCommand&) {}

/// What no single option can tell.
inline void check_together(const VerbOptions&, const auto&) {}
inline void check_together(const VerbOptions& options, const TrainCommand& command) {
  if (options.given("--trial") && !command.from_study) options.refuse("--trial: expected --from-study NAME beside it");
}

template <class C>
[[nodiscard]] Command parse_verb(const std::string& program, const std::string& agent, const VerbUsage& usage,
                                 std::vector<std::string> words) {
  C command;
  VerbOptions options(concat(program, " ", usage.verb), usage, agent);
  read(options, command);
  if (auto help = options.parse(std::move(words))) return *std::move(help);
  check_together(options, command);
  return command;
}

}  // namespace detail

/// The command that `words` (argv without the program's name) ask of `program`, whose agent is `agent`.
/// Errors   UsageError: the verb or option that does not exist or fit, the nearest known one, and the list.
[[nodiscard]] inline Command parse(const std::vector<std::string>& words, const std::string& program,
                                   const std::string& agent) {
  if (words.empty()) fail<UsageError>(program, ": expected a verb, got nothing; known: ", join(verbs()));
  const std::string& verb = words.front();
  if (verb == "--help" || verb == "-h" || verb == "help") return TextCommand{program_help(program, agent)};
  if (verb == "--version") return TextCommand{version_text(program)};
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (verb == "tune") return detail::parse_verb<TuneCommand>(program, agent, tune_usage, rest);
  if (verb == "train") return detail::parse_verb<TrainCommand>(program, agent, train_usage, rest);
  if (verb == "evaluate") return detail::parse_verb<EvaluateCommand>(program, agent, evaluate_usage, rest);
  if (verb == "predict") return detail::parse_verb<PredictCommand>(program, agent, predict_usage, rest);
  if (verb == "studies") return detail::parse_verb<StudiesCommand>(program, agent, studies_usage, rest);
  if (verb == "best") return detail::parse_verb<BestCommand>(program, agent, best_usage, rest);
  if (verb == "doctor") return detail::parse_verb<DoctorCommand>(program, agent, doctor_usage, rest);
  if (verb.starts_with("-"))
    fail<UsageError>(program, ": expected a verb before '", verb, "'; known: ", join(verbs()), ", --help, --version");
  fail<UsageError>(program, ": no verb is called '", verb, "'", known_names(verb, verbs()));
}

/// The same for main's arguments.
[[nodiscard]] inline Command parse(int argc, const char* const* argv, const std::string& program,
                                   const std::string& agent) {
  return parse(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), program, agent);
}

}  // namespace hpo::app
