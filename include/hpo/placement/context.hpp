#pragma once
/// \file  A default device, and random numbers of their own, for modules that cannot be given either: libtorch's.
/// Layer `placement`, tier 3.
///
/// Both act on the thread that made them and on no other, for as long as they live; nothing of the process is changed.
/// They rest on two dispatch keys that libtorch reserves for others and does not use, so they prove themselves once.
/// hpo's own layers take their options explicitly and need neither.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/Device.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/library.h>

#include <hpo/checkpoint/torch_version.hpp>
#include <hpo/core/error.hpp>

namespace hpo::placement {

namespace detail {

inline thread_local std::optional<c10::Device> context_device;
inline thread_local at::Generator* context_generator = nullptr;

/// Runs the operator as if `Key` had not been there.
template <c10::DispatchKey Key>
void pass_on(const c10::OperatorHandle& op, c10::DispatchKeySet keys, torch::jit::Stack* stack) {
  const c10::impl::ExcludeDispatchKeyGuard without(Key);
  op.redispatchBoxed(keys & c10::DispatchKeySet(c10::DispatchKeySet::FULL_AFTER, Key), stack);
}

/// Whether the operator writes initial values into its first argument, and nothing else.
[[nodiscard]] inline bool only_initializes(std::string_view op) {
  return op == "aten::uniform_" || op == "aten::normal_" || op == "aten::zero_" || op == "aten::fill_";
}

/// Gives an operator that makes a tensor from no tensor the thread's device, if it was given none.
inline void with_device(const c10::OperatorHandle& op, c10::DispatchKeySet keys, torch::jit::Stack* stack) {
  const auto& arguments = op.schema().arguments();
  const std::size_t first = stack->size() - arguments.size();
  // On meta there is nothing to write; on a real device a skipped write would leave memory as the allocator found it.
  if (only_initializes(op.schema().name()) && (*stack)[first].isTensor() && (*stack)[first].toTensor().is_meta()) {
    torch::jit::drop(*stack, arguments.size() - 1);
    return;
  }
  bool makes_from_tensor = false;
  std::optional<std::size_t> device;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const c10::IValue& value = (*stack)[first + i];
    makes_from_tensor |= value.isTensor() || value.isTensorList();
    if (arguments[i].name() == "device") device = first + i;
  }
  if (context_device && device && !makes_from_tensor && (*stack)[*device].isNone()) (*stack)[*device] = *context_device;
  pass_on<c10::DispatchKey::Fake>(op, keys, stack);
}

/// Gives an operator that draws random numbers the thread's generator, if it was given none.
inline void with_generator(const c10::OperatorHandle& op, c10::DispatchKeySet keys, torch::jit::Stack* stack) {
  const auto& arguments = op.schema().arguments();
  const std::size_t first = stack->size() - arguments.size();
  if (context_generator != nullptr)
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (arguments[i].name() == "generator" && (*stack)[first + i].isNone()) (*stack)[first + i] = *context_generator;
  pass_on<c10::DispatchKey::DeferredInit>(op, keys, stack);
}

/// Puts with_generator before every operator that has a generator, and nothing before the others.
inline void register_generator_operators(torch::Library& library) {
  auto& dispatcher = c10::Dispatcher::singleton();
  for (const auto& name : dispatcher.getAllOpNames()) {
    if (!name.name.starts_with("aten::")) continue;
    const auto op = dispatcher.findSchema(name);
    if (!op) continue;
    for (const auto& argument : op->schema().arguments()) {
      if (argument.name() != "generator") continue;
      const std::string own = name.name.substr(6) + (name.overload_name.empty() ? "" : "." + name.overload_name);
      library.impl(own.c_str(), torch::CppFunction::makeFromBoxedFunction<&with_generator>());
      break;
    }
  }
}

/// Registers with the dispatcher, once in a process. A static of a function: a header may not hold one of its own.
/// Errors   PlacementError if another library has taken the keys.
inline void install_contexts() {
  static const bool installed = [] {
    try {
      static torch::Library device(torch::Library::IMPL, "_", c10::DispatchKey::Fake, __FILE__, __LINE__);
      device.fallback(torch::CppFunction::makeFromBoxedFunction<&with_device>());
      static torch::Library others(torch::Library::IMPL, "_", c10::DispatchKey::DeferredInit, __FILE__, __LINE__);
      others.fallback(torch::CppFunction::makeFallthrough());
      static torch::Library generators(torch::Library::IMPL, "aten", c10::DispatchKey::DeferredInit, __FILE__,
                                       __LINE__);
      register_generator_operators(generators);
    } catch (const c10::Error& error) {
      fail<PlacementError>("placement.context: this libtorch cannot be given a default device: ",
                           checkpoint::one_line(error), "; build modules with explicit options");
    }
    return true;
  }();
  (void)installed;
}

}  // namespace detail

