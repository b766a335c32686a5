// expect-error: encoder.forward.* does not satisfy return-type-requirement.*_Tp = std::vector<at::Tensor
#include <vector>

#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>

struct Layers : torch::nn::Module {
  struct Config {
    static Config parse(const hpo::Json&, std::string_view) { return {}; }
  };
  static constexpr std::array model_types{std::string_view("layers")};
  static constexpr std::string_view prefix = "layers";
  Layers(const Config&, const at::TensorOptions&);
  std::vector<at::Tensor> forward(const hpo::nn::TokenBatch&, const hpo::nn::Pass&) const;
  std::int64_t hidden_size() const, max_length() const, vocab_size() const, pad_id() const;
};
hpo::nn::TaskModel<Layers, hpo::nn::ClassificationHead>* model;
