#pragma once
/// \file  The words of --help and --version.
/// Layer `app`, tier 0.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/version.hpp>

namespace hpo::app {

/// What --help says of a verb, but for its options. An example is what follows the program's name and the verb; `@`
/// stands for the agent's name.
struct VerbUsage {
  std::string_view verb, purpose;
  std::array<std::string_view, 3> examples;  ///< fewer are empty at the end
};

inline constexpr VerbUsage tune_usage{
    "tune",
    "Search for the best hyperparameters and export the best model; continues a study that exists.",
    {"--config configs/@.toml", "--config configs/@.toml --n-trials 40 --parallel 2",
     "--config configs/@.toml --set space.optim.lr=1e-4 --set train.epochs=2"}};

inline constexpr VerbUsage train_usage{
    "train",
    "Train one configuration, without a search, and export the model folder.",
    {"--config configs/@.toml", "--config runs/@/config.toml --from-study @ --trial best",
     "--config configs/@.toml --set space.optim.lr=1e-4"}};

inline constexpr VerbUsage evaluate_usage{
    "evaluate", "Score an exported model on labelled data.", {"--model runs/@/model --input examples/data/@.csv"}};

inline constexpr VerbUsage predict_usage{
    "predict", "Apply an exported model to data.", {"--model runs/@/model --input new.csv --output predictions.csv"}};

inline constexpr VerbUsage studies_usage{
    "studies", "List the studies of a database.", {"--storage sqlite:///runs/@/study.db"}};

inline constexpr VerbUsage best_usage{
    "best",
    "Show the best trials of a study and their parameters.",
    {"--storage sqlite:///runs/@/study.db --study @", "--storage sqlite:///runs/@/study.db --study @ --top 20"}};

inline constexpr VerbUsage doctor_usage{
    "doctor", "Examine this machine: libtorch, the speed of its BLAS, cores, devices, memory, disk.", {""}};

inline constexpr std::array verb_usages{tune_usage,    train_usage, evaluate_usage, predict_usage,
                                        studies_usage, best_usage,  doctor_usage};

[[nodiscard]] inline std::vector<std::string> verbs() {
  std::vector<std::string> names;
  for (const VerbUsage& usage : verb_usages) names.emplace_back(usage.verb);
  return names;
}

[[nodiscard]] inline std::string example(std::string_view text, std::string_view agent) {
  std::string out;
  for (const char c : text) c == '@' ? out += agent : out += c;
  return out;
}

/// The last part of a verb's help.
[[nodiscard]] inline std::string examples(std::string_view program_and_verb, const VerbUsage& usage,
                                          std::string_view agent) {
  std::string text = "Examples:";
  for (std::size_t i = 0; i < usage.examples.size(); ++i)
    if (i == 0 || !usage.examples[i].empty())
      text += concat("\n  ", program_and_verb, usage.examples[i].empty() ? "" : " ", example(usage.examples[i], agent));
  return text;
}

[[nodiscard]] inline std::string program_help(std::string_view program, std::string_view agent) {
  std::string text =
      concat("Fine-tunes a text encoder for the agent '", agent, "' and searches its hyperparameters.\n\n",
             "Usage: ", program, " VERB [OPTIONS]\n\nVerbs:\n");
  for (const VerbUsage& usage : verb_usages)
    text += concat("  ", usage.verb, std::string(10 - usage.verb.size(), ' '), usage.purpose, "\n");
  text += concat("\nOptions:\n  -h, --help    this text; '", program, " VERB --help' for the options of a verb\n",
                 "  --version     the version of hpo\n",
                 "\nResults go to standard output, progress to standard error; NO_COLOR is honoured.\n",
                 "\nExit status:\n  0  done\n  1  internal error, or a fault of the machine\n",
                 "  2  wrong use, configuration or input\n  3  stopped by the user; what was finished is kept\n",
                 "  4  too many failed trials\n", "\nExample:\n  ", program, " tune ",
                 example(tune_usage.examples[0], agent), "\n");
  return text;
}

[[nodiscard]] inline std::string version_text(std::string_view program) {
  return concat(program, " (hpo ", version, ")\n");
}

}  // namespace hpo::app
