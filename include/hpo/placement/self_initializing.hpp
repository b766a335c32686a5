#pragma once
/// \file  How a module says what its own tensors hold when no file does.
/// Layer `placement`, tier 2.

#include <string>

#include <ATen/core/Tensor.h>

#include <hpo/core/philox.hpp>

namespace hpo::placement {

/// A module that can write each tensor that it owns directly (not those of its children): its declared initializer.
/// A `torch::nn::Module` derives from this as well; placement finds it there.
///
///   struct Scale : torch::nn::Module, placement::SelfInitializing {
///     at::Tensor weight = register_parameter("weight", at::empty({8}, at::device(at::kMeta)));
///     void initialize_own(const std::string&, at::Tensor& tensor, PhiloxStream&) override { tensor.fill_(1); }
///   };
///
/// Meaning the compiler cannot check (placement checks the first on every call, and fails by name):
///   - initialize_own writes every element of the tensor it is given;
///   - it reads nothing of the tensor, and draws from `random` alone: equal streams give equal values;
///   - it touches no other tensor: the one it is given is not yet the module's.
class SelfInitializing {
 public:
  virtual ~SelfInitializing() = default;

  /// Writes the initial value of one tensor, named as it was registered ("weight", not "encoder.layer.0.weight").
  /// `tensor` is on the CPU, contiguous, of the final shape and dtype; gradients are off. Later it is moved to its
  /// device. A name that the module does not know is left alone: placement then reports it.
  virtual void initialize_own(const std::string& tensor_name, at::Tensor& tensor, PhiloxStream& random) = 0;

  /// Whether the tensor follows from the module's options alone (position ids, rotary tables), so that a checkpoint
  /// need not hold it. If the checkpoint does hold it, the checkpoint wins.
  [[nodiscard]] virtual bool is_derived(const std::string& /*tensor_name*/) const { return false; }
};

}  // namespace hpo::placement
