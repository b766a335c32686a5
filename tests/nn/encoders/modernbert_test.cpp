// Mirrors include/hpo/nn/encoders/modernbert.hpp, modernbert_config.hpp, modernbert_layer.hpp, rotary.hpp.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include "../encoder_contract.hpp"

#include <cmath>

namespace hpo::nn {
namespace {

ModernBertConfig small() {
  ModernBertConfig config;
  config.vocab_size = 50;
  config.hidden_size = 16;
  config.num_hidden_layers = 4;
  config.num_attention_heads = 2;
  config.intermediate_size = 24;
  config.max_position_embeddings = 64;
  config.pad_token_id = 0;
  config.local_attention = 6;
  config.initializer_range = 0.3;
  return config;
}

std::string refusal(const Json& json) {
  try {
    static_cast<void>(ModernBertConfig::parse(json, "m/config.json"));
    return "accepted";
  } catch (const CheckpointError& error) {
    return error.what();
  }
}

Json rope(double global, double local) {
  return {{"full_attention", {{"rope_theta", global}, {"rope_type", "default"}}},
          {"sliding_attention", {{"rope_theta", local}, {"rope_type", "default"}}}};
}

TEST_SUITE("nn/encoders/modernbert") {
  TEST_CASE("an absent key means the default") {
    const auto c = ModernBertConfig::parse(Json::object());
    CHECK(c.vocab_size == 50368);
    CHECK(c.hidden_size == 768);
    CHECK(c.num_hidden_layers == 22);
    CHECK(c.num_attention_heads == 12);
    CHECK(c.intermediate_size == 1152);
    CHECK(c.max_position_embeddings == 8192);
    CHECK(c.pad_token_id == 50283);
    CHECK(c.hidden_activation == "gelu");
    CHECK(c.norm_eps == 1e-5);
    CHECK(!c.norm_bias);
    CHECK(!c.attention_bias);
    CHECK(!c.mlp_bias);
    CHECK(c.embedding_dropout == 0.0);
    CHECK(c.attention_dropout == 0.0);
    CHECK(c.mlp_dropout == 0.0);
    CHECK(c.initializer_range == 0.02);
    CHECK(c.initializer_cutoff_factor == 2.0);
    CHECK(c.local_attention == 128);
    CHECK(c.global_rope_theta == 160000.0);
    CHECK(c.local_rope_theta == 10000.0);
    for (std::int64_t layer = 0; layer < 22; ++layer) CHECK(c.is_local(layer) == (layer % 3 != 0));
  }

  TEST_CASE("each key of a file is read") {
    const auto c = ModernBertConfig::parse({{"vocab_size", 60},
                                            {"hidden_size", 24},
                                            {"num_hidden_layers", 5},
                                            {"num_attention_heads", 3},
                                            {"intermediate_size", 7},
                                            {"max_position_embeddings", 99},
                                            {"pad_token_id", 4},
                                            {"hidden_activation", "silu"},
                                            {"norm_eps", 1e-6},
                                            {"norm_bias", true},
                                            {"attention_bias", true},
                                            {"mlp_bias", true},
                                            {"embedding_dropout", 0.1},
                                            {"attention_dropout", 0.2},
                                            {"mlp_dropout", 0.3},
                                            {"initializer_range", 0.5},
                                            {"initializer_cutoff_factor", nullptr},
                                            {"local_attention", 9},
                                            {"global_attn_every_n_layers", 2},
                                            {"global_rope_theta", 500.0},
                                            {"local_rope_theta", nullptr}});
    CHECK(c.vocab_size == 60);
    CHECK(c.hidden_size == 24);
    CHECK(c.num_hidden_layers == 5);
    CHECK(c.num_attention_heads == 3);
    CHECK(c.intermediate_size == 7);
    CHECK(c.max_position_embeddings == 99);
    CHECK(c.pad_token_id == 4);
    CHECK(c.hidden_activation == "silu");
    CHECK(c.norm_eps == 1e-6);
    CHECK(c.norm_bias);
    CHECK(c.attention_bias);
    CHECK(c.mlp_bias);
    CHECK(c.embedding_dropout == 0.1);
    CHECK(c.attention_dropout == 0.2);
    CHECK(c.mlp_dropout == 0.3);
    CHECK(c.initializer_range == 0.5);
    CHECK(c.initializer_cutoff_factor == 3.0);  // what a null means here
    CHECK(c.local_attention == 9);
    CHECK(c.global_rope_theta == 500.0);
    CHECK(c.local_rope_theta == 500.0);  // and here: as global layers
    for (std::int64_t layer = 0; layer < 5; ++layer) CHECK(c.is_local(layer) == (layer % 2 != 0));
  }

  TEST_CASE("the dialect of transformers 5 says the same") {
    const auto c =
        ModernBertConfig::parse({{"num_hidden_layers", 3},
                                 {"layer_types", {"sliding_attention", "full_attention", "sliding_attention"}},
                                 {"global_attn_every_n_layers", 3},  // written as well, and not what decides
                                 {"rope_parameters", rope(700.0, 30.0)},
                                 {"sliding_window", 5}});
    CHECK(c.is_local(0));
    CHECK(!c.is_local(1));
    CHECK(c.is_local(2));
    CHECK(c.global_rope_theta == 700.0);
    CHECK(c.local_rope_theta == 30.0);
    CHECK(c.local_attention == 10);
    const auto partly = ModernBertConfig::parse({{"rope_parameters", {{"full_attention", {{"rope_theta", 9.0}}}}}});
    CHECK(partly.global_rope_theta == 9.0);
    CHECK(partly.local_rope_theta == 10000.0);
    const auto named = ModernBertConfig::parse(
        {{"local_rope_theta", 77.0}, {"rope_parameters", {{"sliding_attention", {{"rope_type", "default"}}}}}});
    CHECK(named.local_rope_theta == 77.0);
  }

  TEST_CASE("one model, as each version of transformers writes it, gives the same configuration") {
    const auto four = test::shared("fixtures/config_samples/v4/modernbert.json");
    const auto five = test::shared("fixtures/config_samples/v5/modernbert.json");
    if (!four || !five) return;
    const auto a = ModernBertConfig::parse(checkpoint::read_json_object(*four));
    const auto b = ModernBertConfig::parse(checkpoint::read_json_object(*five));
    CHECK(a.hidden_size == b.hidden_size);
    CHECK(a.local_attention == b.local_attention);
    CHECK(a.global_rope_theta == b.global_rope_theta);
    CHECK(a.local_rope_theta == b.local_rope_theta);
    REQUIRE(a.num_hidden_layers == b.num_hidden_layers);
    for (std::int64_t layer = 0; layer < a.num_hidden_layers; ++layer) CHECK(a.is_local(layer) == b.is_local(layer));
  }

  TEST_CASE("what would change the numbers and is not implemented, or contradicts itself, is refused by name") {
    CHECK(refusal({{"num_hidden_layers", 1}, {"layer_types", {"chunked_attention"}}}) ==
          "m/config.json: layer_types: expected \"full_attention\" or \"sliding_attention\" (others are not "
          "implemented), got \"chunked_attention\"");
    CHECK(refusal({{"num_hidden_layers", 2}, {"layer_types", {"full_attention"}}}) ==
          "m/config.json: layer_types: expected a list of 2 (num_hidden_layers), got [\"full_attention\"]");
    CHECK(refusal({{"rope_scaling", {{"type", "linear"}, {"factor", 2.0}}}})
              .starts_with("m/config.json: rope_scaling: expected none (not implemented), got "));
    auto parameters = rope(100.0, 10.0);
    parameters["full_attention"]["rope_type"] = "yarn";
    CHECK(refusal({{"rope_parameters", parameters}}) ==
          "m/config.json: rope_parameters: full_attention: rope_type: expected \"default\" (others are not "
          "implemented), got \"yarn\"");
    parameters = rope(100.0, 10.0);
    parameters["sliding_attention"]["partial_rotary_factor"] = 0.5;
    CHECK(refusal({{"rope_parameters", parameters}}) ==
          "m/config.json: rope_parameters: sliding_attention: partial_rotary_factor: expected none (not "
          "implemented), got 0.5");
    CHECK(refusal({{"rope_parameters", {{"rope_theta", 3.0}}}}) ==
          "m/config.json: rope_parameters: rope_theta: expected full_attention or sliding_attention (others are not "
          "implemented)");
    CHECK(refusal({{"rope_parameters", rope(100.0, 10.0)}, {"global_rope_theta", 200.0}}) ==
          "m/config.json: rope_parameters: full_attention: rope_theta: expected 200 (global_rope_theta), got 100");
    CHECK(refusal({{"rope_parameters", rope(100.0, 10.0)}, {"global_rope_theta", 100.0}}) == "accepted");
    CHECK(refusal({{"rope_parameters", 3}}) == "m/config.json: rope_parameters: expected an object, got number");
    CHECK(refusal({{"global_rope_theta", 0.0}})
              .starts_with("m/config.json: global_rope_theta: expected a number from 1 to "));
    CHECK(refusal({{"local_attention", 128}, {"sliding_window", 32}}) ==
          "m/config.json: sliding_window: expected 64 (half of local_attention), got 32");
    CHECK(refusal({{"local_attention", 129}, {"sliding_window", 64}}) == "accepted");
    CHECK(refusal({{"head_dim", 32}}) == "m/config.json: head_dim: expected 64 (others are not implemented), got 32");
    CHECK(refusal({{"head_dim", 64}}) == "accepted");
    CHECK(refusal({{"is_decoder", true}}).starts_with("m/config.json: is_decoder: expected false"));
    CHECK(refusal({{"quantization_config", {{"bits", 4}}}}).starts_with("m/config.json: quantization_config:"));
    CHECK(refusal({{"hidden_activation", "glu"}})
              .starts_with("m/config.json: hidden_activation: expected an activation, got 'glu'"));
    CHECK(
        refusal({{"hidden_size", 12}, {"num_attention_heads", 4}}) ==
        "m/config.json: num_attention_heads: expected a divisor of 6 (half of the hidden size: rotary positions rotate "
        "pairs), got 4");
    CHECK(refusal({{"vocab_size", 100}}) ==
          "m/config.json: pad_token_id: expected less than 100 (the vocabulary), got 50283");
    CHECK(refusal({{"mlp_bias", 1}}) == "m/config.json: mlp_bias: expected true or false, got 1");
  }

  TEST_CASE("settings that change no number are let pass") {
    CHECK(refusal({{"deterministic_flash_attn", true},
                   {"reference_compile", true},
                   {"repad_logits_with_grad", true},
                   {"sparse_prediction", true},
                   {"sparse_pred_ignore_index", 7},
                   {"tie_word_embeddings", false},
                   {"decoder_bias", false},
                   {"layer_norm_eps", 1e-3},  // norm_eps is what counts
                   {"position_embedding_type", "absolute"},
                   {"gradient_checkpointing", true},
                   {"rope_scaling", nullptr},
                   {"layer_types", nullptr},
                   {"rope_parameters", nullptr}}) == "accepted");
  }

  TEST_CASE("the heads that a configuration asks for") {
    const Json json{{"model_type", "modernbert"},
                    {"classifier_pooling", "mean"},
                    {"classifier_activation", "relu"},
                    {"classifier_bias", true},
                    {"classifier_dropout", 0.25},
                    {"norm_bias", true},
                    {"norm_eps", 1e-3},
                    {"id2label", {{"0", "a"}, {"1", "b"}, {"2", "c"}}}};
    const auto check = [](const HeadTransformOptions& transform) {
      CHECK(transform.activation == "relu");
      CHECK(transform.bias);
      CHECK(transform.norm_bias);
      CHECK(transform.norm_eps == 1e-3);
    };
    const auto classification = sequence_classification(json);
    CHECK(classification.num_labels == 3);
    CHECK((classification.pooling == Pooling::mean));
    CHECK(classification.dropout == 0.25);
    check(*classification.transform);
    const auto tokens = token_classification(json);
    CHECK(tokens.num_labels == 3);
    CHECK(tokens.dropout == 0.25);
    check(*tokens.transform);
    const auto answers = question_answering(json);
    CHECK(answers.layer_name == "classifier");
    CHECK(answers.dropout == 0.25);
    check(*answers.transform);

    const auto defaults = sequence_classification({{"model_type", "modernbert"}});
    CHECK((defaults.pooling == Pooling::cls));
    CHECK(defaults.dropout == 0.0);
    CHECK(defaults.transform->activation == "gelu");
    CHECK(!defaults.transform->bias);
    CHECK(defaults.transform->norm_eps == 1e-5);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(sequence_classification({{"model_type", "modernbert"}, {"classifier_pooling", "max"}})),
        "config.json: classifier_pooling: expected \"cls\" or \"mean\", got \"max\"", CheckpointError);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(question_answering({{"model_type", "modernbert"}, {"classifier_activation", "glu"}})),
        doctest::Contains("config.json: classifier_activation: expected an activation, got 'glu'"), CheckpointError);
  }

