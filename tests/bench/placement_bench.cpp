// Loading an encoder of roberta-base's size, against the obvious ways; and planning for a module of a thousand modules.
// Usage: placement_bench [FOLDER]     The file of 500 MB is written there first (default: the temporary folder).
// Each way runs in a process of its own, five times; the best time counts. The page cache is warm.
#include <hpo/checkpoint/safetensors_writer.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <sys/wait.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

namespace {

using namespace hpo;

double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// A field of /proc/self/status, in MiB.
double status_mib(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field + ":")) return std::stod(line.substr(field.size() + 1)) / 1024;
  return 0;
}

/// Weight and, where there is one, bias; made as told, never initialized by itself.
struct Layer : torch::nn::Module {
  Layer(std::vector<std::int64_t> weight, std::int64_t bias, const at::TensorOptions& options) {
    register_parameter("weight", at::empty(weight, options));
    if (bias > 0) register_parameter("bias", at::empty({bias}, options));
  }
};

struct Node : torch::nn::Module {};

/// The tensors of roberta-base under its names: 124.6 M parameters. `make` builds a linear map, a table or a norm.
template <class Linear, class Table, class Norm>
std::shared_ptr<torch::nn::Module> roberta(Linear linear, Table table, Norm norm) {
  auto root = std::make_shared<Node>();
  auto embeddings = root->register_module("embeddings", std::make_shared<Node>());
  embeddings->register_module("word_embeddings", table(50265, 768));
  embeddings->register_module("position_embeddings", table(514, 768));
  embeddings->register_module("token_type_embeddings", table(1, 768));
  embeddings->register_module("LayerNorm", norm(768));
  auto layers = root->register_module("layer", std::make_shared<Node>());
  for (int i = 0; i < 12; ++i) {
    auto layer = layers->register_module(std::to_string(i), std::make_shared<Node>());
    for (const auto* name : {"query", "key", "value", "output"}) layer->register_module(name, linear(768, 768));
    layer->register_module("intermediate", linear(768, 3072));
    layer->register_module("dense", linear(3072, 768));
    for (const auto* name : {"norm1", "norm2"}) layer->register_module(name, norm(768));
  }
  root->register_module("pooler", linear(768, 768));
  return root;
}

std::shared_ptr<torch::nn::Module> roberta_on(const c10::Device& device) {
  const auto options = at::TensorOptions(device);
  using std::int64_t;
  return roberta(
      [=](int64_t in, int64_t out) {
        return std::make_shared<Layer>(std::vector<int64_t>{out, in}, out, options);
      },
      [=](int64_t rows, int64_t width) {
        return std::make_shared<Layer>(std::vector<int64_t>{rows, width}, 0, options);
      },
      [=](int64_t width) { return std::make_shared<Layer>(std::vector<int64_t>{width}, width, options); });
}

/// The same of libtorch's own modules, which initialize themselves.
std::shared_ptr<torch::nn::Module> stock_roberta() {
  using std::int64_t;
  return roberta([](int64_t in, int64_t out) { return torch::nn::Linear(in, out).ptr(); },
                 [](int64_t rows, int64_t width) { return torch::nn::Embedding(rows, width).ptr(); },
                 [](int64_t width) { return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})).ptr(); });
}

void copy_in(torch::nn::Module& module, const checkpoint::Weights& weights) {
  const at::NoGradGuard no_grad;
  for (auto& each : module.named_parameters()) each.value().copy_(weights.view(each.key()));
}

/// Reads each page of each tensor.
void touch(const torch::nn::Module& module) {
  volatile float sum = 0;
  for (const at::Tensor& each : module.parameters())
    for (std::int64_t i = 0; i < each.numel(); i += 1024) sum = sum + each.data_ptr<float>()[i];
}

struct Measured {
  double ms = 0, peak_mib = 0, anonymous_mib = 0;
};

/// Runs `work` in a child, which reports its time, its peak above what it began with, and anonymous memory at the end.
Measured in_child(const std::function<double()>& work) {
  Measured best;
  for (int run = 0; run < 5; ++run) {
    int ends[2];
    if (::pipe(ends) != 0) return best;
    const pid_t child = ::fork();
    if (child == 0) {
      at::set_num_threads(1);
      std::ofstream("/proc/self/clear_refs") << 5;  // the peak starts here
      const double rss = status_mib("VmRSS"), anonymous = status_mib("RssAnon");
      Measured mine{.ms = work()};
      mine.peak_mib = status_mib("VmHWM") - rss;
      mine.anonymous_mib = status_mib("RssAnon") - anonymous;
      (void)!::write(ends[1], &mine, sizeof mine);
      ::_exit(0);
    }
    Measured mine;
    (void)!::read(ends[0], &mine, sizeof mine);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    if (run == 0 || mine.ms < best.ms) best = mine;
  }
  return best;
}

/// Alive until a child has been measured.
std::shared_ptr<torch::nn::Module> kept;

