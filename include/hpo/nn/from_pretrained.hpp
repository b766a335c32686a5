#pragma once
/// \file  A model from a Hugging Face folder: built without memory, then given its values.
/// Layer `nn`, tier 3.
///
///     using Model = nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>;
///     const auto model = nn::from_pretrained<Model>("models/bert-base", {.num_labels = 3}, {.seed = 7});
///
/// To change the encoder's configuration on the way, its dropout say, take the three steps one by one:
/// encoder_config(), the model's constructor, load_pretrained().

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <c10/core/Device.h>
#include <torch/nn/module.h>

#include <hpo/checkpoint/folder.hpp>
#include <hpo/checkpoint/weights.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/reinitialize.hpp>

namespace hpo::nn {

/// A model that a folder can fill: built on the meta device from an encoder's configuration and a head's options, with
/// the encoder registered under its prefix. TaskModel is one.
template <class M>
concept Pretrainable =
    std::derived_from<M, torch::nn::Module> && Encoder<typename M::EncoderType> &&
    std::constructible_from<M, const typename M::EncoderType::Config&, const typename M::HeadType::Options&>;

/// Where a model goes, and the address of the randomness that new tensors are drawn from.
struct PlaceOptions {
  c10::Device device = c10::kCPU;
  std::uint64_t seed = 0;
  std::uint64_t trial = 0;
};

/// The encoder's part of a config.json.
/// Errors   CheckpointError if it is of another family (`<where>: model_type: expected bert, got roberta`), or says what
///          the encoder cannot do.
template <Encoder E>
[[nodiscard]] typename E::Config encoder_config(const Json& config, std::string_view where = "config.json") {
  const auto found = config.find("model_type");
  const bool said = found != config.end() && found->is_string();
  const std::string family = said ? found->template get<std::string>() : "";
  bool known = false;
  for (const std::string_view name : E::model_types) known = known || name == family;
  require<CheckpointError>(known, where, ": model_type: expected ", join(E::model_types, " or "),
                           " (what this model's encoder is), got ", said ? family : "nothing");
  return E::Config::parse(config, where);
}

/// Gives a model its values from a pretrained folder: the encoder's must all be there, or it is an error. New, from
/// their initializers, may be what pre-training does not leave behind: the head, also where the folder has one of
/// another shape, and the encoder's pooler.
/// Errors   CheckpointError and PlacementError that name the tensors; the model is then as it was.
template <Pretrainable Model>
placement::Report load_pretrained(Model& model, const checkpoint::Weights& weights, const PlaceOptions& options = {}) {
  const std::string prefix(Model::EncoderType::prefix);
  std::vector<std::string> may_be_new{prefix + ".pooler"};
  for (const auto& child : model.named_children())
    if (child.key() != prefix) may_be_new.push_back(child.key());
  for (const auto& own : model.named_parameters(/*recurse=*/false)) may_be_new.push_back(own.key());
  return placement::place(model,
                          placement::FromCheckpoint{.weights = weights,
                                                    .prefix = prefix,
                                                    .may_be_new = std::move(may_be_new),
                                                    .seed = options.seed,
                                                    .trial = options.trial,
                                                    .renew_mismatched = true},
                          options.device);
}

/// Gives a model its values from the folder of a trained one: every tensor must be there.
/// Errors   as load_pretrained().
template <Pretrainable Model>
placement::Report load_trained(Model& model, const checkpoint::Weights& weights, const PlaceOptions& options = {}) {
  return placement::place(
      model, placement::FromCheckpoint{.weights = weights, .prefix = std::string(Model::EncoderType::prefix)},
      options.device);
}

/// Gives every tensor of a model its random initial value.
template <Pretrainable Model>
placement::Report initialize(Model& model, const PlaceOptions& options = {}) {
  return placement::place(model, placement::Reinitialize{.names = {"*"}, .seed = options.seed, .trial = options.trial},
                          options.device);
}

/// The model that a folder's config.json describes, with the folder's weights and a head of its own: see
/// load_pretrained().
/// Errors   CheckpointError and PlacementError: the folder cannot be used, or is of another family.
template <Pretrainable Model>
[[nodiscard]] std::shared_ptr<Model> from_pretrained(const checkpoint::ModelFolder& folder,
                                                     const typename Model::HeadType::Options& head = {},
                                                     const PlaceOptions& options = {}) {
  const std::string where = (folder.path() / "config.json").string();
  auto model = std::make_shared<Model>(encoder_config<typename Model::EncoderType>(folder.config(), where), head);
  load_pretrained(*model, folder.weights(), options);
  return model;
}

template <Pretrainable Model>
[[nodiscard]] std::shared_ptr<Model> from_pretrained(const std::filesystem::path& folder,
                                                     const typename Model::HeadType::Options& head = {},
                                                     const PlaceOptions& options = {}) {
  return from_pretrained<Model>(checkpoint::ModelFolder::open(folder), head, options);
}

/// The same model with random initial values: the folder needs no weights.
/// Errors   CheckpointError if there is no usable config.json, or one of another family.
template <Pretrainable Model>
[[nodiscard]] std::shared_ptr<Model> from_config(const std::filesystem::path& folder,
                                                 const typename Model::HeadType::Options& head = {},
                                                 const PlaceOptions& options = {}) {
  const auto path = folder / "config.json";
  auto model = std::make_shared<Model>(
      encoder_config<typename Model::EncoderType>(checkpoint::read_json_object(path), path.string()), head);
  initialize(*model, options);
  return model;
}

}  // namespace hpo::nn
