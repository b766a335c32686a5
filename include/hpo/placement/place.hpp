#pragma once
/// \file  The DevicePlacement concept, and the move itself: planned first, made beside the module, exchanged at once.
/// Layer `placement`, tier 3.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/nn/module.h>

#include <hpo/checkpoint/torch_version.hpp>
#include <hpo/core/error.hpp>
#include <hpo/placement/adopt.hpp>
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/plan.hpp>
#include <hpo/placement/stage.hpp>

namespace hpo::placement {

/// Decides how the tensors of a module get to a device, and what happens if some are on meta.
///
/// A policy only plans; place() acts, so that no policy can break the guarantee of place(). Meaning the compiler cannot
/// check (hpo/testing/placement_contract.hpp does):
///   - plan() changes nothing, and refuses by an exception of hpo's that names the tensors;
///   - it gives one step for each record; equal inventories give equal plans.
template <class P>
concept DevicePlacement = requires(const P policy, const Inventory inventory, const c10::Device device) {
  { policy.plan(inventory, device) } -> std::same_as<Plan>;
};

/// What became of each tensor, by its first name.
struct Report {
  std::vector<std::string> moved;        // kept its values, on another device now
  std::vector<std::string> filled;       // from the checkpoint
  std::vector<std::string> initialized;  // anew
  std::vector<std::string> left;         // as it was
  std::vector<std::string> unexpected;   // stored, and taken by no tensor
  std::uint64_t bytes = 0;               // of all tensors, on the device

  /// One line.
  [[nodiscard]] std::string to_string() const {
    const auto part = [](const char* what, const std::vector<std::string>& names, bool list) {
      return names.empty() ? std::string()
                           : concat(", ", names.size(), ' ', what, list ? " (" + first_of(names) + ")" : std::string());
    };
    const std::string text = part("filled", filled, false) + part("initialized", initialized, true) +
                             part("moved", moved, false) + part("left", left, false) +
                             part("unexpected in the file", unexpected, true);
    return text.empty() ? "nothing to place" : text.substr(2);
  }
};

namespace detail {

/// The device with its index, if this libtorch and this machine have it.
[[nodiscard]] inline c10::Device usable(const c10::Device& device) {
  require<PlacementError>(!device.is_meta(), "placement: expected a device with memory, got meta");
  require<PlacementError>(c10::impl::hasDeviceGuardImpl(device.type()),
                          "placement: expected a device of this libtorch, got ", device.str());
  if (device.is_cpu()) return c10::Device(c10::kCPU);
  const auto* backend = c10::impl::getDeviceGuardImpl(device.type());
  const auto count = static_cast<int>(backend->deviceCount());
  require<PlacementError>(count > 0 && device.index() < count, "placement: expected one of ", count, " devices, got ",
                          device.str());
  return device.has_index() ? device : backend->getDevice();
}

/// What no policy may ask for, whatever its plan says.
inline void check(const Inventory& inventory, const Plan& plan) {
  const auto& records = inventory.records();
  require<PlacementError>(plan.steps.size() == records.size(), "placement: expected a plan of ", records.size(),
                          " steps, got ", plan.steps.size());
  std::vector<std::string> lost;
  const auto groups = inventory.groups();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const TensorRecord& record = records[i];
    require<PlacementError>(record.tensor.layout() == at::kStrided && record.tensor.has_storage(),
                            "placement: ", record.name(), ": expected a dense tensor, got a sparse or opaque one");
    require<PlacementError>(record.tensor.is_leaf(), "placement: ", record.name(),
                            ": expected a tensor of its own, got the result of a computation that autograd recorded");
    const auto* fill = std::get_if<Fill>(&plan.steps[i]);
    const auto* init = std::get_if<Initialize>(&plan.steps[i]);
    const bool keeps = std::holds_alternative<Leave>(plan.steps[i]) ||
                       (std::holds_alternative<Shared>(plan.steps[i]) && groups[record.storage].size() == 1);
    require<PlacementError>(fill == nullptr || (plan.weights && !fill->stored.empty()), "placement: ", record.name(),
                            ": expected the plan to say which stored tensor fills it, got none");
    require<PlacementError>(init == nullptr || init->write, "placement: ", record.name(),
                            ": expected an initializer, got none");
    if (keeps && record.state != TensorState::real) lost.push_back(record.name());
  }
  if (!lost.empty())
    throw without_values("placement", inventory, lost,
                         "expected the policy to fill or initialize each, got a plan that leaves them");
}

/// What became of each tensor; `real` has what it was given, undefined if nothing.
[[nodiscard]] inline Report report_of(const Inventory& inventory, const Plan& plan,
                                      const std::vector<at::Tensor>& real) {
  Report report{.moved = {}, .filled = {}, .initialized = {}, .left = {}, .unexpected = plan.unexpected};
  for (std::size_t i = 0; i < real.size(); ++i) {
    const Step& step = plan.steps[i];
    const bool fills = std::holds_alternative<Fill>(step) || std::holds_alternative<Shared>(step);
    auto& list = fills                                      ? report.filled
                 : std::holds_alternative<Initialize>(step) ? report.initialized
                 : real[i].defined()                        ? report.moved
                                                            : report.left;
    list.push_back(inventory.records()[i].name());
    report.bytes += inventory.records()[i].bytes();
  }
  return report;
}

/// Runs `work`; what libtorch or the allocator throws becomes one line that names the tensor.
template <class Work>
auto translated(const std::string& name, const c10::Device& device, Work work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    fail<PlacementError>("placement: ", name, ": cannot be placed on ", device.str(), ": ", checkpoint::one_line(error),
                         "; the module is as it was");
  } catch (const std::bad_alloc&) {
    fail<PlacementError>("placement: ", name, ": cannot be placed on ", device.str(),
                         ": out of memory; the module is as it was");
  }
}

}  // namespace detail