void row(const char* what, const Measured& m) {
  std::printf("%-64s %9.1f %9.0f %9.0f\n", what, m.ms, m.peak_mib, m.anonymous_mib);
}

/// A tree of a thousand modules with two tensors each.
std::shared_ptr<torch::nn::Module> thousand() {
  auto root = std::make_shared<Node>();
  for (int i = 0; i < 37; ++i) {
    auto branch = root->register_module(std::to_string(i), std::make_shared<Node>());
    for (int j = 0; j < 26; ++j)
      branch->register_module(
          std::to_string(j), std::make_shared<Layer>(std::vector<std::int64_t>{8, 8}, 8, at::TensorOptions(at::kMeta)));
  }
  return root;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  const auto path = folder / "placement_bench.safetensors";
  {
    const pid_t writer = ::fork();  // so that the parent runs no kernel and holds no memory
    if (writer == 0) {
      const auto model = roberta_on(at::kCPU);
      const at::NoGradGuard no_grad;
      checkpoint::NamedTensors tensors;
      PhiloxStream random(1, 1, "bench");
      for (const auto& each : model->named_parameters()) {
        each.value().fill_(random.uniform());
        tensors.emplace_back(each.key(), each.value());
      }
      checkpoint::write_safetensors(path, tensors);
      ::_exit(0);
    }
    ::waitpid(writer, nullptr, 0);
  }
  const auto weights = checkpoint::Weights::open(path);
  const auto bytes = std::filesystem::file_size(path);
  const auto policy = [&](placement::Memory memory) {
    return placement::FromCheckpoint{.weights = weights, .memory = memory};
  };
  std::printf("%.0f MiB of weights                                      best of 5: %9s %9s %9s\n",
              static_cast<double>(bytes) / 1048576, "ms", "peak MiB", "anon MiB");

  row("plain read of the file into fresh memory", in_child([&] {
        return milliseconds([&] {
          const auto memory = std::make_unique_for_overwrite<char[]>(bytes);
          const FileDescriptor file(::open(path.c_str(), O_RDONLY));
          std::size_t done = 0;
          while (done < bytes) done += static_cast<std::size_t>(::read(file.get(), memory.get() + done, bytes - done));
        });
      }));
  row("hpo: construct on meta", in_child([&] { return milliseconds([&] { kept = roberta_on(at::kMeta); }); }));
  const auto placed = [&](placement::Memory memory, bool touched) {
    return in_child([&, memory, touched] {
      return milliseconds([&, &model = kept] {
        model = roberta_on(at::kMeta);
        (void)placement::place(*model, policy(memory), at::kCPU);
        if (touched) touch(*model);
      });
    });
  };
  row("hpo: construct on meta, adopt the mapped file", placed(placement::Memory::mapped, false));
  row("hpo: the same, and read a word of every page", placed(placement::Memory::mapped, true));
  row("hpo: construct on meta, copy from the file", placed(placement::Memory::copied, false));
  const auto copied = [&](const std::function<std::shared_ptr<torch::nn::Module>()>& build) {
    return in_child([&] {
      return milliseconds([&, &model = kept] {
        model = build();
        copy_in(*model, weights);
      });
    });
  };
  row("stock modules: construct with initialization, copy in", copied([] { return stock_roberta(); }));
  row("construct, replace by empty tensors, copy in", copied([] {
        auto model = stock_roberta();
        const at::NoGradGuard no_grad;
        for (at::Tensor parameter : model->parameters()) parameter.set_data(at::empty_like(parameter));
        return model;
      }));
  std::filesystem::remove(path);

  const auto tree = thousand();

  const placement::Reinitialize everything{.names = {"*"}, .initializers = {{"*", placement::constant(0)}}};
  double best = 1e9;
  for (int run = 0; run < 20; ++run)
    best = std::min(best, milliseconds([&] { (void)everything.plan(placement::Inventory::of(*tree), at::kCPU); }));
  std::printf("%-64s %9.2f\n", "inventory and plan of 1,000 modules, 1,924 tensors (Reinitialize)", best);
  {
    checkpoint::NamedTensors tensors;
    for (const auto& each : tree->named_parameters())
      tensors.emplace_back(each.key(), at::empty_like(each.value(), at::kCPU).zero_());
    checkpoint::write_safetensors(path, tensors);
    const placement::FromCheckpoint filled{.weights = checkpoint::Weights::open(path)};
    best = 1e9;
    for (int run = 0; run < 20; ++run)
      best = std::min(best, milliseconds([&] { (void)filled.plan(placement::Inventory::of(*tree), at::kCPU); }));
    std::printf("%-64s %9.2f\n", "inventory and plan of 1,000 modules, 1,924 tensors (FromCheckpoint)", best);
    best = 1e9;
    for (int run = 0; run < 20; ++run)
      best = std::min(best, milliseconds([&] { (void)placement::Inventory::of(*tree); }));
    std::printf("%-64s %9.2f\n", "of which the inventory", best);
    std::filesystem::remove(path);
  }
}
