// Mirrors include/hpo/nn/model/encoder.hpp, post_norm_encoder.hpp, bert.hpp, roberta.hpp, distilbert.hpp, electra.hpp,
// check_batch.hpp. DeBERTa: deberta_test.cpp.
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/distilbert.hpp>
#include <hpo/nn/encoders/electra.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/encoders/roberta.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/models.hpp>
#include "../encoder_contract.hpp"

namespace hpo::nn {
namespace {

template <class Config>
Config small() {
  Config config;
  config.vocab_size = 50;
  config.hidden_size = 16;
  config.num_hidden_layers = 2;
  config.num_attention_heads = 2;
  config.intermediate_size = 32;
  config.max_position_embeddings = 20;
  config.initializer_range = 0.3;  // states far from zero, so that differences show
  return config;
}

struct ForgetsWidth : torch::nn::Module {  // what the concept refuses ...
  using Config = BertConfig;
  static constexpr std::array model_types{std::string_view("forgets")};
  static constexpr std::string_view prefix = "forgets";
  ForgetsWidth(const Config&, const at::TensorOptions&);
  at::Tensor forward(const TokenBatch&, const Pass&) const;
};
struct Archetype : torch::nn::Module {  // ... and the least it accepts
  struct Config {
    static Config parse(const Json&, std::string_view) { return {}; }
  };
  static constexpr std::array model_types{std::string_view("archetype")};
  static constexpr std::string_view prefix = "archetype";
  Archetype(const Config&, const at::TensorOptions&);
  at::Tensor forward(const TokenBatch&, const Pass&) const;
  std::int64_t hidden_size() const, max_length() const, vocab_size() const, pad_id() const;
};
static_assert(!Encoder<ForgetsWidth>);
static_assert(Encoder<Archetype>);
static_assert(!PoolingEncoder<Archetype>);

struct Freezable : Archetype {  // the least encoder of which a part can be frozen
  using Archetype::Archetype;
  void freeze(const FreezeOptions&);
  std::int64_t layers() const;
};
static_assert(FreezableEncoder<Freezable> && !FreezableEncoder<Archetype>);
static_assert(FreezableEncoder<BertEncoder> && FreezableEncoder<RobertaEncoder> && FreezableEncoder<ElectraEncoder>);
static_assert(FreezableEncoder<DistilBertEncoder> && FreezableEncoder<ModernBertEncoder>);

TEST_SUITE("nn/encoders/encoder") {
  TEST_CASE("BERT obeys the contract") {
    test::obeys_encoder_contract<BertEncoder>(small<BertConfig>());
  }

  TEST_CASE("RoBERTa obeys the contract") {
    test::obeys_encoder_contract<RobertaEncoder>(small<RobertaConfig>());
  }

  TEST_CASE("DistilBERT obeys the contract") {
    test::obeys_encoder_contract<DistilBertEncoder>(small<DistilBertConfig>());
  }

  TEST_CASE("ELECTRA obeys the contract, with tables as wide as its layers and narrower") {
    auto config = small<ElectraConfig>();
    for (const std::int64_t width : {6, 16}) {
      config.embedding_size = width;
      test::obeys_encoder_contract<ElectraEncoder>(config);
      CHECK(ElectraEncoder(config).named_parameters().contains("embeddings_project.weight") == (width == 6));
    }
  }

  TEST_CASE("ModernBERT obeys the contract, with biases and without, on rows longer than its local layers see") {
    auto config = small<ModernBertConfig>();
    config.pad_token_id = 2;
    config.num_hidden_layers = 3;
    config.local_attention = 4;
    config.set_dropout(0.1);
    for (const bool bias : {false, true}) {
      config.norm_bias = config.attention_bias = config.mlp_bias = bias;
      config.global_attn_every_n_layers = bias ? 2 : 3;
      test::obeys_encoder_contract<ModernBertEncoder>(config);
    }
  }

  TEST_CASE("DistilBERT without a file starts from sinusoidal positions where its config says so") {
    auto config = small<DistilBertConfig>();
    config.sinusoidal_positions = true;
    const auto encoder = test::initialized<DistilBertEncoder>(7, config);
    const at::Tensor table = encoder->named_parameters()["embeddings.position_embeddings.weight"];
    CHECK(test::largest_difference(
              table[0], at::tensor({0., 1., 0., 1., 0., 1., 0., 1., 0., 1., 0., 1., 0., 1., 0., 1.})) == 0.0);
    CHECK(std::abs(table[3][0].item<double>() - std::sin(3.0)) < 1e-6);
    CHECK(std::abs(table[3][5].item<double>() - std::cos(3.0 / std::pow(10000.0, 4.0 / 16.0))) < 1e-6);
  }

  TEST_CASE("an encoder larger than any memory is built on meta at once") {
    auto config = small<BertConfig>();
    config.vocab_size = 1 << 30;
    config.hidden_size = 1 << 20;
    const BertEncoder encoder(config);
    CHECK(encoder.parameters().front().is_meta());
  }

  TEST_CASE("hidden states are the embeddings' output and each layer's, the last of which forward gives") {
    const auto encoder = test::initialized<BertEncoder>(7, small<BertConfig>());
    const auto batch = test::token_batch({5, 3}, 5, 50, 0);
    const auto states = encoder->hidden_states(batch, {});
    REQUIRE(states.size() == 3);
    CHECK(test::largest_difference(states.back(), encoder->forward(batch, {})) == 0.0);
    CHECK(test::largest_difference(states[0], states[1]) > 0.0);
  }

  TEST_CASE("each dropout of the configuration is applied: after the embeddings, and three times a layer") {
    const auto masks = [](double hidden, double attention) {
      auto config = small<BertConfig>();
      config.hidden_dropout_prob = hidden;
      config.attention_probs_dropout_prob = attention;
      DropoutStream stream(1, 1);
      static_cast<void>(test::initialized<BertEncoder>(7, config)->forward(test::token_batch({5}, 5, 50, 0),
                                                                           {.training = true, .dropout = &stream}));
      return stream.position();
    };
    CHECK(masks(0.1, 0.1) == 1 + 2 * 3);
    CHECK(masks(0.1, 0.0) == 1 + 2 * 2);
    CHECK(masks(0.0, 0.1) == 2);
  }

  TEST_CASE("frozen parts get no gradient, the rest does") {
    const auto encoder = test::initialized<BertEncoder>(7, small<BertConfig>());
    encoder->freeze({.embeddings = true, .layers = 1});
    encoder->forward(test::token_batch({5, 3}, 5, 50, 0), {}).mul(test::noise({2, 5, 16})).sum().backward();
    for (const auto& parameter : encoder->named_parameters()) {
      const bool frozen = parameter.key().starts_with("embeddings") || parameter.key().starts_with("encoder.layer.0");
      CHECK_MESSAGE(parameter.value().grad().defined() != frozen, parameter.key());
      CHECK_MESSAGE(parameter.value().requires_grad() != frozen, parameter.key());
    }
    CHECK_THROWS_WITH_AS(encoder->freeze({.layers = 3}),
                         "encoder.freeze_layers: expected at most 2 (the encoder's layers), got 3", ConfigError);
  }

  TEST_CASE("freezing before placement survives it") {
    BertEncoder encoder(small<BertConfig>());
    encoder.freeze({.layers = 2});
    placement::place(encoder, placement::Reinitialize{.names = {"*"}}, at::kCPU);
    for (const auto& parameter : encoder.named_parameters())
      CHECK_MESSAGE(parameter.value().requires_grad() == parameter.key().starts_with("embeddings"), parameter.key());
  }

  TEST_CASE("the padding row of a table gets no gradient, even where padding is attended") {
    const auto encoder = test::initialized<RobertaEncoder>(7, small<RobertaConfig>());
    auto batch = test::token_batch({4}, 6, 50, 1);
    batch.attention_mask.fill_(1);
    encoder->forward(batch, {}).mul(test::noise({1, 6, 16})).sum().backward();
    const auto parameters = encoder->named_parameters();
    CHECK(test::largest(parameters["embeddings.word_embeddings.weight"].grad()[1]) == 0.0);
    CHECK(test::largest(parameters["embeddings.position_embeddings.weight"].grad()[1]) == 0.0);
    CHECK(test::largest(parameters["embeddings.position_embeddings.weight"].grad()[2]) > 0.0);
  }

  TEST_CASE("RoBERTa's position of a token is counted by ids, not by the mask") {
    const auto encoder = test::initialized<RobertaEncoder>(7, small<RobertaConfig>());
    auto batch = test::token_batch({5}, 5, 50, 1);
    const at::Tensor plain = encoder->hidden_states(batch, {}).front();
    batch.attention_mask[0][1] = 0;  // not attended, still counted
    CHECK(test::largest_difference(plain, encoder->hidden_states(batch, {}).front()) == 0.0);
    batch.input_ids[0][1] = 1;  // padding by id: later tokens move up
    CHECK(test::largest_difference(plain[0][4], encoder->hidden_states(batch, {}).front()[0][4]) > 0.0);
  }

  TEST_CASE("type ids of a tokenizer for another model do not matter to a table of one row") {
    auto config = small<RobertaConfig>();
    config.type_vocab_size = 1;
    const auto encoder = test::initialized<RobertaEncoder>(7, config);
    auto batch = test::token_batch({5}, 5, 50, 1);
    const at::Tensor typed = encoder->forward(batch, {});
    batch.token_type_ids = at::Tensor();
    CHECK(test::largest_difference(typed, encoder->forward(batch, {})) == 0.0);
  }

  TEST_CASE("a row of padding alone gives numbers") {
    const auto encoder = test::initialized<BertEncoder>(7, small<BertConfig>());
    const auto batch = test::token_batch({4, 0}, 4, 50, 0);
    CHECK(encoder->forward(batch, {}).isfinite().all().item<bool>());
    CHECK(encoder->forward(batch, {.compute_dtype = at::kBFloat16}).isfinite().all().item<bool>());
  }

  TEST_CASE("a row too long, an unknown id, a mask of another shape: each is refused in one line") {
    const auto encoder = test::initialized<BertEncoder>(7, small<BertConfig>());
    CHECK_THROWS_WITH_AS(static_cast<void>(encoder->forward(test::token_batch({21}, 21, 50, 0), {})),
                         "nn.encoder: expected at most 20 tokens a row, got 21", ShapeError);
    CHECK_THROWS_WITH_AS(static_cast<void>(encoder->forward(test::token_batch({9}, 9, 500, 0), {})),
                         doctest::Contains("nn.embedding: expected ids from 0 to 49, got "), ShapeError);
    auto batch = test::token_batch({4}, 4, 50, 0);
    batch.attention_mask = batch.attention_mask.narrow(1, 0, 3);
    CHECK_THROWS_WITH_AS(static_cast<void>(encoder->forward(batch, {})),
                         "nn.encoder: expected ids and mask of one shape [rows, tokens], got [1, 4] and [1, 3]",
                         ShapeError);
    batch.attention_mask = at::Tensor();
    CHECK_THROWS_WITH_AS(static_cast<void>(encoder->forward(batch, {})), doctest::Contains("got [1, 4] and none"),
                         ShapeError);
  }

  TEST_CASE("the longest row of each family") {
    CHECK(BertEncoder(small<BertConfig>()).max_length() == 20);
    CHECK(RobertaEncoder(small<RobertaConfig>()).max_length() ==
          18);  // 20 positions, of which 0 and the padding's 1 are not used
  }
}

}  // namespace
}  // namespace hpo::nn