/// While it lives, tensors that this thread makes without naming a device are made on `device`: a stock module built
/// under it with c10::kMeta takes no memory and no time. An explicit device wins; tensors from existing memory stay
/// where they are.
///
///   const placement::DeviceContext on_meta(c10::kMeta);
///   auto model = std::make_shared<UsersModel>();
///
/// Then place() it. What a constructor *computes* is on meta as well and lost: such a tensor must be in the
/// checkpoint or have an initializer, or placing fails with its name. Code that reads values in a constructor
/// (`item`) throws under meta.
class DeviceContext {
 public:
  /// Errors   PlacementError if this libtorch does not allow it.
  explicit DeviceContext(const c10::Device& device);
  DeviceContext(const DeviceContext&) = delete;
  DeviceContext& operator=(const DeviceContext&) = delete;
  ~DeviceContext() { detail::context_device = outer_; }

 private:
  struct Unproven {};
  friend void prove_contexts();
  DeviceContext(const c10::Device& device, Unproven)
      : outer_(detail::context_device), included_(c10::DispatchKey::Fake) {
    detail::context_device = device;
  }

  std::optional<c10::Device> outer_;
  c10::impl::IncludeDispatchKeyGuard included_;
};

/// While it lives, random numbers that this thread draws on the CPU without naming a generator (dropout, initializers
/// of stock modules) come from one of its own, seeded as given: trials in other threads change nothing.
class GeneratorContext {
 public:
  /// Errors   PlacementError if this libtorch does not allow it.
  explicit GeneratorContext(std::uint64_t seed);
  GeneratorContext(const GeneratorContext&) = delete;
  GeneratorContext& operator=(const GeneratorContext&) = delete;
  ~GeneratorContext() { detail::context_generator = outer_; }

 private:
  struct Unproven {};
  friend void prove_contexts();
  GeneratorContext(std::uint64_t seed, Unproven)
      : generator_(at::make_generator<at::CPUGeneratorImpl>(seed)),
        outer_(detail::context_generator),
        included_(c10::DispatchKey::DeferredInit) {
    detail::context_generator = &generator_;
  }

  at::Generator generator_;
  at::Generator* outer_;
  c10::impl::IncludeDispatchKeyGuard included_;
};

/// Checks, once in a process, that both contexts do what they say and nothing else.
/// Errors   PlacementError that says what did not hold.
inline void prove_contexts() {
  static const bool proven = [] {
    detail::install_contexts();
    const auto holds = [](bool truth, std::string_view what) {
      require<PlacementError>(truth, "placement.context: expected of this libtorch that ", what,
                              ", got otherwise; build modules with explicit options");
    };
    float value = 1;
    {
      const DeviceContext meta(c10::kMeta, DeviceContext::Unproven{});
      holds(at::empty({2}).is_meta() && at::zeros({2}).is_meta(), "a default device is taken");
      holds(at::empty({2}, at::kCPU).is_cpu(), "an explicit device wins over the default");
      holds(at::from_blob(&value, {1}).is_cpu(), "memory that exists keeps its device");
    }
    holds(at::empty({2}).is_cpu(), "the default device ends with its context");
    const auto draw = [] {
      const GeneratorContext random(1, GeneratorContext::Unproven{});
      return at::randn({1}).item<float>();
    };
    holds(draw() == draw(), "a generator of the thread's own is taken");
    return true;
  }();
  (void)proven;
}

inline DeviceContext::DeviceContext(const c10::Device& device)
    : DeviceContext((prove_contexts(), device), Unproven{}) {}
inline GeneratorContext::GeneratorContext(std::uint64_t seed)
    : GeneratorContext((prove_contexts(), seed), Unproven{}) {}

}  // namespace hpo::placement
