// Mirrors include/hpo/nn/model/config_reader.hpp, post_norm_config.hpp, hugging_face_heads.hpp, and each family's
// configuration.
#include <functional>

#include <hpo/checkpoint/folder.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/distilbert.hpp>
#include <hpo/nn/encoders/electra.hpp>
#include <hpo/nn/encoders/modernbert_config.hpp>
#include <hpo/nn/encoders/roberta.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/model/config_reader.hpp>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

TEST_SUITE("nn/encoders/config") {
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
    CHECK(ModernBertConfig::parse(checkpoint::ModelFolder::open(test::fixture("models/modernbert-bias")).config())
              .norm_eps == 1e-6);
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

  TEST_CASE("each family refuses what would make it another model, and lets pass what changes no number") {
    // Of other heads (summary_* is that of multiple choice), of training elsewhere, of storage and of speed.
    const Json harmless{{"chunk_size_feed_forward", 4},
                        {"use_cache", true},
                        {"gradient_checkpointing", true},
                        {"tie_word_embeddings", false},
                        {"torch_dtype", "float16"},
                        {"dtype", "bfloat16"},
                        {"attn_implementation", "flash_attention_2"},
                        {"output_hidden_states", true},
                        {"summary_type", "mean"},
                        {"summary_activation", "tanh"},
                        {"summary_use_proj", false},
                        {"summary_last_dropout", 0.5},
                        {"pooler_type", "first_token_transform"},
                        {"pooler_num_fc_layers", 3},
                        {"directionality", "bidi"},
                        {"problem_type", "regression"},
                        {"finetuning_task", "mrpc"},
                        {"bos_token_id", nullptr},
                        {"is_decoder", false},
                        {"add_cross_attention", false},
                        {"position_embedding_type", "absolute"},
                        {"quantization_config", nullptr},
                        {"pruned_heads", Json::object()}};
    const auto check = [&]<class Config>(const Config& defaults) {
      const Config parsed = Config::parse(harmless);
      CHECK(parsed.hidden_size == defaults.hidden_size);
      CHECK(parsed.hidden_act == defaults.hidden_act);
      CHECK(parsed.layer_norm_eps == defaults.layer_norm_eps);
      CHECK(parsed.hidden_dropout_prob == defaults.hidden_dropout_prob);
      for (const auto& [key, value] :
           {std::pair("is_decoder", Json(true)), std::pair("add_cross_attention", Json(true)),
            std::pair("pruned_heads", Json{{"1", {0}}}), std::pair("quantization_config", Json{{"bits", 8}})})
        CHECK_THROWS_WITH_AS(static_cast<void>(Config::parse({{key, value}})),
                             doctest::Contains(doctest::String(concat("config.json: ", key, ": expected ").c_str())),
                             CheckpointError);
    };
    check(BertConfig());
    check(RobertaConfig());
    check(ElectraConfig());
    check(DistilBertConfig());
    check(DebertaConfig());
    CHECK_NOTHROW(static_cast<void>(ModernBertConfig::parse(harmless)));
    for (const char* relative : {"relative_key", "relative_key_query"}) {
      const Json json{{"position_embedding_type", relative}};
      CHECK_THROWS_AS(static_cast<void>(RobertaConfig::parse(json)), CheckpointError);
      CHECK_THROWS_AS(static_cast<void>(ElectraConfig::parse(json)), CheckpointError);
    }
  }

  TEST_CASE("one model, as transformers 4 and 5 write it, gives the same configuration") {
    const auto check = [&]<class Config>(const char* name, const Config&) {
      CAPTURE(name);
      const auto four = test::shared(concat("fixtures/config_samples/v4/", name, ".json"));
      const auto five = test::shared(concat("fixtures/config_samples/v5/", name, ".json"));
      if (!four || !five) return;
      const Config a = Config::parse(checkpoint::read_json_object(*four));
      const Config b = Config::parse(checkpoint::read_json_object(*five));
      CHECK(a.hidden_size == 32);
      CHECK(a.hidden_size == b.hidden_size);
      CHECK(a.table_width() == b.table_width());
      CHECK(a.num_hidden_layers == b.num_hidden_layers);
      CHECK(a.type_vocab_size == b.type_vocab_size);
      CHECK(a.max_position_embeddings == b.max_position_embeddings);
      CHECK(a.layer_norm_eps == b.layer_norm_eps);
      CHECK(a.pad_token_id == b.pad_token_id);
      CHECK(a.hidden_act == b.hidden_act);
    };
    check("bert", BertConfig());
    check("roberta", RobertaConfig());
    check("xlm-roberta", RobertaConfig());
    check("electra", ElectraConfig());
    check("distilbert", DistilBertConfig());
    check("deberta-v3", DebertaConfig());
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
    CHECK_THROWS_AS(static_cast<void>(label_names({{"id2label", Json::object()}})), CheckpointError);
    CHECK_THROWS_AS(static_cast<void>(label_names({{"id2label", {{"0", "no"}, {"1x", "yes"}}}})), CheckpointError);
    CHECK_THROWS_AS(static_cast<void>(label_names({{"id2label", {{"0", "no"}, {"1", 1}}}})), CheckpointError);
    CHECK_THROWS_WITH_AS(static_cast<void>(label_names({{"num_labels", 1 << 30}})),
                         "config.json: num_labels: expected at most 65536, got 1073741824", CheckpointError);
  }

  TEST_CASE("the heads of token classification and question answering folders follow from their family") {
    const Json rates{{"classifier_dropout", 0.2}, {"hidden_dropout_prob", 0.3}, {"dropout", 0.4}, {"qa_dropout", 0.5}};
    const auto with = [&](const char* family, Json json) {
      json["model_type"] = family;
      return json;
    };
    for (const char* family : {"bert", "roberta", "xlm-roberta", "electra"}) {
      CAPTURE(family);
      CHECK(token_classification(with(family, rates)).dropout == 0.2);
      CHECK(token_classification(with(family, {{"hidden_dropout_prob", 0.3}})).dropout == 0.3);
      CHECK(token_classification(with(family, {{"classifier_dropout", nullptr}})).dropout == 0.1);
      CHECK(!token_classification(with(family, rates)).transform);
      CHECK(question_answering(with(family, rates)).dropout == 0.0);
      CHECK(question_answering(with(family, rates)).layer_name == "qa_outputs");
    }
    CHECK(token_classification(with("distilbert", rates)).dropout == 0.4);
    CHECK(question_answering(with("distilbert", rates)).dropout == 0.5);
    CHECK(question_answering(with("distilbert", Json::object())).dropout == 0.1);
    CHECK(token_classification(with("deberta-v2", rates)).dropout == 0.3);
    CHECK(question_answering(with("deberta-v2", rates)).dropout == 0.0);
    CHECK(token_classification(with("bert", {{"id2label", {{"0", "O"}, {"1", "B"}, {"2", "I"}}}})).num_labels == 3);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(token_classification({{"model_type", "bort"}})),
        doctest::Contains("config.json: model_type: no token classification head is known for 'bort'; did you mean"),
        CheckpointError);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(question_answering({{"model_type", "gpt2"}})),
        "config.json: model_type: no question answering head is known for 'gpt2'; known: bert, roberta, xlm-roberta, "
        "electra, deberta-v2, distilbert, modernbert",
        CheckpointError);
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

  TEST_CASE("a head is Hugging Face's if its names and numbers are") {
    const Json roberta{{"model_type", "roberta"}, {"hidden_size", 64}}, bert{{"model_type", "bert"}};
    CHECK(is_transformers_head(sequence_classification(roberta), roberta));
    CHECK(is_transformers_head(sequence_classification(bert), bert));
    CHECK(is_transformers_head({.pooling = Pooling::pooler, .dropout = 0.4}, bert));
    CHECK_FALSE(is_transformers_head({.pooling = Pooling::mean}, bert));
    const ClassificationOptions two{.num_labels = 5, .layers = 2, .width = 64};
    CHECK(is_transformers_head(two, roberta));
    for (const auto& change : std::vector<std::function<void(ClassificationOptions&)>>{
             [](auto& o) { o.pooling = Pooling::mean; }, [](auto& o) { o.layers = 3; }, [](auto& o) { o.width = 32; },
             [](auto& o) { o.activation = "gelu"; },
             [](auto& o) {
               o.layer_names = {"pre_classifier", "classifier"};
             },
             [](auto& o) { o.transform.emplace(); }}) {
      auto other = two;
      change(other);
      CHECK_FALSE(is_transformers_head(other, roberta));
    }
    CHECK_FALSE(is_transformers_head(two, {{"model_type", "gpt2"}}));
    for (const char* family : {"bert", "distilbert", "modernbert"}) {
      const Json config{{"model_type", family}};
      CHECK(is_transformers_head(question_answering(config), config));
      CHECK(is_transformers_head(SpanOptions{}, config) == (std::string_view(family) != "modernbert"));
    }
  }
}

}  // namespace
}  // namespace hpo::nn
