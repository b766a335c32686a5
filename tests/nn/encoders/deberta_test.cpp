// Mirrors include/hpo/nn/encoders/deberta.hpp, deberta_config.hpp, deberta_positions.hpp, deberta_embeddings.hpp,
// deberta_position_scores.hpp, deberta_layer.hpp, deberta_convolution.hpp.
#include <hpo/nn/encoders/deberta.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <ATen/ops/arange.h>

#include <hpo/checkpoint/names.hpp>
#include <hpo/core/file.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/models.hpp>
#include "../encoder_contract.hpp"

namespace hpo::nn {
namespace {

DebertaConfig small() {
  DebertaConfig config;
  config.vocab_size = 50;
  config.hidden_size = 16;
  config.num_hidden_layers = 2;
  config.num_attention_heads = 2;
  config.intermediate_size = 32;
  config.max_position_embeddings = 20;
  config.initializer_range = 0.3;  // states far from zero, so that differences show
  config.relative_attention = config.c2p = config.p2c = config.share_att_key = config.norm_rel_ebd = true;
  config.position_biased_input = false;
  config.position_buckets = 6;
  return config;
}

DebertaConfig changed(void (*change)(DebertaConfig&)) {
  DebertaConfig config = small();
  change(config);
  return config;
}

std::vector<std::int64_t> numbers(const at::Tensor& x) {
  const at::Tensor flat = x.to(at::kLong).contiguous().view({-1});
  return {flat.data_ptr<std::int64_t>(), flat.data_ptr<std::int64_t>() + flat.numel()};
}

at::Tensor states_of(const DebertaConfig& config, const TokenBatch& batch) {
  return test::initialized<DebertaEncoder>(7, config)->forward(batch, {});
}

std::string refusal(const Json& json) {
  try {
    static_cast<void>(DebertaConfig::parse(json));
    return "accepted";
  } catch (const CheckpointError& error) {
    return error.what();
  }
}

// Values of tests/parity/safetensors.py, by formula.
at::Tensor recorded_noise(std::uint64_t seed, at::IntArrayRef sizes) {
  at::Tensor out = at::zeros(sizes);
  for (std::int64_t i = 0; i < out.numel(); ++i)
    out.data_ptr<float>()[i] = static_cast<float>(
        static_cast<double>(DropoutStream::mix((seed << 32) + static_cast<std::uint64_t>(i)) >> 40) / (1 << 23) - 1);
  return out;
}

// Lengths of rows, a negative one padded on the left.
at::Tensor recorded_mask(const std::vector<std::int64_t>& lengths) {
  std::int64_t longest = 0;
  for (const std::int64_t n : lengths) longest = std::max(longest, std::abs(n));
  at::Tensor mask = at::zeros({std::ssize(lengths), longest}, at::kLong);
  for (std::size_t row = 0; row < lengths.size(); ++row) {
    const std::int64_t n = lengths[row];
    mask[static_cast<std::int64_t>(row)].narrow(0, n >= 0 ? 0 : longest + n, std::abs(n)).fill_(1);
  }
  return mask;
}

TokenBatch recorded_batch(const DebertaConfig& config, const at::Tensor& mask) {
  const at::Tensor share = recorded_noise(1001, mask.sizes()).add(1).div(2);
  const at::Tensor ids = share.mul(config.vocab_size - 1).to(at::kLong).masked_fill(mask.eq(0), config.pad_token_id);
  return {ids, mask, config.type_vocab_size > 0 ? ids.remainder(config.type_vocab_size).mul(mask) : at::Tensor()};
}

// One case of tests/parity/deberta_cases.json: the states of all tokens, padding too, and every gradient.
void equals_record(const Json& record) {
  const auto config = DebertaConfig::parse(record["config"]);
  const DebertaEncoder encoder(config, at::TensorOptions(at::kCPU));
  const auto parameters = encoder.named_parameters();
  auto names = parameters.keys();
  std::ranges::sort(names);
  for (std::size_t n = 0; n < names.size(); ++n) {
    const at::NoGradGuard no_grad;
    at::Tensor tensor = parameters[names[n]];
    const double mean = names[n].ends_with("LayerNorm.weight") ? 1.0 : 0.0;
    tensor.copy_(recorded_noise(n, tensor.sizes()).mul(0.5).add(mean));
  }
  const at::Tensor mask = recorded_mask(record["lengths"].get<std::vector<std::int64_t>>());
  const at::Tensor states = encoder.forward(recorded_batch(config, mask), {});
  const at::Tensor projected = states.mul(recorded_noise(1002, states.sizes()));
  const at::Tensor expected = at::tensor(record["states"].get<std::vector<float>>()).view(mask.sizes());
  CHECK(test::largest_difference(projected.sum(-1), expected) < 1e-5);

  projected.mul(mask.unsqueeze(-1)).sum().div(mask.sum()).backward();
  const Json& gradients = record["gradients"];
  double scale = 0.0;
  for (const auto& [name, numbers] : gradients.items()) scale = std::max(scale, numbers[0].get<double>());
  for (const std::string& name : names) {
    const at::Tensor gradient = parameters[name].grad();
    CHECK_MESSAGE(gradient.defined() == gradients.contains(name), name);
    if (!gradient.defined() || !gradients.contains(name)) continue;
    const at::Tensor product = gradient.mul(recorded_noise(1003, gradient.sizes())).sum();
    CHECK_MESSAGE(std::abs(gradient.norm().item<double>() - gradients[name][0].get<double>()) < 1e-5 + 1e-4 * scale,
                  name);
    CHECK_MESSAGE(std::abs(product.item<double>() - gradients[name][1].get<double>()) < 1e-5 + 1e-4 * scale, name);
  }
}

TEST_SUITE("nn/encoders/deberta") {
  TEST_CASE("DeBERTa obeys the contract as version 3") {
    test::obeys_encoder_contract<DebertaEncoder>(small());
  }

  TEST_CASE("DeBERTa obeys the contract with everything that version 2 may add or leave out") {
    test::obeys_encoder_contract<DebertaEncoder>(changed([](DebertaConfig& c) {
      c.share_att_key = c.norm_rel_ebd = false;
      c.position_biased_input = true;
      c.position_buckets = -1;
      c.max_relative_positions = 5;
      c.type_vocab_size = 2;
      c.embedding_size = 6;
      c.conv_kernel_size = 3;
      c.conv_groups = 2;
    }));
    test::obeys_encoder_contract<DebertaEncoder>(changed([](DebertaConfig& c) {
      c.share_att_key = c.p2c = false;
      c.conv_kernel_size = 5;
      c.conv_act = "gelu";
    }));
    test::obeys_encoder_contract<DebertaEncoder>(changed([](DebertaConfig& c) {
      c.relative_attention = c.norm_rel_ebd = false;
      c.position_biased_input = true;
    }));
  }

  TEST_CASE("an absent key means the default of DeBERTa-v2") {
    const auto config = DebertaConfig::parse(Json::object());
    CHECK(config.vocab_size == 128100);
    CHECK(config.hidden_size == 1536);
    CHECK(config.num_hidden_layers == 24);
    CHECK(config.num_attention_heads == 24);
    CHECK(config.intermediate_size == 6144);
    CHECK(config.max_position_embeddings == 512);
    CHECK(config.type_vocab_size == 0);
    CHECK(config.pad_token_id == 0);
    CHECK(config.hidden_act == "gelu");
    CHECK(config.layer_norm_eps == 1e-7);
    CHECK(config.hidden_dropout_prob == 0.1);
    CHECK(config.attention_probs_dropout_prob == 0.1);
    CHECK(config.initializer_range == 0.02);
    CHECK(config.table_width() == 1536);
    CHECK(!config.relative_attention);
    CHECK(config.max_distance() == 512);
    CHECK(config.span() == 512);
    CHECK(config.position_buckets == -1);
    CHECK(!config.c2p);
    CHECK(!config.p2c);
    CHECK(!config.share_att_key);
    CHECK(!config.norm_rel_ebd);
    CHECK(config.position_biased_input);
    CHECK(config.conv_kernel_size == 0);
    CHECK(config.conv_groups == 1);
    CHECK(config.conv_act == "tanh");
  }

  TEST_CASE("each key of a file is read, words in either form") {
    const Json json{{"model_type", "deberta-v2"},   {"hidden_size", 24},
                    {"num_attention_heads", 4},     {"attention_head_size", 6},
                    {"embedding_size", 12},         {"relative_attention", true},
                    {"max_relative_positions", 40}, {"position_buckets", 8},
                    {"share_att_key", true},        {"norm_rel_ebd", "layer_norm"},
                    {"pos_att_type", "P2C | c2p"},  {"position_biased_input", false},
                    {"conv_kernel_size", 3},        {"conv_groups", 2},
                    {"conv_act", "relu"},           {"layer_norm_eps", 1e-5}};
    const auto config = DebertaConfig::parse(json);
    CHECK(config.table_width() == 12);
    CHECK(config.relative_attention);
    CHECK(config.max_distance() == 40);
    CHECK(config.span() == 8);
    CHECK(config.share_att_key);
    CHECK(config.norm_rel_ebd);
    CHECK(config.c2p);
    CHECK(config.p2c);
    CHECK(!config.position_biased_input);
    CHECK(config.conv_kernel_size == 3);
    CHECK(config.conv_groups == 2);
    CHECK(config.conv_act == "relu");
    CHECK(config.layer_norm_eps == 1e-5);
    const auto kinds = [](const Json& value) {
      const auto parsed = DebertaConfig::parse({{"pos_att_type", value}});
      return std::pair(parsed.c2p, parsed.p2c);
    };
    CHECK(kinds(Json{"c2p"}) == std::pair(true, false));
    CHECK(kinds("p2c") == std::pair(false, true));
    CHECK(kinds(Json::array()) == std::pair(false, false));
    CHECK(kinds("none") == std::pair(false, false));
    CHECK(kinds(nullptr) == std::pair(false, false));
  }

  TEST_CASE("what would change the numbers and is not implemented is refused by name") {
    CHECK(refusal({{"model_type", "deberta"}}) ==
          "config.json: model_type: expected \"deberta-v2\" (others are not implemented), got \"deberta\"");
    CHECK(refusal({{"pos_att_type", "c2p|p2p"}}) ==
          "config.json: pos_att_type: expected none or c2p or p2c (others are not implemented), got \"c2p|p2p\"");
    CHECK(refusal({{"pos_att_type", {"C2P"}}}).starts_with("config.json: pos_att_type: expected none or c2p or p2c"));
    CHECK(refusal({{"pos_att_type", 3}}) == "config.json: pos_att_type: expected words, got 3");
    CHECK(refusal({{"norm_rel_ebd", "rms"}}).starts_with("config.json: norm_rel_ebd: expected none or layer_norm"));
    CHECK(refusal({{"attention_head_size", 32}}) ==
          "config.json: attention_head_size: expected 64 (others are not implemented), got 32");
    CHECK(refusal({{"position_buckets", 1}}) ==
          "config.json: position_buckets: expected 2 or more, or -1 for none, got 1");
    CHECK(refusal({{"conv_kernel_size", 2}}) ==
          "config.json: conv_kernel_size: expected an odd number, which keeps the length, or 0, got 2");
    CHECK(refusal({{"conv_groups", 5}}) ==
          "config.json: conv_groups: expected a divisor of 1536 (the hidden size), got 5");
    CHECK(refusal({{"conv_kernel_size", 3}, {"conv_act", "x"}})
              .starts_with("config.json: conv_act: expected an activation, got 'x'"));
    CHECK(refusal({{"position_embedding_type", "relative_key"}})
              .starts_with("config.json: position_embedding_type: expected \"absolute\""));
  }

  TEST_CASE("version 1 is refused with the word for the versions that are known") {
    try {
      visit_model(ModelsOf<ClassificationHead>{}, "deberta", []<class Model>() {});
      FAIL("accepted");
    } catch (const CheckpointError& error) {
      CHECK_MESSAGE(std::string_view(error.what())
                        .starts_with("config.json: model_type: expected deberta-v2, which is version 3's word too, got "
                                     "deberta: version 1 is another architecture; known: bert, "),
                    error.what());
    }
  }

  TEST_CASE("near distances keep their bucket, far ones share, the last ends at the largest distance") {
    const auto buckets = [](std::int64_t count, std::int64_t most) {
      return numbers(log_bucket(at::arange(0, 2 * most, at::kLong), count, most));
    };
    // By hand: 8 buckets to 48: beyond 4, ceil(3 ln(d / 4) / ln(47 / 4)) + 4: 5 to 9, then to 20, then to 47.
    const auto few = buckets(8, 48);
    for (std::int64_t d = 0; d < 96; ++d) {
      const std::int64_t expected = d <= 4 ? d : d <= 9 ? 5 : d <= 20 ? 6 : d <= 47 ? 7 : d <= 107 ? 8 : 0;
      CHECK_MESSAGE(few[static_cast<std::size_t>(d)] == expected, d);
    }
    const auto many = buckets(256, 512);  // the published models'
    CHECK(many[128] == 128);
    CHECK(many[129] == 129);
    CHECK(many[130] == 130);
    CHECK(many[511] == 255);
    CHECK(many[512] == 256);  // clamped by the table
    CHECK(std::ranges::is_sorted(many));
    const at::Tensor distance = at::arange(-300, 301, at::kLong);
    CHECK(log_bucket(distance.neg(), 256, 512).equal(log_bucket(distance, 256, 512).neg()));
  }

  TEST_CASE("the rows of a table that a length uses, and which belongs to a pair") {
    const auto index = [](std::int64_t length, std::int64_t span, std::int64_t buckets, std::int64_t most) {
      return relative_rows(length, span, buckets, most, at::kCPU);
    };
    const RelativeRows three = index(3, 10, -1, 10);
    CHECK(three.first == 8);
    CHECK(three.count == 5);
    CHECK(numbers(three.row) == std::vector<std::int64_t>{0, 1, 2, 3, 4});
    const RelativeRows one = index(1, 256, 256, 512);
    CHECK(one.first == 256);
    CHECK(one.count == 1);
    const RelativeRows clamped = index(9, 3, -1, 3);  // a table of 6 rows: distances -3 to 2
    CHECK(clamped.first == 0);
    CHECK(clamped.count == 6);
    CHECK(clamped.row[16].item<std::int64_t>() == 5);
    CHECK(clamped.row[0].item<std::int64_t>() == 0);
    const RelativeRows far = index(600, 256, 256, 512);
    CHECK(far.first == 0);
    CHECK(far.count == 512);
    CHECK(far.row[2 * 599].item<std::int64_t>() == 511);
  }

  TEST_CASE("scores picked where they stand are those that libtorch's operators pick, and so are the gradients") {
    const std::int64_t rows = 2, heads = 3, length = 21, positions = 7;
    const at::Tensor row = relative_rows(length, 4, 4, 9, at::kCPU).row;
    const auto run = [&](at::ScalarType type, PairSide side) {
      at::Tensor scores = test::noise({rows * heads, length, length}, 1).to(type).set_requires_grad(true);
      at::Tensor products = test::noise({heads, rows * length, positions + 1}, 2).to(type).set_requires_grad(true);
      const at::Tensor sum = add_position_scores(scores.mul(2), products, row, side);
      sum.mul(test::noise({rows * heads, length, length}, 3).to(type)).sum().backward();
      return std::array{sum, scores.grad(), products.grad()};
    };
    for (const PairSide side : {PairSide::query, PairSide::key}) {
      const auto expected = run(at::kDouble, side), got = run(at::kFloat, side), rough = run(at::kBFloat16, side);
      for (std::size_t i = 0; i < 3; ++i) {
        CHECK(test::largest_difference(got[i], expected[i]) < 1e-5);
        CHECK(test::largest_difference(rough[i], expected[i]) < 0.1);
        CHECK((rough[i].scalar_type() == at::kBFloat16));
      }
      // By hand: query 5 and key 2 of the second row's last head are 3 apart.
      const at::Tensor scores = at::zeros({rows * heads, length, length});
      const at::Tensor products = test::noise({heads, rows * length, positions + 1}, 2);
      const std::int64_t token = length + (side == PairSide::query ? 5 : 2);
      const at::Tensor picked = products[2][token][row[3 + length - 1].item<std::int64_t>()];
      CHECK(test::largest_difference(add_position_scores(scores, products, row, side)[5][5][2], picked) == 0.0);
    }
  }

  TEST_CASE("every setting changes the states") {
    const auto batch = test::token_batch({12, 7}, 12, 50, 0);
    const at::Tensor expected = states_of(small(), batch);
    const auto differs = [&](void (*change)(DebertaConfig&)) {
      return test::largest_difference(states_of(changed(change), batch), expected) > 1e-4;
    };
    CHECK(differs([](DebertaConfig& c) { c.c2p = false; }));
    CHECK(differs([](DebertaConfig& c) { c.p2c = false; }));
    CHECK(differs([](DebertaConfig& c) { c.relative_attention = false; }));
    CHECK(differs([](DebertaConfig& c) { c.share_att_key = false; }));
    CHECK(differs([](DebertaConfig& c) { c.norm_rel_ebd = false; }));
    CHECK(differs([](DebertaConfig& c) { c.position_buckets = 4; }));
    CHECK(differs([](DebertaConfig& c) { c.max_relative_positions = 8; }));
    CHECK(differs([](DebertaConfig& c) { c.position_biased_input = true; }));
    CHECK(differs([](DebertaConfig& c) { c.type_vocab_size = 2; }));
    CHECK(differs([](DebertaConfig& c) { c.embedding_size = 6; }));
    CHECK(differs([](DebertaConfig& c) { c.conv_kernel_size = 3; }));
    CHECK(differs([](DebertaConfig& c) { c.layer_norm_eps = 0.01; }));
  }

  TEST_CASE("positions are relative: a row moved to the right has the same states") {
    const auto encoder = test::initialized<DebertaEncoder>(7, small());
    const auto batch = test::token_batch({6}, 6, 50, 0);
    const auto moved = [](const at::Tensor& x) { return at::cat({at::zeros({1, 3}, at::kLong), x}, 1); };
    const TokenBatch left{moved(batch.input_ids), moved(batch.attention_mask)};
    CHECK(test::largest_difference(encoder->forward(left, {}).narrow(1, 3, 6), encoder->forward(batch, {})) < 1e-5);
  }

  TEST_CASE("rows of one token, of padding alone, and longer than every table are encoded") {
    const auto encoder = test::initialized<DebertaEncoder>(7, small());
    CHECK(encoder->max_length() == any_length);
    for (const auto& batch : {test::token_batch({1}, 1, 50, 0), test::token_batch({4, 0}, 4, 50, 0),
                              test::token_batch({90, 3}, 90, 50, 0)}) {
      CHECK(encoder->forward(batch, {}).isfinite().all().item<bool>());
      CHECK(encoder->forward(batch, {.compute_dtype = at::kBFloat16}).isfinite().all().item<bool>());
    }
    const DebertaEncoder absolute(changed([](DebertaConfig& c) { c.position_biased_input = true; }));
    CHECK(absolute.max_length() == 20);
  }

  TEST_CASE("the embeddings' output at padding is zero, whatever its position") {
    const auto config = changed([](DebertaConfig& c) { c.position_biased_input = true; });
    const at::Tensor embedded =
        test::initialized<DebertaEncoder>(7, config)->hidden_states(test::token_batch({5, 2}, 5, 50, 0), {}).front();
    CHECK(test::largest(embedded[1].narrow(0, 2, 3)) == 0.0);
    CHECK(test::largest(embedded[1].narrow(0, 1, 1)) > 0.0);
  }

  TEST_CASE("each dropout of the configuration is applied: embeddings, positions, attention, both sums, convolution") {
    const auto masks = [](double hidden, double attention, void (*change)(DebertaConfig&)) {
      auto config = changed(change);
      config.hidden_dropout_prob = hidden;
      config.attention_probs_dropout_prob = attention;
      DropoutStream stream(1, 1);
      static_cast<void>(test::initialized<DebertaEncoder>(7, config)->forward(test::token_batch({5}, 5, 50, 0),
                                                                              {.training = true, .dropout = &stream}));
      return stream.position();
    };
    const auto as_is = [](DebertaConfig&) {};
    CHECK(masks(0.1, 0.1, as_is) == 1 + 2 * 4);
    CHECK(masks(0.1, 0.0, as_is) == 1 + 2 * 3);
    CHECK(masks(0.0, 0.1, as_is) == 2);
    CHECK(masks(0.1, 0.0, [](DebertaConfig& c) { c.relative_attention = false; }) == 1 + 2 * 2);
    CHECK(masks(0.1, 0.0, [](DebertaConfig& c) { c.conv_kernel_size = 3; }) == 1 + 2 * 3 + 1);
  }

  TEST_CASE("frozen parts get no gradient, the rest does; frozen whole, nothing does") {
    const auto config = changed([](DebertaConfig& c) {
      c.share_att_key = false;
      c.conv_kernel_size = 3;
    });
    const auto frozen = [&](const FreezeOptions& options) {
      const auto encoder = test::initialized<DebertaEncoder>(7, config);
      encoder->freeze(options);
      std::vector<std::string> names;
      const at::Tensor states = encoder->forward(test::token_batch({5, 3}, 5, 50, 0), {});
      if (states.requires_grad()) states.mul(test::noise({2, 5, 16})).sum().backward();
      for (const auto& parameter : encoder->named_parameters()) {
        CHECK_MESSAGE(parameter.value().grad().defined() == parameter.value().requires_grad(), parameter.key());
        if (!parameter.value().requires_grad()) names.push_back(parameter.key());
      }
      return names;
    };
    const auto all = DebertaEncoder(config).named_parameters().keys();
    const auto of = [&](const std::vector<std::string>& paths) {
      std::vector<std::string> names;
      for (const std::string& name : all)
        if (std::ranges::any_of(paths, [&](const std::string& path) { return name.starts_with(path + "."); }))
          names.push_back(name);
      return names;
    };
    CHECK(frozen({}).empty());
    CHECK(frozen({.embeddings = true}) == of({"embeddings", "encoder.rel_embeddings", "encoder.LayerNorm"}));
    CHECK(frozen({.layers = 1}) == of({"encoder.layer.0", "encoder.conv"}));
    CHECK(frozen({.embeddings = true, .layers = 2}) == all);
    DebertaEncoder encoder(config);
    CHECK_THROWS_WITH_AS(encoder.freeze({.layers = 3}),
                         "encoder.freeze_layers: expected at most 2 (the encoder's layers), got 3", ConfigError);
  }

  TEST_CASE("a file of version 3's pre-training fills the encoder; what is left is told, or known to be of no use") {
    const auto names = DebertaEncoder(small()).named_parameters().keys();
    std::vector<std::string> stored{"mask_predictions.dense.weight", "deberta.embeddings.position_embeddings.weight",
                                    "deberta.embeddings.position_ids", "lm_predictions.lm_head.bias",
                                    "cls.predictions.bias"};
    for (const std::string& name : names) stored.push_back(concat(DebertaEncoder::prefix, '.', name));
    const auto match = checkpoint::match_names(stored, names, DebertaEncoder::prefix);
    CHECK(match.stored_as.size() == names.size());
    CHECK(match.unexpected == std::vector<std::string>{"lm_predictions.lm_head.bias", "cls.predictions.bias"});
    CHECK(match.ignored.size() == 3);
    // with absolute positions the table is the encoder's
    const DebertaEncoder absolute(changed([](DebertaConfig& c) { c.position_biased_input = true; }));
    const auto used = checkpoint::match_names(stored, absolute.named_parameters().keys(), DebertaEncoder::prefix);
    CHECK(used.stored_as.size() == names.size() + 1);
  }

  TEST_CASE("states and gradients of python3-torch under configurations that no published model has") {
    const Json json =
        Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/deberta_cases.json"));
    REQUIRE(json["cases"].size() >= 30);
    for (const Json& record : json["cases"]) {
      const std::string settings = record["config"].dump() + record["lengths"].dump();
      CAPTURE(settings);
      equals_record(record);
    }
  }

  TEST_CASE("a classification folder's head: activation and both dropouts are the file's") {
    const auto options = sequence_classification({{"model_type", "deberta-v2"}, {"hidden_dropout_prob", 0.3}});
    CHECK((options.pooling == Pooling::cls));
    CHECK(options.layer_names == std::vector<std::string>{"pooler.dense", "classifier"});
    CHECK(options.activation == "gelu");
    CHECK(options.layer_dropout == std::vector{0.0, 0.3});
    const auto other = sequence_classification({{"model_type", "deberta-v2"},
                                                {"hidden_size", 24},
                                                {"pooler_hidden_size", 24},
                                                {"pooler_hidden_act", "tanh"},
                                                {"pooler_dropout", 0.2},
                                                {"cls_dropout", 0.4}});
    CHECK(other.activation == "tanh");
    CHECK(other.layer_dropout == std::vector{0.2, 0.4});
    CHECK_THROWS_WITH_AS(
        static_cast<void>(sequence_classification({{"model_type", "deberta-v2"}, {"pooler_hidden_size", 24}})),
        "config.json: pooler_hidden_size: expected 1536 (others are not implemented), got 24", CheckpointError);
  }
}

}  // namespace
}  // namespace hpo::nn
