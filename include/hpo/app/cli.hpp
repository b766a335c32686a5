#pragma once
/// \file  The command line that every agent program shares, as text in and a command out.
/// Layer `app`, tier 0. CLI11 costs 1.4 s to parse: include this in main's file only.

#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/usage_text.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/nearest.hpp>

namespace hpo::app {

namespace detail {

/// The options of one verb. Each is read as text and converted here, so that every refusal reads alike.
class VerbOptions {
 public:
  VerbOptions(std::string program_and_verb, const VerbUsage& usage) : app_(std::string(usage.purpose)) {
    app_.name(program_and_verb);
    app_.footer(examples(program_and_verb, usage));
    app_.get_formatter()->column_width(34);
    app_.allow_extras();
  }

  /// Text, a path, or an optional of either.
  template <class Target>
  CLI::Option* text(const std::string& name, const std::string& placeholder, Target& target, const std::string& help) {
    return add(name, placeholder, help, [this, name, &target](const std::string& given) {
      check(!given.empty(), name, "a value", given);
      target = given;
    });
  }

  template <class Integer>
  void whole(const std::string& name, const std::string& placeholder, Integer& target, std::int64_t least,
             const std::string& help) {
    add(name, placeholder, help, [this, name, least, &target](const std::string& given) {
      std::int64_t number = 0;
      check(converts(given, number) && number >= least, name, concat("a whole number, ", least, " or more"), given);
      target = number;
    });
  }

  template <class Number>
  void seconds(const std::string& name, Number& target, const std::string& help) {
    add(name, "SECONDS", help, [this, name, &target](const std::string& given) {
      double number = 0;
      check(converts(given, number) && std::isfinite(number) && number > 0, name, "a number of seconds, more than 0",
            given);
      target = number;
    });
  }

  template <NamedEnum E>
  void word(const std::string& name, E& target, const std::string& help) {
    std::vector<std::string_view> words;
    for (const auto& [text, value] : enum_names(target)) words.push_back(text);
    add(name, join(words, "|"), help, [this, name, words, &target](const std::string& given) {
      bool found = false;
      for (const auto& [text, value] : enum_names(target))
        if (text == given) {
          target = value;
          found = true;
        }
      check(found, name, "one of " + join(words), given);
    });
  }

  void flag(const std::string& name, bool& target, const std::string& help) { app_.add_flag(name, target, help); }

  /// `--set a.b=value`, any number of times.
  void settings(std::vector<std::string>& target) {
    const std::string name = "--set";
    app_.add_option_function<std::vector<std::string>>(
            name,
            [this, name, &target](const std::vector<std::string>& given) {
              for (const std::string& setting : given)
                check(setting.find('=') != std::string::npos && setting.front() != '=', name, "KEY=VALUE", setting);
              target = given;
            },
            "a value that overrides the file's; may be repeated")
        ->option_text("KEY=VALUE")
        ->allow_extra_args(false);
  }

  /// An option without which the verb cannot work.
  void required(CLI::Option* option) {
    option->option_text(option->get_option_text() + " (required)");
    required_.push_back(option);
  }

  /// Number of a trial, or `best`, which is written as no number.
  void trial(std::optional<std::int64_t>& target) {
    add("--trial", "best|NUMBER", "which trial of that study (default: best)", [this, &target](const std::string& given) {
      if (given == "best") return target.reset();
      std::int64_t number = 0;
      check(converts(given, number) && number >= 0, "--trial", "'best' or the number of a trial", given);
      target = number;
    });
  }

  [[nodiscard]] bool given(const std::string& name) const { return app_.count(name) > 0; }

  /// \return help, if that was asked for. Errors   UsageError.
  [[nodiscard]] std::optional<TextCommand> parse(std::vector<std::string> words) {
    std::vector<std::string> reversed(words.rbegin(), words.rend());  // CLI11 wants it so
    try {
      app_.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
      return TextCommand{app_.help()};
    } catch (const CLI::ArgumentMismatch& mismatch) {
      const std::string option = std::string(mismatch.what()).substr(0, std::string(mismatch.what()).find(':'));
      refuse(option, ": expected one value, got ", app_.count(option) > 1 ? "several" : "none");
    } catch (const CLI::ParseError& error) {
      refuse(error.what());
    }
    if (!app_.remaining().empty()) refuse_extra(app_.remaining().front());
    for (const CLI::Option* option : required_)
      if (option->empty()) refuse(option->get_name(), ": expected this option, got nothing");
    return std::nullopt;
  }

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail<UsageError>(app_.get_name(), ": ", parts...);
  }

 private:
  CLI::Option* add(const std::string& name, const std::string& placeholder, const std::string& help,
                   std::function<void(const std::string&)> store) {
    return app_.add_option_function<std::string>(name, std::move(store), help)->option_text(placeholder);
  }

  void check(bool fits, const std::string& name, std::string_view expected, const std::string& given) const {
    if (!fits) refuse(name, ": expected ", expected, ", got '", given, "'");
  }

  template <class Number>
  [[nodiscard]] static bool converts(const std::string& text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
  }

  [[noreturn]] void refuse_extra(const std::string& word) const {
    if (word.front() != '-') refuse("expected options only, got '", word, "'");
    const std::string name = word.substr(0, word.find('='));
    std::vector<std::string> known;
    for (const CLI::Option* option : app_.get_options()) known.push_back("--" + option->get_lnames().front());
    refuse("no option is called '", name, "'", known_names(name, known));
  }

  CLI::App app_;
  std::vector<CLI::Option*> required_;
};

inline void read(VerbOptions& options, TuneCommand& command) {
  options.required(options.text("--config", "FILE", command.config, "the TOML file"));
  options.whole("--n-trials", "N", command.n_trials, 1, "trials the study shall have in all");
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
[[nodiscard]] Command parse_verb(const std::string& program, const VerbUsage& usage, std::vector<std::string> words) {
  C command;
  VerbOptions options(concat(program, " ", usage.verb), usage);
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
  if (verb == "tune") return detail::parse_verb<TuneCommand>(program, tune_usage, rest);
  if (verb == "train") return detail::parse_verb<TrainCommand>(program, train_usage, rest);
  if (verb == "evaluate") return detail::parse_verb<EvaluateCommand>(program, evaluate_usage, rest);
  if (verb == "predict") return detail::parse_verb<PredictCommand>(program, predict_usage, rest);
  if (verb == "studies") return detail::parse_verb<StudiesCommand>(program, studies_usage, rest);
  if (verb == "best") return detail::parse_verb<BestCommand>(program, best_usage, rest);
  if (verb == "doctor") return detail::parse_verb<DoctorCommand>(program, doctor_usage, rest);
  if (verb.starts_with("-"))
    fail<UsageError>(program, ": expected a verb before '", verb, "'; known: ", join(verbs()), ", --help, --version");
  fail<UsageError>(program, ": no verb is called '", verb, "'", known_names(verb, verbs()));
}

/// The same for main's arguments.
[[nodiscard]] inline Command parse(int argc, const char* const* argv, const std::string& program, const std::string& agent) {
  return parse(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), program, agent);
}

}  // namespace hpo::app
