// expect-error: has no member named .hidden_size.
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>

struct Widthless : torch::nn::Module {
  struct Config {
    static Config parse(const hpo::Json&, std::string_view) { return {}; }
  };
  static constexpr std::array model_types{std::string_view("widthless")};
  static constexpr std::string_view prefix = "widthless";
  Widthless(const Config&, const at::TensorOptions&);
  at::Tensor forward(const hpo::nn::TokenBatch&, const hpo::nn::Pass&) const;
  std::int64_t max_length() const, vocab_size() const, pad_id() const;
};
hpo::nn::TaskModel<Widthless, hpo::nn::ClassificationHead>* model;
