#pragma once
/// \file  Every tensor of a module, by full name, each once: what placement decides on.
/// Layer `placement`, tier 3.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/checkpoint/dtype.hpp>
#include <hpo/core/error.hpp>

namespace hpo::placement {

/// real: has values. meta: has a shape only. released: says that it is real, but its memory was given back.
enum class TensorState { real, meta, released };

/// One tensor of a module. A tensor registered twice (tied, or in a submodule used twice) is one record with two names.
struct TensorRecord {
  std::vector<std::string> names;            // full; never empty; in registration order
  bool buffer = false;                       // false: a parameter
  at::Tensor tensor;                         // the module's own tensor, not a copy
  const torch::nn::Module* owner = nullptr;  // of the first name
  std::string own_name;                      // the first name's last part
  TensorState state = TensorState::real;
  std::size_t storage = 0;  // records with equal numbers share memory

  [[nodiscard]] const std::string& name() const { return names.front(); }
  [[nodiscard]] std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
  }
  [[nodiscard]] bool tied() const { return names.size() > 1; }
};

/// What a module amounts to. Tied tensors count once, shared memory counts once.
struct Totals {
  std::size_t tensors = 0, meta = 0;
  std::int64_t parameters = 0, frozen_parameters = 0, buffer_elements = 0;  // elements
  std::map<std::string, std::uint64_t> bytes;                               // by dtype
  std::uint64_t meta_bytes = 0;                                             // not yet there
};

namespace detail {

/// Bytes of its storage that a dense tensor reaches into, from the storage's first byte.
[[nodiscard]] inline std::uint64_t storage_reach(const at::Tensor& tensor) {
  if (tensor.numel() == 0) return 0;
  std::int64_t last = tensor.storage_offset();
  for (std::int64_t i = 0; i < tensor.dim(); ++i) last += (tensor.size(i) - 1) * tensor.stride(i);
  return static_cast<std::uint64_t>(last + 1) * tensor.element_size();
}

[[nodiscard]] inline TensorState state_of(const at::Tensor& tensor) {
  if (tensor.is_meta()) return TensorState::meta;
  if (!tensor.has_storage()) return TensorState::real;
  return tensor.storage().nbytes() < storage_reach(tensor) ? TensorState::released : TensorState::real;
}

[[nodiscard]] inline std::string shape_text(at::IntArrayRef shape) {
  std::string out = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) out += concat(i == 0 ? "" : ", ", shape[i]);
  return out + "]";
}

}  // namespace detail

/// The tensors of a module and of all its submodules. Undefined optional parameters are left
/// out, as they are in libtorch.
class Inventory {
 public:
  /// Errors   PlacementError if a module contains itself.
  [[nodiscard]] static Inventory of(const torch::nn::Module& module) {
    Inventory out;
    std::vector<const torch::nn::Module*> path;
    out.visit(module, "", path);
    return out;
  }

  /// In registration order, parents before children.
  [[nodiscard]] const std::vector<TensorRecord>& records() const { return records_; }

  /// The records that share a memory, as positions in records(): most groups have one.
  [[nodiscard]] std::vector<std::vector<std::size_t>> groups() const {
    std::vector<std::vector<std::size_t>> out(storages_.size());
    for (std::size_t i = 0; i < records_.size(); ++i) out[records_[i].storage].push_back(i);
    return out;
  }

  /// The record that has `name` among its names, or nothing.
  [[nodiscard]] const TensorRecord* find(const std::string& name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : &records_[at->second];
  }

  /// All names, tied ones included.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const TensorRecord& record : records_) out.insert(out.end(), record.names.begin(), record.names.end());
    return out;
  }

  [[nodiscard]] Totals totals() const {
    Totals out;
    std::map<std::size_t, std::pair<std::uint64_t, const TensorRecord*>> reach;  // the furthest of each storage
    for (const TensorRecord& record : records_) {
      const std::int64_t elements = record.tensor.numel();
      ++out.tensors;
      if (record.state == TensorState::meta) ++out.meta;
      (record.buffer ? out.buffer_elements : out.parameters) += elements;
      if (!record.buffer && !record.tensor.requires_grad()) out.frozen_parameters += elements;
      auto& furthest = reach[record.storage];
      const std::uint64_t bytes = record.bytes();
      if (furthest.second == nullptr || bytes > furthest.first) furthest = {bytes, &record};
    }
    for (const auto& each : reach) {
      const auto& [bytes, record] = each.second;
      out.bytes[std::string(checkpoint::dtype_name(record->tensor.scalar_type()))] += bytes;
      if (record->state == TensorState::meta) out.meta_bytes += bytes;
    }
    return out;
  }

 private:
  void visit(const torch::nn::Module& module, const std::string& prefix, std::vector<const torch::nn::Module*>& path) {
    require<PlacementError>(std::ranges::find(path, &module) == path.end(), "placement: ", prefix,
                            ": expected a tree of modules, got a module that contains itself");
    path.push_back(&module);
    for (const auto& item : module.named_parameters(/*recurse=*/false))
      add(module, prefix, item.key(), item.value(), false);
    for (const auto& item : module.named_buffers(/*recurse=*/false))
      add(module, prefix, item.key(), item.value(), true);
    for (const auto& child : module.named_children()) visit(*child.value(), prefix + child.key() + ".", path);
    path.pop_back();
  }

  void add(const torch::nn::Module& owner, const std::string& prefix, const std::string& own_name,
           const at::Tensor& tensor, bool buffer) {
    if (!tensor.defined()) return;
    const auto [at, fresh] = by_tensor_.emplace(tensor.unsafeGetTensorImpl(), records_.size());
    if (fresh) {
      const void* storage = tensor.has_storage() ? static_cast<const void*>(tensor.storage().unsafeGetStorageImpl())
                                                 : static_cast<const void*>(tensor.unsafeGetTensorImpl());
      const std::size_t group = storages_.emplace(storage, storages_.size()).first->second;
      records_.push_back({.names = {},
                          .buffer = buffer,
                          .tensor = tensor,
                          .owner = &owner,
                          .own_name = own_name,
                          .state = detail::state_of(tensor),
                          .storage = group});
    }
    records_[at->second].names.push_back(prefix + own_name);
    by_name_.emplace(prefix + own_name, at->second);
  }

  std::vector<TensorRecord> records_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_map<const void*, std::size_t> by_tensor_, storages_;
};

}  // namespace hpo::placement