  TEST_CASE("a rotary table holds cosine and sine of place times frequency, and turning keeps lengths") {
    const auto table = rotary_table(5, 6, 100.0, at::kCPU);
    REQUIRE(table.cos.sizes() == at::IntArrayRef({5, 1, 3}));
    for (int place = 0; place < 5; ++place)
      for (int pair = 0; pair < 3; ++pair) {
        const double angle = place * std::pow(100.0, -2.0 * pair / 6.0);
        CHECK(std::abs(table.cos[place][0][pair].item<double>() - std::cos(angle)) < 1e-6);
        CHECK(std::abs(table.sin[place][0][pair].item<double>() - std::sin(angle)) < 1e-6);
      }
    const at::Tensor x = test::noise({2, 5, 3, 6}), turned = rotate(x, table);
    CHECK(test::largest_difference(turned.select(1, 0), x.select(1, 0)) == 0.0);
    CHECK(test::largest_difference(turned.square().sum(-1), x.square().sum(-1)) < 1e-5);
    // component j is paired with j + 3
    const double c = table.cos[2][0][1].item<double>(), s = table.sin[2][0][1].item<double>();
    const double a = x[1][2][0][1].item<double>(), b = x[1][2][0][4].item<double>();
    CHECK(std::abs(turned[1][2][0][1].item<double>() - (a * c - b * s)) < 1e-6);
    CHECK(std::abs(turned[1][2][0][4].item<double>() - (b * c + a * s)) < 1e-6);
  }

