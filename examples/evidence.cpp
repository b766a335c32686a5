/// Evidence agent: where does a text say it? `evidence --help` lists what it can do.
/// Usage: evidence tune --config configs/evidence.toml      Expected on the bundled data: token F1 about 0.9
#include <hpo/agent/consumers.hpp>
#include <hpo/agent/span_extraction.hpp>
#include <hpo/app/run.hpp>
#include <hpo/nn/models.hpp>

using namespace hpo;  // in examples only

struct Evidence {
  static constexpr std::string_view name = "evidence";
  using Models = nn::ModelsOf<nn::SpanHead>;  // on every encoder that hpo has
  using Task = agent::SpanExtractionTask<TypeList<agent::TokenF1, agent::ExactMatch>>;
  static constexpr auto space = space::of(
      space::real<"optim.lr">(1e-5, 5e-3).log(),
      space::real<"optim.weight_decay">(1e-4, 0.3).log(),
      space::choice<"schedule.kind">("linear", "cosine"),
      space::real<"schedule.warmup">(0.0, 0.3),
      space::choice<"train.batch_size">(8, 16, 32),
      space::real<"encoder.dropout">(0.0, 0.3),
      space::real<"head.dropout">(0.0, 0.5));
  using Consumers = agent::TextConsumers<agent::SpanHeadParams>;
};

int main(int argc, char** argv) { return app::run<Evidence>(argc, argv); }