/// Puts every parameter and buffer of `module` on `device`, as `policy` decides.
///
/// After it returns: nothing is on meta, nothing is unwritten, all tensors are on `device`; ties are ties, and members,
/// registry and optimizers still know the same tensors. If it throws, the module is exactly as it was.
/// Gradients move with their tensors; a tensor that came from meta has none.
///
/// Not seen: tensors that no module registered, and the state of an optimizer (place before the first step).
/// Errors   PlacementError and CheckpointError, naming the tensors; whatever an initializer throws.
template <DevicePlacement Policy>
Report place(torch::nn::Module& module, const Policy& policy, const c10::Device& target) {
  const c10::Device device = detail::usable(target);
  const at::NoGradGuard no_grad;
  const c10::InferenceMode normal_mode(false);
  const c10::impl::ExcludeDispatchKeyGuard no_context(c10::DispatchKey::Fake);  // a DeviceContext of the caller's
  const Inventory inventory = Inventory::of(module);
  const Plan plan = policy.plan(inventory, device);
  detail::check(inventory, plan);

  const auto& records = inventory.records();
  std::vector<at::Tensor> real(records.size()), grad(records.size());
  Stage stage(plan, device);
  for (const auto& group : inventory.groups()) {
    std::vector<Member> members;
    for (const std::size_t i : group) members.push_back({&records[i], &plan.steps[i]});
    const auto made = detail::translated(records[group[0]].name(), device, [&] { return stage.make(members); });
    for (std::size_t k = 0; k < group.size(); ++k) real[group[k]] = made[k];
  }
  for (std::size_t i = 0; i < records.size(); ++i)
    if (records[i].tensor.grad().defined() && records[i].state == TensorState::real)
      grad[i] = detail::translated(records[i].name(), device, [&] { return records[i].tensor.grad().to(device); });

  Exchange exchange;
  for (std::size_t i = 0; i < records.size(); ++i)
    if (real[i].defined())
      detail::translated(records[i].name(), device, [&] { exchange.adopt(records[i].tensor, real[i], grad[i]); });
  for (const TensorRecord& record : records)
    require<PlacementError>(detail::state_of(record.tensor) == TensorState::real && record.tensor.device() == device,
                            "placement: ", record.name(), ": expected it on ", device.str(), " with values, got it on ",
                            record.tensor.device().str(), "; the module is as it was");
  exchange.keep();
  return detail::report_of(inventory, plan, real);
}

}  // namespace hpo::placement
