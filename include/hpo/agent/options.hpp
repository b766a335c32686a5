#pragma once
/// \file  The sections of a configuration that every agent shares, with their only defaults.
/// Layer `agent`. No torch.

#include <cstdint>
#include <optional>
#include <string>

#include <hpo/core/describe.hpp>
#include <hpo/search/study_options.hpp>
#include <hpo/storage/schema.hpp>
#include <hpo/train/options.hpp>

namespace hpo::agent {

/// [study]: what is searched for, for how long, and where the record is kept.
struct StudySection {
  std::string name;
  std::string metric;
  std::int64_t trials = 40;
  std::int64_t parallel = 0;
  double timeout_s = 0.0;
  std::int64_t seed = 42;
  std::string storage;
  storage::OptunaCompat optuna_compat = storage::OptunaCompat::any;
  double failure_limit = 0.5;
  std::optional<double> target;
  std::int64_t patience = 0;
  double min_delta = 0.0;
  std::int64_t batch = 0;
  search::Duplicates duplicates = search::Duplicates::avoid;
  std::string warm_start;
};

template <class Visitor>
void describe(Visitor& v, StudySection& o) {
  v.field("name", o.name, "name of the study in its database; empty: the agent's name");
  v.field("metric", o.metric, "what the search improves; empty: the agent's first metric");
  v.field("trials", o.trials, "trials the study shall have in all; a study that has them is done",
          at_least<std::int64_t>(1));
  v.field("parallel", o.parallel, "trials at once, each in a process of its own; 0: one per core, on a GPU one",
          at_least<std::int64_t>(0));
  v.field("timeout_s", o.timeout_s, "seconds after which no new trial starts; 0: never", at_least(0.0));
  v.field("seed", o.seed, "seeds the search, the split, the initial weights, the data order and the dropout",
          at_least<std::int64_t>(0));
  v.field("storage", o.storage, "database: sqlite:///FILE or memory; empty: study.db in the output folder");
  v.field("optuna_compat", o.optuna_compat,
          "a new database is for current Optuna (3.2 and later), for 3.1 (Debian 12), or for any: whichever opens it "
          "first");
  v.field("failure_limit", o.failure_limit,
          "the sweep stops once more than this fraction of its trials has failed (after 5 have ended)",
          between(0.0, 1.0));
  v.field("target", o.target, "the sweep is done once a trial is at least this good");
  v.field("patience", o.patience, "the sweep is done after so many finished trials without a better one; 0: never",
          at_least<std::int64_t>(0));
  v.field("min_delta", o.min_delta, "what counts as better, for patience", at_least(0.0));
  v.field("batch", o.batch,
          "trials of a synchronous batch: values are then the same at any number of parallel trials; 0: nobody waits",
          at_least<std::int64_t>(0));
  v.field("duplicates", o.duplicates, "whether values that a trial had may be tried again");
  v.field("warm_start", o.warm_start,
          "another study to learn from: DATABASE#NAME, as in sqlite:///old.db#criteria; empty: none");
}

/// [encoder]: the pretrained model and how text becomes its input.
struct EncoderSection {
  std::string model;
  std::string init = "checkpoint";
  std::int64_t max_length = 128;
  std::int64_t stride = 32;
  bool freeze_embeddings = false;
  std::int64_t freeze_layers = 0;
};

template <class Visitor>
void describe(Visitor& v, EncoderSection& o) {
  v.field("model", o.model,
          "Hugging Face folder (config.json, tokenizer files, model.safetensors), or the name of a downloaded model",
          not_empty);
  v.field("init", o.init, "checkpoint: the folder's weights; random: none, the encoder starts from scratch",
          one_of({"checkpoint", "random"}));
  v.field("max_length", o.max_length, "tokens an input may have, special tokens included", at_least<std::int64_t>(8));
  v.field("stride", o.stride, "tokens that neighboring windows of a long context share (span extraction)",
          at_least<std::int64_t>(0));
  v.field("freeze_embeddings", o.freeze_embeddings, "do not train the embedding tables");
  v.field("freeze_layers", o.freeze_layers, "do not train this many layers, from the bottom",
          at_least<std::int64_t>(0));
}

/// [train]: how one trial is trained, apart from what the space decides.
struct TrainSection {
  train::TrainOptions options;
  std::string device = "auto";
  std::int64_t threads = 1;
};

template <class Visitor>
void describe(Visitor& v, TrainSection& o) {
  describe(v, o.options);
  v.field("device", o.device, "auto takes a GPU if there is one", one_of({"auto", "cpu", "cuda"}));
  v.field("threads", o.threads, "threads of one trial; results depend on it in the last bits",
          at_least<std::int64_t>(1));
}

/// [output]: where results go.
struct OutputSection {
  std::string dir;
  std::int64_t keep = 1;
};

template <class Visitor>
void describe(Visitor& v, OutputSection& o) {
  v.field("dir", o.dir, "folder for the configuration, the study, the tables and the models; empty: runs/<study name>");
  v.field("keep", o.keep, "trained models to keep, best first", at_least<std::int64_t>(1));
}

}  // namespace hpo::agent
