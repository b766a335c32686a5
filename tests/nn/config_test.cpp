// Mirrors include/hpo/nn/config_reader.hpp, post_norm_config.hpp, hugging_face_heads.hpp, and each family's
// configuration.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/nn/bert.hpp>
#include <hpo/nn/config_reader.hpp>
#include <hpo/nn/distilbert.hpp>
#include <hpo/nn/electra.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/roberta.hpp>

#include "../check.hpp"

namespace hpo::nn {
namespace {

TEST_SUITE("nn/config") {
  TEST_CASE("an absent key means the family's default") {
    const auto bert = BertConfig::parse(Json::object());
    CHECK(bert.vocab_size == 30522);
    CHECK(bert.hidden_size == 768);
    CHECK(bert.num_hidden_layers == 12);
    CHECK(bert.num_attention_heads == 12);
    CHECK(bert.intermediate_size == 3072);
    CHECK(bert.max_position_embeddings == 512);
    CHECK(bert.type_vocab_size == 2);
    CHECK(bert.pad_token_id == 0);
    CHECK(bert.hidden_act == "gelu");
    CHECK(bert.layer_norm_eps == 1e-12);
    CHECK(bert.hidden_dropout_prob == 0.1);
    CHECK(bert.attention_probs_dropout_prob == 0.1);
    CHECK(bert.initializer_range == 0.02);
    CHECK(bert.table_width() == 768);
    const auto roberta = RobertaConfig::parse(Json::object());
    CHECK(roberta.vocab_size == 50265);
    CHECK(roberta.pad_token_id == 1);
    CHECK(roberta.layer_norm_eps == 1e-12);
    CHECK(RobertaConfig::parse(Json{{"model_type", "xlm-roberta"}}).vocab_size == 30522);
    const auto electra = ElectraConfig::parse(Json::object());
    CHECK(electra.embedding_size == 128);
    CHECK(electra.hidden_size == 256);
    CHECK(electra.num_hidden_layers == 12);
    CHECK(electra.num_attention_heads == 4);
    CHECK(electra.intermediate_size == 1024);
    CHECK(electra.type_vocab_size == 2);
    const auto distilbert = DistilBertConfig::parse(Json::object());
    CHECK(distilbert.hidden_size == 768);
    CHECK(distilbert.num_hidden_layers == 6);
    CHECK(distilbert.num_attention_heads == 12);
    CHECK(distilbert.intermediate_size == 3072);
    CHECK(distilbert.type_vocab_size == 0);
    CHECK(distilbert.layer_norm_eps == 1e-12);
    CHECK(!distilbert.sinusoidal_positions);
  }

  TEST_CASE("DistilBERT's own keys are read, and named in refusals") {
    const auto config = DistilBertConfig::parse({{"dim", 24},
                                                 {"n_layers", 2},
                                                 {"n_heads", 3},
                                                 {"hidden_dim", 48},
                                                 {"activation", "relu"},
                                                 {"dropout", 0.3},
                                                 {"attention_dropout", 0.2},
                                                 {"sinusoidal_pos_embds", true},
                                                 {"layer_norm_eps", 1e-3},
                                                 {"hidden_size", 99}});
    CHECK(config.hidden_size == 24);
    CHECK(config.num_hidden_layers == 2);
    CHECK(config.num_attention_heads == 3);
    CHECK(config.intermediate_size == 48);
    CHECK(config.hidden_act == "relu");
    CHECK(config.hidden_dropout_prob == 0.3);
    CHECK(config.attention_probs_dropout_prob == 0.2);
    CHECK(config.sinusoidal_positions);
    CHECK(config.layer_norm_eps == 1e-12);  // not a key of this family
    CHECK_THROWS_WITH_AS(static_cast<void>(DistilBertConfig::parse({{"n_heads", 7}})),
                         "config.json: n_heads: expected a divisor of 768 (the hidden size), got 7", CheckpointError);
    CHECK_THROWS_WITH_AS(static_cast<void>(DistilBertConfig::parse({{"activation", "x"}})),
                         doctest::Contains("config.json: activation: expected an activation, got 'x'"),
                         CheckpointError);
  }

  TEST_CASE("a present key wins, null counts as absent, unknown keys are let pass") {
    const auto bert = BertConfig::parse(Json{{"layer_norm_eps", 1e-5},
                                             {"hidden_size", 24},
                                             {"vocab_size", nullptr},
                                             {"pad_token_id", 3},
                                             {"hidden_act", "gelu_new"},
                                             {"hidden_dropout_prob", 0},
                                             {"what_comes_next", true},
                                             {"pruned_heads", Json::object()}});
    CHECK(bert.layer_norm_eps == 1e-5);
    CHECK(bert.hidden_size == 24);
    CHECK(bert.vocab_size == 30522);
    CHECK(bert.pad_token_id == 3);
    CHECK(bert.hidden_act == "gelu_new");
    CHECK(bert.hidden_dropout_prob == 0.0);
  }

  TEST_CASE("the parsed norm eps of the fixtures") {
    const auto eps = [](const char* name) {
      return PostNormConfig(BertConfig::parse(checkpoint::ModelFolder::open(test::fixture(name)).config()))
          .layer_norm_eps;
    };
    CHECK(eps("models/bert") == 1e-12);
    CHECK(eps("models/bert-gelu_new-nopooler") == 1e-5);
    CHECK(eps("models/roberta") == 1e-5);
  }

  TEST_CASE("what would change the numbers and is not implemented is refused by name") {
    const auto refusal = [](const Json& json) {
      try {
        static_cast<void>(BertConfig::parse(json, "m/config.json"));
        return std::string("accepted");
      } catch (const CheckpointError& error) {
        return std::string(error.what());
      }
    };
    CHECK(refusal({{"position_embedding_type", "relative_key"}}) ==
          "m/config.json: position_embedding_type: expected \"absolute\" (others are not implemented), got "
          "\"relative_key\"");
    CHECK(refusal({{"position_embedding_type", "absolute"}}) == "accepted");
    CHECK(refusal({{"is_decoder", true}}) ==
          "m/config.json: is_decoder: expected false (others are not implemented), got true");
    CHECK(refusal({{"add_cross_attention", true}}).starts_with("m/config.json: add_cross_attention: expected false"));
    CHECK(refusal({{"pruned_heads", {{"0", {1, 2}}}}}) ==
          "m/config.json: pruned_heads: expected none (not implemented), got {\"0\":[1,2]}");
    CHECK(refusal({{"quantization_config", {{"bits", 4}}}})
              .starts_with("m/config.json: quantization_config: expected none"));
    CHECK(refusal({{"hidden_act", "glu"}}).starts_with("m/config.json: hidden_act: expected an activation, got 'glu'"));
  }

  TEST_CASE("sizes of the wrong type or range, or that do not fit each other") {
    const auto refusal = [](const Json& json) {
      try {
        static_cast<void>(RobertaConfig::parse(json));
        return std::string("accepted");
      } catch (const CheckpointError& error) {
        return std::string(error.what());
      }
    };
    CHECK(refusal({{"hidden_size", "768"}}) ==
          "config.json: hidden_size: expected a whole number, 1 or more, got \"768\"");
    CHECK(refusal({{"hidden_size", 0}}) == "config.json: hidden_size: expected a whole number, 1 or more, got 0");
    CHECK(refusal({{"hidden_size", 12.5}}) == "config.json: hidden_size: expected a whole number, 1 or more, got 12.5");
    CHECK(refusal({{"vocab_size", 18446744073709551615ULL}})
              .starts_with("config.json: vocab_size: expected a whole number"));
    CHECK(refusal({{"layer_norm_eps", -1}}) == "config.json: layer_norm_eps: expected a number from 0 to 1, got -1");
    CHECK(refusal({{"hidden_dropout_prob", 1.0}}) ==
          "config.json: hidden_dropout_prob: expected a number from 0 to 0.999, got 1.0");
    CHECK(refusal({{"hidden_act", 3}}) == "config.json: hidden_act: expected text, got 3");
    CHECK(refusal({{"num_attention_heads", 7}}) ==
          "config.json: num_attention_heads: expected a divisor of 768 (the hidden size), got 7");
    CHECK(refusal({{"pad_token_id", 50265}}) ==
          "config.json: pad_token_id: expected less than 50265 (the vocabulary), got 50265");
    CHECK(refusal({{"max_position_embeddings", 2}}) ==
          "config.json: max_position_embeddings: expected more than 2 (positions start after the padding id), got 2");
    CHECK(refusal(Json::array()) == "config.json: expected an object, got array");
  }

  TEST_CASE("the labels of a folder") {
    using Names = std::vector<std::string>;
    CHECK(label_names(Json::object()) == Names{"LABEL_0", "LABEL_1"});
    CHECK(label_names({{"num_labels", 3}}) == Names{"LABEL_0", "LABEL_1", "LABEL_2"});
    CHECK(label_names({{"id2label", {{"1", "yes"}, {"0", "no"}}}}) == Names{"no", "yes"});
    CHECK_THROWS_WITH_AS(static_cast<void>(label_names({{"id2label", {{"0", "no"}, {"2", "yes"}}}})),
                         "config.json: id2label: expected a name for each of 0 to 1, got none for 1", CheckpointError);
    CHECK_THROWS_AS(static_cast<void>(label_names({{"id2label", 3}})), CheckpointError);
  }

  TEST_CASE("the head of a classification folder follows from its family") {
    const auto bert = sequence_classification({{"model_type", "bert"}, {"hidden_dropout_prob", 0.3}});
    CHECK((bert.pooling == Pooling::pooler));
    CHECK(bert.layers == 1);
    CHECK(bert.dropout == 0.3);
    const auto roberta =
        sequence_classification({{"model_type", "roberta"}, {"classifier_dropout", 0.2}, {"hidden_dropout_prob", 0.3}});
    CHECK((roberta.pooling == Pooling::cls));
    CHECK(roberta.layers == 2);
    CHECK(roberta.activation == "tanh");
    CHECK(roberta.dropout == 0.2);
    const auto distilbert = sequence_classification({{"model_type", "distilbert"}});
    CHECK(distilbert.layer_names == std::vector<std::string>{"pre_classifier", "classifier"});
    CHECK(distilbert.activation == "relu");
    CHECK(distilbert.layer_dropout == std::vector{0.0, 0.2});  // none before the first layer
    CHECK(sequence_classification({{"model_type", "electra"}}).activation == "gelu");
    CHECK_THROWS_WITH_AS(
        static_cast<void>(sequence_classification({{"model_type", "bort"}})),
        doctest::Contains("config.json: model_type: no classification head is known for 'bort'; did you mean 'bert'?"),
        CheckpointError);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(sequence_classification({{"model_type", "bert"}, {"problem_type", "regression"}})),
        doctest::Contains("config.json: problem_type: expected \"single_label_classification\""), CheckpointError);
  }
}

}  // namespace
}  // namespace hpo::nn
