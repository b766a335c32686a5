#pragma once
/// \file  The pretrained model of a configuration: what is known of it, and models made from it.
/// Layer `agent`, tier 3.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <c10/core/Device.h>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/trial_setup.hpp>
#include <hpo/checkpoint/folder.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/from_pretrained.hpp>
#include <hpo/nn/models.hpp>
#include <hpo/placement/place.hpp>

namespace hpo::agent {

/// A model folder as a configuration uses it: with its weights, or, for `init = "random"`, without.
class ModelSource {
 public:
  /// Errors   CheckpointError if the folder, its config.json or its weights cannot be used.
  [[nodiscard]] static ModelSource open(const EncoderSection& section) {
    const std::filesystem::path path = section.model;
    if (section.init == "checkpoint") {
      auto folder = checkpoint::ModelFolder::open(path);
      Json config = folder.config();
      return ModelSource(path, std::move(config), folder.weights(), folder.notes());
    }
    require<CheckpointError>(std::filesystem::is_directory(path), path,
                             ": encoder.model: expected a model folder, got ",
                             std::filesystem::exists(path) ? "a file" : "nothing there");
    return ModelSource(path, checkpoint::read_json_object(path / "config.json"), std::nullopt);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const Json& config() const { return config_; }
  [[nodiscard]] bool has_weights() const { return weights_.has_value(); }
  /// What is odd about the folder and harmless: a line each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  /// Errors   CheckpointError if config.json does not say.
  [[nodiscard]] std::string model_type() const {
    const auto found = config_.find("model_type");
    require<CheckpointError>(found != config_.end() && found->is_string(), path_ / "config.json",
                             ": model_type: expected a word, got ", found == config_.end() ? "nothing" : found->dump());
    return found->get<std::string>();
  }

  /// Calls `visitor.template operator()<Model>(encoder configuration)` for the model of this family.
  template <Agent A, class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    const std::string where = (path_ / "config.json").string();
    return nn::visit_model(
        typename A::Models{}, model_type(),
        [&]<class Model> {
          return visitor.template operator()<Model>(Model::EncoderType::Config::parse(config_, where));
        },
        where);
  }

  /// Builds a model on the meta device and gives it its values: the folder's and a new head's, see
  /// nn::load_pretrained(), or, for `init = "random"`, all new ones.
  template <class Model>
  [[nodiscard]] std::shared_ptr<Model> build(const TrialSetup<Model>& setup, std::uint64_t seed, std::uint64_t trial,
                                             c10::Device device, std::string* report = nullptr) const {
    auto model = std::make_shared<Model>(setup.encoder, setup.head);
    const nn::PlaceOptions options{.device = device, .seed = seed, .trial = trial};
    const placement::Report placed =
        weights_ ? nn::load_pretrained(*model, *weights_, options) : nn::initialize(*model, options);
    if (report != nullptr) *report = placed.to_string();
    return model;
  }

  /// Builds a model whose every weight is in the folder: one that was exported.
  template <class Model>
  [[nodiscard]] std::shared_ptr<Model> restore(const TrialSetup<Model>& setup, c10::Device device) const {
    require<CheckpointError>(weights_.has_value(), path_, ": expected a trained model, got a folder without weights");
    auto model = std::make_shared<Model>(setup.encoder, setup.head);
    nn::load_trained(*model, *weights_, {.device = device});
    return model;
  }

 private:
  ModelSource(std::filesystem::path path, Json config, std::optional<checkpoint::Weights> weights,
              std::vector<std::string> notes = {})
      : path_(std::move(path)), config_(std::move(config)), weights_(std::move(weights)), notes_(std::move(notes)) {}

  std::filesystem::path path_;
  Json config_;
  std::optional<checkpoint::Weights> weights_;
  std::vector<std::string> notes_;
};

}  // namespace hpo::agent
