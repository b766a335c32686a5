// Mirrors include/hpo/checkpoint/names.hpp.
#include <hpo/checkpoint/names.hpp>

#include "../check.hpp"

namespace hpo::checkpoint {
namespace {

using Names = std::vector<std::string>;
using Pairs = std::map<std::string, std::string>;

TEST_SUITE("checkpoint/names") {
  TEST_CASE("gamma and beta after LayerNorm are weight and bias, and only there") {
    CHECK(modern_name("bert.embeddings.LayerNorm.gamma") == "bert.embeddings.LayerNorm.weight");
    CHECK(modern_name("LayerNorm.beta") == "LayerNorm.bias");
    CHECK(modern_name("encoder.gamma") == "encoder.gamma");
    CHECK(modern_name("encoder.MyLayerNorm.gamma") == "encoder.MyLayerNorm.gamma");
    CHECK(modern_name("LayerNorm.gamma.x") == "LayerNorm.gamma.x");
  }

  TEST_CASE("a path covers itself and what lies below it") {
    CHECK(covers("classifier", "classifier"));
    CHECK(covers("classifier", "classifier.dense.weight"));
    CHECK_FALSE(covers("classifier", "classifier2.weight"));
    CHECK_FALSE(covers("classifier", "class"));
    CHECK(covers("*", "anything"));
  }

  TEST_CASE("an encoder's file for a task model, a task model's file for an encoder, each name by itself") {
    const auto base_into_task =
        match_names({"embeddings.word", "pooler.weight", "extra"},
                    {"bert.embeddings.word", "bert.pooler.weight", "classifier.weight"}, "bert");
    CHECK(base_into_task.stored_as ==
          Pairs{{"bert.embeddings.word", "embeddings.word"}, {"bert.pooler.weight", "pooler.weight"}});
    CHECK(base_into_task.unexpected == Names{"extra"});
    const auto task_into_base =
        match_names({"bert.embeddings.word", "cls.predictions.bias"}, {"embeddings.word"}, "bert");
    CHECK(task_into_base.stored_as == Pairs{{"embeddings.word", "bert.embeddings.word"}});
    CHECK(task_into_base.unexpected == Names{"cls.predictions.bias"});
    const auto mixed = match_names({"bert.a", "b"}, {"bert.a", "bert.b"}, "bert");
    CHECK(mixed.stored_as == Pairs{{"bert.a", "bert.a"}, {"bert.b", "b"}});
  }

  TEST_CASE("the prefix is a word with its dot: 'model' is not the beginning of 'modelling'") {
    const auto match = match_names({"modelling.a", "model.a"}, {"a", "ling.a"}, "model");
    CHECK(match.stored_as == Pairs{{"a", "model.a"}});
    CHECK(match.unexpected == Names{"modelling.a"});
    CHECK(match_names({"model.a"}, {"a"}, "").unexpected == Names{"model.a"});
  }

  TEST_CASE("an exact name wins over one that must be changed to fit; two that must be changed are an error") {
    const auto match = match_names({"LayerNorm.gamma", "LayerNorm.weight"}, {"LayerNorm.weight"}, "");
    CHECK(match.stored_as == Pairs{{"LayerNorm.weight", "LayerNorm.weight"}});
    CHECK(match.unexpected == Names{"LayerNorm.gamma"});
    CHECK_THROWS_WITH_AS(
        (void)match_names({"LayerNorm.gamma", "bert.LayerNorm.weight"}, {"LayerNorm.weight"}, "bert"),
        "checkpoint: LayerNorm.weight: expected to be stored once, got LayerNorm.gamma and bert.LayerNorm.weight",
        CheckpointError);
  }

  TEST_CASE(
      "tables that follow from the options and pre-training heads are passed over in silence, unless the model has "
      "them") {
    const Names harmless{"bert.embeddings.position_ids", "layers.0.attn.rotary_emb.inv_freq",
                         "mask_predictions.dense.weight", "deberta.embeddings.position_embeddings.weight"};
    const auto match = match_names(harmless, {"a"}, "bert");
    CHECK(match.ignored.size() == 4);
    CHECK(match.unexpected.empty());
    CHECK(match_names(harmless, {"bert.embeddings.position_ids"}, "bert").stored_as.size() == 1);
    CHECK(match_names({"my_position_ids"}, {}, "").unexpected.size() == 1);
  }

  TEST_CASE("no names at all") {
    CHECK(match_names({}, {"a"}, "x").stored_as.empty());
    CHECK(match_names({"a"}, {}, "x").unexpected == Names{"a"});
  }
}

}  // namespace
}  // namespace hpo::checkpoint
