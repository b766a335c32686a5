// Mirrors include/hpo/app/cli.hpp and usage_text.hpp.
#include <hpo/app/cli.hpp>

#include <algorithm>
#include <sstream>

#include "../check.hpp"

namespace hpo::app {
namespace {

using Words = std::vector<std::string>;

Command parsed(const Words& words) {
  return parse(words, "criteria", "criteria");
}

template <class C>
C as(const Words& words) {
  const Command command = parsed(words);
  REQUIRE(std::holds_alternative<C>(command));
  return std::get<C>(command);
}

std::string refusal(const Words& words) {
  try {
    (void)parsed(words);
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return error.what();
  }
  return "accepted";
}

TEST_SUITE("app/cli") {
  TEST_CASE("tune reads every option") {
    const auto tune = as<TuneCommand>({"tune", "--config", "c.toml", "--n-trials", "40", "--parallel=2", "--timeout",
                                       "1.5", "--study", "my study", "--storage", "sqlite:///a.db", "--outdir", "out",
                                       "--seed", "7", "--log", "json", "--quiet"});
    CHECK(tune.config == "c.toml");
    CHECK(tune.n_trials == 40);
    CHECK(tune.parallel == 2);
    CHECK(tune.timeout_s == 1.5);
    CHECK(tune.study == "my study");
    CHECK(tune.storage == "sqlite:///a.db");
    CHECK(tune.outdir == "out");
    CHECK(tune.seed == 7);
    CHECK(tune.log == report::LogFormat::json);
    CHECK(tune.quiet);
  }

  TEST_CASE("what is not given stays empty, so that the file's value holds") {
    const auto tune = as<TuneCommand>({"tune", "--config", "c.toml"});
    CHECK(!tune.n_trials);
    CHECK(!tune.parallel);
    CHECK(!tune.timeout_s);
    CHECK(!tune.study);
    CHECK(!tune.storage);
    CHECK(!tune.outdir);
    CHECK(!tune.seed);
    CHECK(tune.set.empty());
    CHECK(tune.log == report::LogFormat::text);
    CHECK(!tune.quiet);
  }

  TEST_CASE("--set takes one value, keeps order, brackets, commas and spaces") {
    const auto tune = as<TuneCommand>({"tune", "--set", "space.optim.lr=[1e-5, 1e-3]", "--config", "c.toml", "--set",
                                       "study.name=a=b", "--set=[odd]=1"});
    CHECK(tune.set == Words{"space.optim.lr=[1e-5, 1e-3]", "study.name=a=b", "[odd]=1"});
    CHECK(refusal({"tune", "--config", "c.toml", "--set", "a=1", "b=2"}) ==
          "criteria tune: expected options only, got 'b=2'");
    CHECK(refusal({"tune", "--config", "c.toml", "--set", "a"}) == "criteria tune: --set: expected KEY=VALUE, got 'a'");
    CHECK(refusal({"tune", "--config", "c.toml", "--set", "=1"}) ==
          "criteria tune: --set: expected KEY=VALUE, got '=1'");
  }

  TEST_CASE("the other verbs") {
    const auto train = as<TrainCommand>({"train", "--config", "c.toml", "--from-study", "s", "--trial", "12",
                                         "--storage", "u", "--outdir", "o", "--set", "a=1"});
    CHECK(train.config == "c.toml");
    CHECK(train.from_study == "s");
    CHECK(train.trial == 12);
    CHECK(train.storage == "u");
    CHECK(train.outdir == "o");
    CHECK(train.set == Words{"a=1"});
    CHECK(!as<TrainCommand>({"train", "--config", "c", "--from-study", "s", "--trial", "best"}).trial);
    CHECK(refusal({"train", "--config", "c", "--from-study", "s", "--trial", "first"}) ==
          "criteria train: --trial: expected 'best' or the number of a trial, got 'first'");
    CHECK(refusal({"train", "--config", "c", "--trial", "3"}) ==
          "criteria train: --trial: expected --from-study NAME beside it");

    const auto evaluate =
        as<EvaluateCommand>({"evaluate", "--model", "m", "--input", "i.csv", "--set", "data.text=body"});
    CHECK(evaluate.model == "m");
    CHECK(evaluate.input == "i.csv");
    CHECK(evaluate.set == Words{"data.text=body"});
    const auto predict = as<PredictCommand>({"predict", "--model", "m", "--input", "i.csv", "--output", "o.csv"});
    CHECK(predict.output == "o.csv");
    CHECK(as<StudiesCommand>({"studies", "--storage", "sqlite:///a.db"}).storage == "sqlite:///a.db");
    const auto best = as<BestCommand>({"best", "--storage", "u", "--study", "s", "--top", "3"});
    CHECK(best.study == "s");
    CHECK(best.top == 3);
    (void)as<DoctorCommand>({"doctor"});
  }

  TEST_CASE("an unknown verb or option is answered with the nearest and the list") {
    CHECK(refusal({"tun"}) ==
          "criteria: no verb is called 'tun'; did you mean 'tune'?; known: tune, train, evaluate, predict, "
          "studies, best, doctor");
    CHECK(refusal({"tune", "--config", "c", "--n-trails", "4"})
              .find("criteria tune: no option is called '--n-trails'; did you mean '--n-trials'?; known: --help, "
                    "--config, ") == 0);
    CHECK(refusal({"tune", "--confg=c"}).find("'--confg'; did you mean '--config'?") != std::string::npos);
    CHECK(refusal({"tune", "-x"}).find("no option is called '-x'") != std::string::npos);
    CHECK(refusal({"--config", "c"}).find("criteria: expected a verb before '--config'; known: tune, ") == 0);
    CHECK(refusal({}).find("criteria: expected a verb, got nothing; known: tune, ") == 0);
    CHECK(refusal({""}).find("criteria: no verb is called ''") == 0);
  }

  TEST_CASE("a value that does not fit says what was expected") {
    const auto tune = [](const std::string& name, const std::string& value) {
      return refusal({"tune", "--config", "c", name, value});
    };
    CHECK(tune("--n-trials", "-3") == "criteria tune: --n-trials: expected a whole number, 1 or more, got '-3'");
    CHECK(tune("--n-trials", "4.5") == "criteria tune: --n-trials: expected a whole number, 1 or more, got '4.5'");
    CHECK(tune("--parallel", "0") == "criteria tune: --parallel: expected a whole number, 1 or more, got '0'");
    CHECK(tune("--seed", "99999999999999999999") ==
          "criteria tune: --seed: expected a whole number, 0 or more, got '99999999999999999999'");
    CHECK(tune("--timeout", "1h") == "criteria tune: --timeout: expected a number of seconds, more than 0, got '1h'");
    CHECK(tune("--timeout", "nan") == "criteria tune: --timeout: expected a number of seconds, more than 0, got 'nan'");
    CHECK(tune("--log", "xml") == "criteria tune: --log: expected one of text, json, got 'xml'");
    CHECK(tune("--study", "") == "criteria tune: --study: expected a value, got ''");
    CHECK(refusal({"tune", "--config"}) == "criteria tune: --config: expected one value, got none");
    CHECK(refusal({"tune", "--config", "a", "--config", "b"}) ==
          "criteria tune: --config: expected one value, got several");
    CHECK(refusal({"tune"}) == "criteria tune: --config: expected this option, got nothing");
    CHECK(refusal({"predict", "--model", "m", "--input", "i"}) ==
          "criteria predict: --output: expected this option, got nothing");
    CHECK(refusal({"doctor", "now"}) == "criteria doctor: expected options only, got 'now'");
  }

  TEST_CASE("help fits a screen, names every option and shows an example") {
    for (const std::string& verb : verbs()) {
      CAPTURE(verb);
      const std::string text = as<TextCommand>({verb, "--help"}).text;
      CHECK(std::ranges::count(text, '\n') <= 30);
      CHECK(text.find("Usage: criteria " + verb) != std::string::npos);
      CHECK(text.find("Examples:\n  criteria " + verb) != std::string::npos);
      for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        CHECK(end - start <= 110);
        start = end + 1;
      }
    }
    const std::string tune = as<TextCommand>({"tune", "--help", "--nonsense"}).text;
    for (const char* option :
         {"--config FILE (required)", "--n-trials N", "--parallel K", "--timeout SECONDS", "--study NAME",
          "--storage URL", "--outdir DIR", "--seed S", "--set KEY=VALUE", "--log text|json", "--quiet"})
      CHECK_MESSAGE(tune.find(option) != std::string::npos, option);
  }

