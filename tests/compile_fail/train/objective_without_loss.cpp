// expect-error: has no member named .loss.
#include <hpo/train/fit.hpp>

struct Batch {
  at::Tensor tokens;
};
struct Data {
  std::span<const std::int32_t> lengths() const;
  Batch batch(std::span<const std::size_t>, at::Device) const;
};
struct Named {
  std::string key() const;
  at::Tensor value() const;
};
struct Model {
  std::vector<Named> named_parameters() const;
  at::Tensor forward(const at::Tensor&, hpo::nn::Pass);
};
struct Evaluator {
  void add(std::span<const std::size_t>, const at::Tensor&, const Batch&);
  hpo::train::Scores scores();
};
struct Objective {  // no loss(output, batch)
  Evaluator evaluator(const Data&) const;
};

void train(Model& model) {
  static_cast<void>(hpo::train::fit(model, Objective(), Data(), Data(), {}));
}
