#pragma once
/// \file  A model as a Hugging Face folder: what from_pretrained() reads.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <filesystem>
#include <limits>

#include <torch/nn/module.h>

#include <hpo/checkpoint/folder_writer.hpp>
#include <hpo/checkpoint/named_tensors.hpp>
#include <hpo/core/json.hpp>
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/self_initializing.hpp>

namespace hpo::nn {

/// Each tensor once, under its first name; what follows from the options alone is left out, as Hugging Face does.
[[nodiscard]] inline checkpoint::NamedTensors stored_tensors(const torch::nn::Module& model) {
  checkpoint::NamedTensors tensors;
  const auto inventory = placement::Inventory::of(model);
  for (const auto& record : inventory.records()) {
    const auto* declared = dynamic_cast<const placement::SelfInitializing*>(record.owner);
    if (declared == nullptr || !declared->is_derived(record.own_name))
      tensors.emplace_back(record.name(), record.tensor);
  }
  return tensors;
}

/// Writes config.json and the weights into `folder`, in files of at most `shard_bytes`; what else is there stays. The
/// names of the classes and the class of transformers are the caller's to put into `config`, see
/// checkpoint/model_config.hpp. The tokenizer's files are to be copied beside it.
/// Errors   CheckpointError that names the tensor or the system's reason, before anything is changed.
inline void save_pretrained(const std::filesystem::path& folder, const torch::nn::Module& model, const Json& config,
                            std::uint64_t shard_bytes = std::numeric_limits<std::uint64_t>::max()) {
  checkpoint::write_folder(folder, config, stored_tensors(model), shard_bytes);
}

}  // namespace hpo::nn
