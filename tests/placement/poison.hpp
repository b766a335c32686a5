#pragma once
/// \file  Memory that shows when it is read before it is written.

#include <hpo/placement/inventory.hpp>

#include <cstring>
#include <string>
#include <vector>

#include <malloc.h>

namespace hpo::test {

/// While it lives, the C library fills freshly allocated memory with 0xAA. Tests check that it does: see `works()`.
class PoisonedMemory {
 public:
  PoisonedMemory() { mallopt(M_PERTURB, 0x55); }
  PoisonedMemory(const PoisonedMemory&) = delete;
  PoisonedMemory& operator=(const PoisonedMemory&) = delete;
  ~PoisonedMemory() { mallopt(M_PERTURB, 0); }

  /// Whether a new tensor shows the poison at all.
  [[nodiscard]] static bool works() { return count(at::empty({1000}, at::kFloat)) == 1000; }

  /// Names of the tensors with an element that is poison in all its bytes.
  [[nodiscard]] std::vector<std::string> shows_in(const torch::nn::Module& module) const {
    std::vector<std::string> out;
    const auto inventory = placement::Inventory::of(module);
    for (const auto& record : inventory.records())
      if (count(record.tensor) > 0) out.push_back(record.name());
    return out;
  }

 private:
  static std::int64_t count(const at::Tensor& tensor) {
    const at::Tensor t = tensor.detach().contiguous();
    const std::string poison(t.element_size(), '\xAA');
    const auto* at = static_cast<const char*>(t.data_ptr());
    std::int64_t found = 0;
    for (std::int64_t i = 0; i < t.numel(); ++i, at += poison.size())
      found += std::memcmp(at, poison.data(), poison.size()) == 0;
    return found;
  }
};

}  // namespace hpo::test