  TEST_CASE("the products of turned vectors depend on the distance of their places alone") {
    const auto table = rotary_table(40, 8, 1000.0, at::kCPU);
    const at::Tensor q = rotate(test::noise({1, 1, 1, 8}, 1).expand({1, 40, 1, 8}), table);
    const at::Tensor k = rotate(test::noise({1, 1, 1, 8}, 2).expand({1, 40, 1, 8}), table);
    const auto product = [&](int i, int j) { return q[0][i][0].mul(k[0][j][0]).sum().item<double>(); };
    CHECK(std::abs(product(3, 10) - product(31, 38)) < 1e-5);
    CHECK(std::abs(product(3, 10) - product(10, 3)) > 1e-3);  // and on its direction
  }

  TEST_CASE("the one pass from a product to turned heads equals libtorch's operators, forward and backward") {
    const auto table = rotary_table(7, 6, 50.0, at::kCPU);
    const auto run = [&](at::ScalarType type, bool contiguous) {
      at::Tensor product = test::noise({2, 7, 54}).to(at::kDouble).to(type);  // three heads
      if (!contiguous) product = product.transpose(0, 1).contiguous().transpose(0, 1);
      product.set_requires_grad(true);
      const auto heads = rotary_heads(product, 3, table);
      CHECK(heads.query.sizes() == at::IntArrayRef({6, 7, 6}));
      at::Tensor sum = heads.query.mul(test::noise({6, 7, 6}, 2).to(type)).sum();
      sum = sum.add(heads.key.mul(test::noise({6, 7, 6}, 3).to(type)).sum());
      sum = sum.add(heads.value.transpose(1, 2).mul(test::noise({6, 6, 7}, 4).to(type)).sum());
      sum.backward();
      return std::vector<at::Tensor>{heads.query, heads.key, heads.value, product.grad()};
    };
    const auto exact = run(at::kDouble, true);
    for (const bool contiguous : {true, false})
      for (std::size_t i = 0; i < 4; ++i) {
        CHECK(test::largest(exact[i]) > 0.1);
        CHECK(test::largest_difference(run(at::kFloat, contiguous)[i], exact[i]) < 1e-6);
        CHECK(test::largest_difference(run(at::kBFloat16, contiguous)[i], exact[i]) < 0.02);
      }
  }

