// Mirrors include/hpo/train/options.hpp.
#include <hpo/train/options.hpp>
#include <hpo/train/span_decoding.hpp>

#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo::train {
namespace {

/// Collects every key, and what a default breaks.
struct Collector {
  std::string prefix;
  std::vector<std::string>& keys;
  std::vector<std::string>& broken;

  template <class T, class... Rules>
  void field(std::string_view key, T& value, std::string_view doc, const Rules&... rules) {
    keys.push_back(prefix + std::string(key));
    if (doc.empty()) broken.push_back(keys.back() + ": no doc");
    [[maybe_unused]] const auto check = [&](const std::string& expected) {
      if (!expected.empty()) broken.push_back(keys.back() + ": expected " + expected);
    };
    (check(rules.check(value)), ...);
  }
  template <class T>
  void group(std::string_view key, T& value, std::string_view) {
    Collector inner{prefix + std::string(key) + ".", keys, broken};
    describe(inner, value);
  }
};

template <class Options>
std::pair<std::vector<std::string>, std::vector<std::string>> described(Options options = {}) {
  std::vector<std::string> keys, broken;
  Collector collector{"", keys, broken};
  describe(collector, options);
  return {keys, broken};
}

TEST_SUITE("train/options") {
  TEST_CASE("every option is described once, with a default that keeps its own rules") {
    const auto [keys, broken] = described<TrainOptions>();
    CHECK(broken == std::vector<std::string>{});
    CHECK(keys == std::vector<std::string>{"epochs", "batch_size", "micro_batch_size", "eval_batch_size", "clip_norm",
                                           "evals_per_epoch", "patience", "min_delta", "precision",
                                           "gradient_checkpointing", "optim.lr", "optim.weight_decay", "optim.beta1",
                                           "optim.beta2", "optim.eps", "schedule.kind", "schedule.warmup"});
    CHECK(described<SpanDecodingOptions>().second.empty());
  }
  TEST_CASE("values that cannot work break a rule") {
    CHECK(described(TrainOptions{.epochs = 0}).second == std::vector<std::string>{"epochs: expected 1 or more"});
    CHECK(described(TrainOptions{.optim = {.lr = 0.0}}).second.size() == 1);
    CHECK(described(TrainOptions{.schedule = {.warmup = 1.1}}).second.size() == 1);
    CHECK(described(SpanDecodingOptions{.max_answer_tokens = 0}).second.size() == 1);
  }
}
}  // namespace
}  // namespace hpo::train
