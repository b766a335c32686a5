// expect-error: has no member named .freeze.
#include <array>

#include <hpo/nn/model/freeze.hpp>

struct Firm : torch::nn::Module {
  struct Config {
    static Config parse(const hpo::Json&, std::string_view) { return {}; }
  };
  static constexpr std::array model_types{std::string_view("firm")};
  static constexpr std::string_view prefix = "firm";
  Firm(const Config&, const at::TensorOptions&);
  at::Tensor forward(const hpo::nn::TokenBatch&, const hpo::nn::Pass&) const;
  std::int64_t hidden_size() const, max_length() const, vocab_size() const, pad_id() const;
};
void keep_the_embeddings(hpo::nn::FreezableEncoder auto& encoder) {
  encoder.freeze({.embeddings = true});
}
void train(Firm& encoder) {
  keep_the_embeddings(encoder);
}
