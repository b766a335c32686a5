// Mirrors include/hpo/agent/trial_setup.hpp.
#include <hpo/agent/classification.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/agent/trial_setup.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/heads/classification_head.hpp>

#include "../check.hpp"

namespace hpo::agent {
namespace {

struct Whole {
  static constexpr std::string_view name = "whole";
  using Models = TypeList<nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>>;
  using Task = ClassificationTask<TypeList<Accuracy>>;
  static constexpr auto space =
      space::of(space::real<"optim.lr">(1e-5, 1e-2).log(), space::real<"optim.weight_decay">(0.0, 0.1),
                space::choice<"train.batch_size">(8, 16), space::choice<"schedule.kind">("linear", "cosine"),
                space::real<"schedule.warmup">(0.0, 0.3), space::real<"encoder.dropout">(0.0, 0.3),
                space::choice<"head.pooling">("cls", "mean"), space::integer<"head.layers">(1, 2),
                space::integer<"head.width">(8, 64).when<"head.layers">(space::at_least(2)),
                space::choice<"head.activation">("gelu", "tanh").when<"head.layers">(space::at_least(2)),
                space::real<"head.dropout">(0.0, 0.5));
  using Consumers = TextConsumers<ClassificationHeadParams>;
};
static_assert(Agent<Whole>);

TEST_SUITE("agent/trial_setup") {
  TEST_CASE("each value of a trial arrives in its options, over what the configuration says; none is left") {
    Config<Whole> config;
    config.train.options.epochs = 9;
    config.train.options.optim.beta1 = 0.8;
    space::Assignment sampled;
    sampled.set("optim.lr", 0.004);
    sampled.set("optim.weight_decay", 0.05);
    sampled.set("train.batch_size", std::int64_t{8});
    sampled.set("schedule.kind", std::string("cosine"));
    sampled.set("schedule.warmup", 0.2);
    sampled.set("encoder.dropout", 0.25);
    sampled.set("head.pooling", std::string("mean"));
    sampled.set("head.layers", std::int64_t{2});
    sampled.set("head.width", std::int64_t{24});
    sampled.set("head.activation", std::string("gelu"));
    sampled.set("head.dropout", 0.3);
    const space::Values<SpaceOf<Whole>> values(config.space, sampled);
    using Model = nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>;
    nn::BertConfig encoder;
    encoder.hidden_size = 32;
    const auto setup = set_up<Whole, Model>(config, values, encoder);
    CHECK(setup.train.epochs == 9);
    CHECK(setup.train.optim.beta1 == 0.8);
    CHECK(setup.train.optim.lr == 0.004);
    CHECK(setup.train.optim.weight_decay == 0.05);
    CHECK(setup.train.batch_size == 8);
    CHECK(setup.train.schedule.kind == train::ScheduleKind::cosine);
    CHECK(setup.train.schedule.warmup == 0.2);
    CHECK(setup.encoder.hidden_size == 32);
    CHECK(setup.encoder.hidden_dropout_prob == 0.25);
    CHECK(setup.head.pooling == nn::Pooling::mean);
    CHECK(setup.head.layers == 2);
    CHECK(setup.head.width == 24);
    CHECK(setup.head.activation == "gelu");
    CHECK(setup.head.dropout == 0.3);
    CHECK(values.unread().empty());
  }
}

}  // namespace
}  // namespace hpo::agent
