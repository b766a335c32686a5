// expect-error: .struct Firm. has no member named .freeze.
// An agent with an encoder that [encoder] freeze_layers could not reach.
#include "../../agent/archetypes.hpp"

using namespace hpo;

struct Firm : torch::nn::Module {
  struct Config {
    static Config parse(const Json&, std::string_view) { return {}; }
  };
  static constexpr std::array model_types{std::string_view("firm")};
  static constexpr std::string_view prefix = "firm";
  Firm(const Config&, const at::TensorOptions&);
  at::Tensor forward(const nn::TokenBatch&, const nn::Pass&) const;
  std::int64_t hidden_size() const, max_length() const, vocab_size() const, pad_id() const;
};
struct Rigid : test::Rater {
  using Models = TypeList<nn::TaskModel<test::LookupEncoder, test::SumHead>, nn::TaskModel<Firm, test::SumHead>>;
};
static_assert(agent::Agent<Rigid>);
