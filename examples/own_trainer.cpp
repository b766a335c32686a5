/// A trainer of one's own: the loop written by hand beside train::fit, and a search around each.
/// Usage: own_trainer, in the repository's folder      Expected: the same best macro-F1 twice, about 0.86
#include <algorithm>
#include <iostream>

#include <hpo/data/load.hpp>
#include <hpo/data/tokenize.hpp>
#include <hpo/nn/check_tokenizer.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/from_pretrained.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/space/space.hpp>
#include <hpo/storage/memory_storage.hpp>
#include <hpo/text/tokenizer.hpp>
#include <hpo/train/classification.hpp>
#include <hpo/train/classification_scores.hpp>
#include <hpo/train/fit.hpp>

using namespace hpo;  // in examples only

// [model]
using Model = nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>;  // one family: less to compile
// [model]
constexpr auto folder = "examples/data/tiny-bert";  // config.json and a vocabulary; no weights
constexpr std::uint64_t seed = 7;

// [loop]
double train_by_hand(Model& model, const auto& objective, const auto& train, const auto& valid, const auto& options) {
  const auto parameters = train::trainable_parameters(model);
  train::AdamW optimizer(parameters, options.optim);
  const auto batches = (std::ssize(train.lengths()) + options.batch_size - 1) / options.batch_size;
  const train::Schedule schedule(options.schedule, options.epochs * batches);
  nn::DropoutStream dropout(seed, 0, "dropout");
  double best = 0.0;
  for (std::int64_t epoch = 0, step = 0; epoch < options.epochs; ++epoch) {
    PhiloxStream shuffle(seed, 0, concat("shuffle", epoch));
    for (const auto& rows : data::bucketed_batches(train.lengths(), options.batch_size, &shuffle)) {
      const auto batch = train.batch(rows, at::kCPU);  // rows of like length, padded to the longest
      objective.loss(model.forward(batch.tokens, {.training = true, .dropout = &dropout}), batch).backward();
      optimizer.step(schedule.factor(step++), train::clip_factor(train::gradient_norm(parameters), options.clip_norm));
      optimizer.zero_grad();
    }
    best = std::max(best, train::evaluate(model, objective, valid, options.eval_batch_size)->metric);
  }
  return best;
}
// [loop]

// [main]
int main() {
  const auto data = data::load_classification({.source = {.train = "examples/data/criteria.csv"}}, 42);
  const auto tokenizer = text::Tokenizer::load(folder);
  const auto tokens = data::tokenize(tokenizer, data.examples, {.max_length = 48});
  const train::ClassificationObjective objective(data.labels.size(), train::macro_f1);
  constexpr auto space = space::of(space::real<"lr">(5e-4, 2e-3).log(), space::real<"dropout">(0.0, 0.3));
  for (const bool by_hand : {true, false}) {
    storage::MemoryStorage storage;
    search::Study study(storage, {.direction = search::Direction::maximize, .seed = seed}, space.search_space(),
                        search::RandomSampler{});
    search::optimize(study, [&](auto& trial) {
      const auto model = nn::from_config<Model>(  // nn::from_pretrained, if the folder has weights
          folder, {.num_labels = data.labels.size(), .dropout = trial.real("dropout")}, {.seed = seed});
      nn::check_tokenizer(*model, tokenizer, 48);
      const auto train = train::labelled_rows(tokens, data.examples, data.split.train, model->encoder().pad_id());
      const auto valid = train::labelled_rows(tokens, data.examples, data.split.valid, model->encoder().pad_id());
      const train::TrainOptions options{.epochs = 3, .optim = {.lr = trial.real("lr")}};
      return by_hand ? train_by_hand(*model, objective, train, valid, options)
                     : train::fit(*model, objective, train, valid, options, {.seed = seed}).best.metric;
    }, 3);
    std::cout << (by_hand ? "by hand" : "train::fit") << ": macro-F1 " << study.best()->values[0] << '\n';  // 0.86, twice
  }
}
// [main]
