#pragma once
/// \file  Random module trees, described beside libtorch so that an oracle can say what placing them must do.

#include <hpo/core/philox.hpp>
#include <hpo/placement/self_initializing.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <torch/nn/module.h>

namespace hpo::test {

/// What an initializer of the tree writes to each element of a tensor of this name.
inline double initial_value(const std::string& own_name) {
  double value = 1;
  for (const char c : own_name) value += static_cast<unsigned char>(c);
  return value;
}

struct Plain : torch::nn::Module {};

/// Declares initializers; "d..." tensors are derived.
struct Declaring : torch::nn::Module, placement::SelfInitializing {
  void initialize_own(const std::string& name, at::Tensor& tensor, PhiloxStream&) override {
    tensor.fill_(initial_value(name));
  }
  bool is_derived(const std::string& name) const override { return name.starts_with("d"); }
};

/// One tensor as the oracle knows it: elements of a memory, under some names.
struct Described {
  at::Tensor handle;  // the module's own
  std::vector<std::string> names;
  std::string own_name;
  bool declared = false;  // its module has an initializer
  std::size_t memory = 0;
  std::vector<std::size_t> elements;  // of the memory, in row-major order of the tensor
};

/// A random tree: depth, submodules used twice, ties, views, meta and real, empty and 0-dim, strided, four dtypes.
class RandomTree {
 public:
  explicit RandomTree(PhiloxStream& random) : random_(random) {
    root = module();
    grow(*root, "", 0);
    describe(*root, "");
  }

  std::shared_ptr<torch::nn::Module> root;
  std::vector<Described> tensors;             // in the order of registration, as an inventory has them
  std::vector<std::vector<double>> memories;  // real ones: values
  std::vector<bool> memory_is_real;
  std::vector<std::string> paths;  // of modules and tensors

 private:
  struct Made {
    at::Tensor tensor;
    std::size_t memory;
  };

  std::shared_ptr<torch::nn::Module> module() {
    if (random_.below(2) == 0) return std::make_shared<Plain>();
    return std::make_shared<Declaring>();
  }

  void grow(torch::nn::Module& to, const std::string& path, int depth) {
    for (std::uint64_t i = random_.below(4); i > 0; --i) add_tensor(to, concat(random_.below(4) == 0 ? "d" : "t", i));
    if (depth == 5) return;
    for (std::uint64_t i = random_.below(depth == 0 ? 5 : 3); i > 0; --i) {
      const std::string name = concat("m", i);
      if (!finished_.empty() && random_.below(6) == 0) {
        to.register_module(name, finished_[random_.below(finished_.size())]);  // finished: cannot be an ancestor
        continue;
      }
      auto child = module();
      grow(*child, path + name + ".", depth + 1);
      to.register_module(name, child);
      finished_.push_back(child);
    }
  }

  void add_tensor(torch::nn::Module& to, const std::string& name) {
    const auto kind = random_.below(8);
    if (!made_.empty() && kind == 0) {  // a tie
      put(to, name, made_[random_.below(made_.size())].tensor);
    } else if (!made_.empty() && kind == 1) {  // another tensor over the same memory
      const Made& base = made_[random_.below(made_.size())];
      at::Tensor view = base.tensor.detach();
      if (view.dim() > 0 && view.size(0) > 0) {
        const auto from = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(view.size(0))));
        view = view.narrow(0, from, view.size(0) - from);
      }
      made_.push_back({view, base.memory});
      put(to, name, view);
    } else {
      at::Tensor tensor = fresh();
      made_.push_back({tensor, memory_is_real.size() - 1});
      put(to, name, tensor);
    }
  }

  at::Tensor fresh() {
    static const std::vector<std::vector<std::int64_t>> shapes{{}, {0}, {1}, {5}, {2, 3}, {3, 2}, {0, 4}, {2, 1, 2}};
    static const std::vector<at::ScalarType> dtypes{at::kFloat, at::kFloat, at::kHalf, at::kDouble, at::kLong};
    const bool real = random_.below(3) == 0;
    const auto options =
        at::TensorOptions().dtype(dtypes[random_.below(dtypes.size())]).device(real ? at::kCPU : at::kMeta);
    at::Tensor tensor = at::empty(shapes[random_.below(shapes.size())], options);
    memories.emplace_back(static_cast<std::size_t>(tensor.numel()));
    memory_is_real.push_back(real);
    for (double& value : memories.back()) value = static_cast<double>(1 + random_.below(1000));
    if (real)
      for (std::int64_t i = 0; i < tensor.numel(); ++i)
        tensor.view({-1})[i] = memories.back()[static_cast<std::size_t>(i)];
    return tensor.dim() == 2 && random_.below(3) == 0 ? tensor.t() : tensor;
  }

  void put(torch::nn::Module& to, const std::string& name, const at::Tensor& tensor) {
    if (tensor.requires_grad() || random_.below(2) == 0) {
      const bool trained = tensor.requires_grad() || (tensor.is_floating_point() && random_.below(2) == 0);
      to.register_parameter(name, tensor, trained);
    } else {
      to.register_buffer(name, tensor);
    }
  }

  void describe(const torch::nn::Module& module, const std::string& prefix) {
    const bool declared = dynamic_cast<const Declaring*>(&module) != nullptr;
    const auto add = [&](const std::string& own_name, const at::Tensor& tensor) {
      paths.push_back(prefix + own_name);
      for (Described& known : tensors)
        if (known.handle.is_same(tensor)) return known.names.push_back(prefix + own_name);
      Described described{tensor, {prefix + own_name}, own_name, declared, 0, elements_of(tensor)};
      for (const Made& made : made_)
        if (made.tensor.is_same(tensor)) described.memory = made.memory;
      tensors.push_back(described);
    };
    for (const auto& each : module.named_parameters(false)) add(each.key(), each.value());
    for (const auto& each : module.named_buffers(false)) add(each.key(), each.value());
    for (const auto& each : module.named_children()) {
      paths.push_back(prefix + each.key());
      describe(*each.value(), prefix + each.key() + ".");
    }
  }

  static std::vector<std::size_t> elements_of(const at::Tensor& tensor) {
    std::vector<std::size_t> out;
    for (std::int64_t i = 0; i < tensor.numel(); ++i) {
      std::int64_t rest = i, at = tensor.storage_offset();
      for (std::int64_t d = tensor.dim() - 1; d >= 0; --d) {
        at += rest % tensor.size(d) * tensor.stride(d);
        rest /= tensor.size(d);
      }
      out.push_back(static_cast<std::size_t>(at));
    }
    return out;
  }

  PhiloxStream& random_;
  std::vector<Made> made_;
  std::vector<std::shared_ptr<torch::nn::Module>> finished_;
};

}  // namespace hpo::test
