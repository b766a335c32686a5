// Mirrors include/hpo/agent/consumers.hpp.
#include <hpo/agent/consumers.hpp>

#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/modernbert_config.hpp>
#include <hpo/space/space.hpp>
#include <hpo/space/values.hpp>

#include "../check.hpp"

namespace hpo::agent {
namespace {

constexpr auto whole_space =
    space::of(space::real<"optim.lr">(1e-5, 5e-3).log(), space::real<"optim.weight_decay">(0.0, 0.1),
              space::choice<"schedule.kind">("linear", "cosine"), space::real<"schedule.warmup">(0.0, 0.2),
              space::choice<"train.batch_size">(8, 16, 32), space::choice<"head.pooling">("cls", "mean", "max"),
              space::integer<"head.layers">(1, 3),
              space::integer<"head.width">(32, 512).log().when<"head.layers">(space::at_least(2)),
              space::choice<"head.activation">("tanh", "gelu").when<"head.layers">(space::at_least(2)),
              space::real<"head.dropout">(0.0, 0.5).step(0.05), space::real<"encoder.dropout">(0.0, 0.3));
static_assert(space::consumed_by<decltype(whole_space), AdamWParams, ScheduleParams, BatchParams,
                                 ClassificationHeadParams, EncoderDropoutParams>);

auto values_of(std::int64_t layers) {
  space::Assignment given;
  given.set("optim.lr", 2e-4);
  given.set("optim.weight_decay", 0.05);
  given.set("schedule.kind", std::string("cosine"));
  given.set("schedule.warmup", 0.125);
  given.set("train.batch_size", std::int64_t{32});
  given.set("head.pooling", std::string("max"));
  given.set("head.layers", layers);
  if (layers >= 2) {
    given.set("head.width", std::int64_t{96});
    given.set("head.activation", std::string("gelu"));
  }
  given.set("head.dropout", 0.35);
  given.set("encoder.dropout", 0.2);
  return space::Values<decltype(whole_space)>(whole_space.search_space(), given);
}

TEST_SUITE("agent/consumers") {
  TEST_CASE("every sampled value arrives in its option, and none is left unread") {
    const auto values = values_of(2);
    train::TrainOptions train;
    nn::ClassificationOptions head;
    nn::BertConfig encoder;
    AdamWParams::apply(values, train.optim);
    ScheduleParams::apply(values, train.schedule);
    BatchParams::apply(values, train);
    ClassificationHeadParams::apply(values, head);
    EncoderDropoutParams::apply(values, encoder);
    CHECK(train.optim.lr == 2e-4);
    CHECK(train.optim.weight_decay == 0.05);
    CHECK(train.schedule.kind == train::ScheduleKind::cosine);
    CHECK(train.schedule.warmup == 0.125);
    CHECK(train.batch_size == 32);
    CHECK(head.pooling == nn::Pooling::max);
    CHECK(head.layers == 2);
    CHECK(head.width == 96);
    CHECK(head.activation == "gelu");
    CHECK(head.dropout == 0.35);
    CHECK(encoder.hidden_dropout_prob == 0.2);
    CHECK(encoder.attention_probs_dropout_prob == 0.2);
    nn::ModernBertConfig modern;
    EncoderDropoutParams::apply(values, modern);
    CHECK(modern.embedding_dropout == 0.2);
    CHECK(modern.attention_dropout == 0.2);
    CHECK(modern.mlp_dropout == 0.2);
    CHECK(values.unread().empty());
  }
  TEST_CASE("an inactive parameter leaves its option as it was") {
    const auto values = values_of(1);
    nn::ClassificationOptions head;
    head.width = 7;
    ClassificationHeadParams::apply(values, head);
    CHECK(head.layers == 1);
    CHECK(head.width == 7);
    CHECK(head.activation == "tanh");
  }
  TEST_CASE("the span head takes its dropout") {
    constexpr auto small = space::of(space::real<"head.dropout">(0.0, 0.5));
    static_assert(space::consumed_by<decltype(small), SpanHeadParams>);
    space::Assignment given;
    given.set("head.dropout", 0.25);
    nn::SpanOptions head;
    SpanHeadParams::apply(space::Values<decltype(small)>(small.search_space(), given), head);
    CHECK(head.dropout == 0.25);
  }
  TEST_CASE("a word that no enum value has is refused with the known ones") {
    CHECK_THROWS_WITH_AS(static_cast<void>(detail::enum_of<train::ScheduleKind>("cosin", "schedule.kind")),
                         "schedule.kind: expected one of constant, linear, cosine, got 'cosin'", ConfigError);
  }
}
}  // namespace
}  // namespace hpo::agent
