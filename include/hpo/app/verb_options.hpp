#pragma once
/// \file  The options of one verb, read by CLI11, refused in hpo's words.
/// Layer `app`, tier 0.

#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/usage_text.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::app {

/// The options of one verb. Each is read as text and converted here, so that every refusal reads alike.
class VerbOptions {
 public:
  VerbOptions(const std::string& program_and_verb, const VerbUsage& usage, const std::string& agent)
      : app_(std::string(usage.purpose)) {
    app_.name(program_and_verb);
    app_.footer(examples(program_and_verb, usage, agent));
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
    add("--trial", "best|NUMBER", "which trial of that study (default: best)",
        [this, &target](const std::string& given) {
          if (given == "best") return target.reset();
          std::int64_t number = 0;
          check(converts(given, number) && number >= 0, "--trial", "'best' or the number of a trial", given);
          target = number;
        });
  }

  [[nodiscard]] bool given(const std::string& name) const { return app_.count(name) > 0; }

  /// \return help, if that was asked for.
  /// Errors   UsageError.
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

}  // namespace hpo::app
