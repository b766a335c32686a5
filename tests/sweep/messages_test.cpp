// Mirrors include/hpo/sweep/messages.hpp.
#include <hpo/sweep/messages.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "../check.hpp"

namespace hpo::sweep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// There and back.
template <class Message>
Message sent(const Message& message) {
  Message got;
  bool seen = false;
  visit_message(to_line(message), [&](const auto& read) {
    if constexpr (std::is_same_v<std::decay_t<decltype(read)>, Message>) {
      got = read;
      seen = true;
    }
  });
  CHECK(seen);
  return got;
}

TEST_SUITE("sweep/messages") {
  TEST_CASE("an evaluation arrives with the same bits, NaN and infinities included") {
    const auto got = sent(Evaluation{.evaluation = 2, .evaluations = 5, .value = 0.1 + 0.2, .train_loss = infinity});
    CHECK(got.evaluation == 2);
    CHECK(got.evaluations == 5);
    CHECK(got.value == 0.1 + 0.2);
    CHECK(got.train_loss == infinity);
    CHECK(std::isnan(sent(Evaluation{.value = std::nan("")}).value));
  }
  TEST_CASE("an end arrives whole; what is no UTF-8 is replaced, and it stays one line") {
    const EndMessage end{.end = TrialEnd::pruned,
                         .values = {0.5, -infinity},
                         .cause = "a\nb\xff",
                         .best_evaluation = 7,
                         .metrics = {{"f1", 0.25}, {"odd", std::nan("")}},
                         .unread = {"x", "y"}};
    const auto got = sent(end);
    CHECK(got.end == TrialEnd::pruned);
    CHECK(got.values == end.values);
    CHECK(got.cause == "a\nb\xEF\xBF\xBD");
    CHECK(got.best_evaluation == 7);
    CHECK(got.metrics.at("f1") == 0.25);
    CHECK(std::isnan(got.metrics.at("odd")));
    CHECK(got.unread == end.unread);
    CHECK(to_line(end).find('\n') == to_line(end).size() - 1);
    for (const auto how : {TrialEnd::complete, TrialEnd::failed}) CHECK(sent(EndMessage{.end = how}).end == how);
  }
  TEST_CASE("words on the wire are the words of the code") {
    CHECK(to_line(Evaluation{.evaluation = 3}).find(R"("say":"evaluation")") != std::string::npos);
    CHECK(to_line(EndMessage{.end = TrialEnd::complete}).find(R"("end":"complete")") != std::string::npos);
  }
  TEST_CASE("the small messages arrive") {
    CHECK(sent(ExportMessage{"runs/0/model"}).folder == "runs/0/model");
    CHECK(sent(DeviceMessage{.on_gpu = true}).on_gpu);
    CHECK(!sent(DeviceMessage{.on_gpu = false}).on_gpu);
    CHECK(sent(AttributeMessage{"key", "[1, 2]"}).json == "[1, 2]");
    CHECK(sent(ConstraintMessage{"memory", -0.5}).value == -0.5);
  }
  TEST_CASE("what is no message is refused, and shown") {
    const auto refused = [](const std::string& line) {
      CHECK_THROWS_WITH_AS(visit_message(line, [](const auto&) {}),
                           doctest::Contains(("trial process: expected a message, got '" + line).c_str()), Error);
    };
    refused("garbage");
    refused(R"({"say": 3})");
    refused(R"({"say": "epoch"})");
    refused(R"({"say": "evaluation", "evaluation": 1})");
    CHECK_THROWS_WITH_AS(
        visit_message(
            R"({"say":"end","end":"won","values":[],"cause":"","best_evaluation":0,"metrics":{},"unread":[]})",
            [](const auto&) {}),
        "trial process: expected complete, pruned or failed, got 'won'", Error);
  }
  TEST_CASE("an end counts as complete only with a number for each objective") {
    const auto of = [](std::vector<double> values, std::size_t objectives) {
      return counted({.end = TrialEnd::complete, .values = std::move(values)}, objectives);
    };
    CHECK(of({1}, 1).end == TrialEnd::complete);
    CHECK(of({1, 2}, 2).values == std::vector<double>{1, 2});
    CHECK(of({}, 1).cause == "expected 1 value, got 0");
    CHECK(of({1}, 2).cause == "expected 2 values, got 1");
    CHECK(of({1, std::nan("")}, 2).cause == "the objective is nan");
    CHECK(of({1, infinity}, 2).end == TrialEnd::failed);
    CHECK(counted({.end = TrialEnd::pruned, .cause = "asha"}, 1).cause == "asha");
  }
}

}  // namespace
}  // namespace hpo::sweep
