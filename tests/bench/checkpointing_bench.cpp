// What gradient checkpointing saves and costs in a training step of each family.
// Usage: checkpointing_bench [ROWS TOKENS [LAYERS]]     (default 4 x 128, 12 layers of width 384)
// All encoders have about the same number of parameters in their layers. One thread; CPU time, median of alternating
// steps (forward and backward, dropout 0.1). Memory is what a step needs at its peak beyond the model and its
// gradients, in a process of its own.
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <malloc.h>

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randint.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace hpo;

struct Shape {
  std::int64_t rows = 4, tokens = 128, layers = 12;
};

template <class Config>
Config sized(const Shape& shape, std::int64_t intermediate) {
  Config config;
  config.vocab_size = 1000;
  config.pad_token_id = 0;
  config.hidden_size = 384;
  config.num_attention_heads = 6;
  config.num_hidden_layers = shape.layers;
  config.intermediate_size = intermediate;
  config.max_position_embeddings = std::max<std::int64_t>(512, shape.tokens);
  config.set_dropout(0.1);
  return config;
}

/// One training step of an encoder.
using Step = std::function<void(std::int64_t rows, nn::Pass pass)>;

template <class Encoder>
Step step_of(const typename Encoder::Config& config, const Shape& shape) {
  auto encoder = std::make_shared<Encoder>(config);
  placement::place(*encoder, placement::Reinitialize{.names = {"*"}}, at::kCPU);
  auto stream = std::make_shared<nn::DropoutStream>(1, 1);
  const nn::TokenBatch batch{at::randint(1, 1000, {shape.rows, shape.tokens}, at::kLong),
                             at::ones({shape.rows, shape.tokens}, at::kLong)};
  return [=](std::int64_t rows, nn::Pass pass) {
    pass.training = true;
    pass.dropout = stream.get();
    const nn::TokenBatch some{batch.input_ids.narrow(0, 0, rows), batch.attention_mask.narrow(0, 0, rows)};
    encoder->forward(some, pass).square().mean().backward();
  };
}

struct Family {
  const char* name;
  std::function<Step(const Shape&)> step;
};

const std::vector<Family> families{
    {"BERT", [](const Shape& s) { return step_of<nn::BertEncoder>(sized<nn::BertConfig>(s, 1536), s); }},
    {"ModernBERT",
     [](const Shape& s) { return step_of<nn::ModernBertEncoder>(sized<nn::ModernBertConfig>(s, 1024), s); }},
    {"DeBERTa-v3", [](const Shape& s) {
       auto config = sized<nn::DebertaConfig>(s, 1536);
       config.relative_attention = config.c2p = config.p2c = config.share_att_key = true;
       config.position_buckets = 256;
       return step_of<nn::DebertaEncoder>(config, s);
     }}};

double cpu_seconds(const std::function<void()>& work) {
  timespec before{}, after{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  work();
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  return static_cast<double>(after.tv_sec - before.tv_sec) + 1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double status_mib(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field + ":")) return std::stod(line.substr(field.size() + 1)) / 1024;
  return 0;
}

/// MiB that a step needs beyond the model and its gradients; measured in a child.
double peak_mib(const Family& family, const Shape& shape, const nn::Pass& pass) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    at::set_num_threads(1);
    const Step step = family.step(shape);
    step(1, pass);  // makes the gradients, and what libtorch allocates once
    ::malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << 5;  // the peak starts anew
    const double before = status_mib("VmRSS");
    step(shape.rows, pass);
    const double grown = status_mib("VmHWM") - before;
    _exit(::write(ends[1], &grown, sizeof grown) == sizeof grown ? 0 : 1);
  }
  double grown = 0.0;
  if (::read(ends[0], &grown, sizeof grown) != sizeof grown) std::abort();
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  return grown;
}

}  // namespace

int main(int argc, char** argv) {
  Shape shape;
  if (argc > 2) shape.rows = std::atoll(argv[1]), shape.tokens = std::atoll(argv[2]);
  if (argc > 3) shape.layers = std::atoll(argv[3]);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf("%lld x %lld tokens, %lld layers of width 384\n", static_cast<long long>(shape.rows),
              static_cast<long long>(shape.tokens), static_cast<long long>(shape.layers));

  std::vector<double> plain_mib, saved_mib;  // before this process runs a kernel: it forks
  for (const Family& family : families) {
    plain_mib.push_back(peak_mib(family, shape, {}));
    saved_mib.push_back(peak_mib(family, shape, {.checkpointing = true}));
  }

  at::set_num_threads(1);
  std::vector<Step> steps;
  for (const Family& family : families) steps.push_back(family.step(shape));
  for (const auto type : {std::optional<at::ScalarType>(), std::optional(at::kBFloat16)}) {
    std::printf("%s\n", type ? "bfloat16" : "float32");
    std::vector<std::vector<double>> plain(families.size()), checkpointed(families.size());
    for (int round = 0; round < 5; ++round)
      for (std::size_t i = 0; i < families.size(); ++i) {
        const double a = cpu_seconds([&] { steps[i](shape.rows, {.compute_dtype = type}); });
        const double b = cpu_seconds([&] { steps[i](shape.rows, {.compute_dtype = type, .checkpointing = true}); });
        if (round == 0) continue;  // warm-up
        plain[i].push_back(a);
        checkpointed[i].push_back(b);
      }
    for (std::size_t i = 0; i < families.size(); ++i) {
      std::printf("  %-11s %7.0f ms, checkpointed %4.2f x as long", families[i].name, 1000 * median(plain[i]),
                  median(checkpointed[i]) / median(plain[i]));
      if (!type)
        std::printf(", peak %5.0f instead of %5.0f MiB (%.2f)", saved_mib[i], plain_mib[i],
                    saved_mib[i] / plain_mib[i]);
      std::printf("\n");
    }
  }
}
