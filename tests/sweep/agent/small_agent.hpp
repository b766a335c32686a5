#pragma once
/// \file  A real agent, small enough to be trained in a test: a tiny BERT from scratch on the bundled notes.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/classification.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>

#include "../../check.hpp"

namespace hpo::test {

struct SmallAgent {
  static constexpr std::string_view name = "small";
  using Models = TypeList<nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>>;
  using Task = agent::ClassificationTask<TypeList<agent::MacroF1, agent::Accuracy>>;
  static constexpr auto space =
      space::of(space::real<"optim.lr">(1e-4, 5e-3).log(), space::real<"optim.weight_decay">(1e-4, 0.3).log());
  using Consumers = TypeList<agent::AdamWParams>;
};

inline const space::Assignment good_values{{"optim.lr", 1e-3}, {"optim.weight_decay", 0.01}};

/// 64 rows, two evaluations; everything that is written lies below `folder`.
[[nodiscard]] inline agent::Config<SmallAgent> small_config(const std::filesystem::path& folder) {
  const std::filesystem::path data = std::filesystem::path(HPO_SOURCE_DIR) / "examples" / "data";
  agent::Config<SmallAgent> config;
  config.study.trials = 3;
  config.study.parallel = 2;
  config.study.seed = 7;
  config.data.source.train = (data / "criteria.csv").string();
  config.data.source.limit = 64;
  config.data.columns.classes = {"fine", "fault"};
  config.data.split.valid_fraction = 0.25;
  config.encoder.model = (data / "tiny-bert").string();
  config.encoder.init = "random";
  config.encoder.max_length = 32;
  config.pruner.name = "none";
  config.train.options.epochs = 2;
  config.train.options.batch_size = 16;
  config.train.device = "cpu";
  config.output.dir = (folder / "run").string();
  return config;
}

}  // namespace hpo::test