  TEST_CASE("a local layer sees as far as half of local_attention to each side, and no further") {
    auto config = small();
    config.num_hidden_layers = 1;
    const auto reaches = [&](bool local, std::int64_t local_attention) {
      config.local_layers = {local};
      config.local_attention = local_attention;
      const auto encoder = test::initialized<ModernBertEncoder>(7, config);
      auto batch = test::token_batch({20}, 20, 50, 0);
      const at::Tensor before = encoder->forward(batch, {});
      batch.input_ids[0][10] = batch.input_ids[0][10].item<std::int64_t>() == 5 ? 6 : 5;
      const at::Tensor changed = before.sub(encoder->forward(batch, {})).abs().amax(-1).gt(0.0)[0];  // [T]
      CHECK(changed[10].item<bool>());
      return changed.sum().item<std::int64_t>();
    };
    CHECK(reaches(false, 6) == 20);
    CHECK(reaches(true, 6) == 7);
    CHECK(reaches(true, 7) == 7);
    CHECK(reaches(true, 1) == 1);
    CHECK(reaches(true, 128) == 20);
  }

  TEST_CASE("the first layer has no norm before its attention; biases are there if asked for") {
    auto config = small();
    const auto names = ModernBertEncoder(config).named_parameters();
    CHECK(!names.contains("layers.0.attn_norm.weight"));
    CHECK(names.contains("layers.1.attn_norm.weight"));
    CHECK(names.size() == 3 + 4 * 6 - 1);
    config.norm_bias = config.attention_bias = config.mlp_bias = true;
    CHECK(ModernBertEncoder(config).named_parameters().size() == 5 + 4 * 12 - 2);
  }