  TEST_CASE("examples are of the agent") {
    const auto text = std::get<TextCommand>(parse({"evaluate", "--help"}, "mine", "spans")).text;
    CHECK(text.find("\n  mine evaluate --model runs/spans/model --input examples/data/spans.csv") != std::string::npos);
    CHECK(std::get<TextCommand>(parse({"--help"}, "mine", "spans"))
              .text.ends_with("mine tune --config configs/spans.toml\n"));
  }

  TEST_CASE("help of the program lists the verbs and the exit codes") {
    const std::string text = as<TextCommand>({"--help"}).text;
    CHECK(text == as<TextCommand>({"help"}).text);
    CHECK(text == as<TextCommand>({"-h"}).text);
    for (const std::string& verb : verbs()) CHECK(text.find("\n  " + verb + " ") != std::string::npos);
    CHECK(text.find("\n  4  too many failed trials\n") != std::string::npos);
    CHECK(as<TextCommand>({"--version"}).text == "criteria (hpo 0.1.0)\n");
  }

  TEST_CASE("every example of the help is accepted") {
    for (const VerbUsage& usage : verb_usages)
      for (const std::string_view example : usage.examples) {
        Words words{std::string(usage.verb)};
        std::istringstream stream{app::example(example, "criteria")};
        for (std::string word; stream >> word;) words.push_back(word);
        if (!example.empty() || usage.verb == "doctor") CHECK_NOTHROW((void)parsed(words));
      }
  }

  TEST_CASE("main's arguments") {
    const char* arguments[] = {"./criteria", "doctor"};
    CHECK(std::holds_alternative<DoctorCommand>(parse(2, arguments, "criteria", "criteria")));
    CHECK_THROWS_AS((void)parse(0, arguments, "criteria", "criteria"), UsageError);
  }
}
}  // namespace
}  // namespace hpo::app