  TEST_CASE("initial weights are cut off, and narrower where a layer adds to the sum") {
    auto config = small();
    config.hidden_size = 64;
    const auto weights = test::initialized<ModernBertEncoder>(7, config)->named_parameters();
    const auto deviation = [&](const char* name) { return weights[name].std().item<double>(); };
    CHECK(test::largest(weights["layers.1.attn.Wqkv.weight"]) <= 0.6);
    CHECK(test::largest(weights["embeddings.tok_embeddings.weight"]) <= 0.6);
    CHECK(std::abs(deviation("layers.1.attn.Wqkv.weight") - 0.3 * 0.88) < 0.01);  // 0.88: of what is left
    CHECK(std::abs(deviation("layers.1.attn.Wo.weight") - 0.3 * 0.88 / std::sqrt(8.0)) < 0.005);
    CHECK(std::abs(deviation("layers.1.mlp.Wo.weight") - 0.3 * 0.88 / std::sqrt(8.0)) < 0.005);
  }

  TEST_CASE(
      "each dropout of the configuration is applied: embeddings, attention twice and the product, in each layer") {
    const auto masks = [](double embedding, double attention, double mlp) {
      auto config = small();
      config.embedding_dropout = embedding;
      config.attention_dropout = attention;
      config.mlp_dropout = mlp;
      DropoutStream stream(1, 1);
      static_cast<void>(test::initialized<ModernBertEncoder>(7, config)->forward(
          test::token_batch({5}, 5, 50, 0), {.training = true, .dropout = &stream}));
      return stream.position();
    };
    CHECK(masks(0.1, 0.1, 0.1) == 1 + 4 * 3);
    CHECK(masks(0.1, 0.0, 0.0) == 1);
    CHECK(masks(0.0, 0.1, 0.0) == 4 * 2);
    CHECK(masks(0.0, 0.0, 0.1) == 4);
  }

  TEST_CASE("frozen parts get no gradient, the rest does") {
    const auto encoder = test::initialized<ModernBertEncoder>(7, small());
    encoder->freeze({.embeddings = true, .layers = 2});
    encoder->forward(test::token_batch({5, 3}, 5, 50, 0), {}).mul(test::noise({2, 5, 16})).sum().backward();
    for (const auto& parameter : encoder->named_parameters()) {
      const bool frozen = parameter.key().starts_with("embeddings") || parameter.key().starts_with("layers.0") ||
                          parameter.key().starts_with("layers.1");
      CHECK_MESSAGE(parameter.value().grad().defined() != frozen, parameter.key());
    }
    CHECK_THROWS_WITH_AS(encoder->freeze({.layers = 5}),
                         "encoder.freeze_layers: expected at most 4 (the encoder's layers), got 5", ConfigError);
  }

  TEST_CASE("a row of one token, of padding alone, padded in front, and of padding wider than a window: numbers") {
    const auto encoder = test::initialized<ModernBertEncoder>(7, small());
    const auto one = test::token_batch({1}, 1, 50, 0);
    CHECK(encoder->forward(one, {}).isfinite().all().item<bool>());
    for (const auto type : {std::optional<at::ScalarType>(), std::optional(at::kBFloat16)})
      CHECK(encoder->forward(test::token_batch({40, 2, 0}, 40, 50, 0), {.compute_dtype = type})
                .isfinite()
                .all()
                .item<bool>());
    auto right = test::token_batch({12}, 12, 50, 0), left = test::token_batch({12}, 32, 50, 0);
    left.input_ids = left.input_ids.roll(20, 1);
    left.attention_mask = left.attention_mask.roll(20, 1);
    CHECK(test::largest_difference(encoder->forward(left, {})[0].narrow(0, 20, 12), encoder->forward(right, {})[0]) <
          1e-5);
  }

  TEST_CASE("hidden states are the embeddings' output and each layer's; the last is normalized") {
    const auto encoder = test::initialized<ModernBertEncoder>(7, small());
    const auto batch = test::token_batch({5, 3}, 5, 50, 0);
    const auto states = encoder->hidden_states(batch, {});
    REQUIRE(states.size() == 5);
    CHECK(test::largest_difference(states.back(), encoder->forward(batch, {})) == 0.0);
    CHECK(std::abs(states.back()[0][0].mean().item<double>()) < 1e-6);
  }
}

}  // namespace
}  // namespace hpo::nn
