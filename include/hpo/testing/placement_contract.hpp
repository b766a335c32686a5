#pragma once
/// \file  What every DevicePlacement owes place(), whatever it decides: obeys_placement_contract(make_policy).
/// Layer `testing`, tier 3.

#include <hpo/testing/torch_check.hpp>

#include <hpo/placement/place.hpp>

#include <memory>
#include <string>
#include <vector>

#include <hpo/testing/placement_models.hpp>
#include <hpo/testing/temporary_folder.hpp>

namespace hpo::testing {

/// A module and a checkpoint that a policy may be asked to bring together.
struct Case {
  std::string what;
  std::shared_ptr<torch::nn::Module> module;
  checkpoint::Weights weights;
};

[[nodiscard]] inline std::vector<Case> contract_cases(const TemporaryFolder& folder) {
  Criteria full(Criteria::First::encoder, on_cpu, on_cpu);
  fill_with_canaries(full);
  const auto all = saved(folder / "all.safetensors", tensors_of(full));
  const auto part = saved(folder / "part.safetensors", tensors_of(full, {"encoder.scale", "classifier.bias"}));
  const auto none = saved(folder / "none.safetensors", {});
  const auto model = [](const at::TensorOptions& a, const at::TensorOptions& b) {
    return std::make_shared<Criteria>(Criteria::First::classifier, a, b);
  };
  std::vector<Case> out{{"all on meta", model(on_meta, on_meta), all},
                        {"encoder on meta", model(on_meta, on_cpu), all},
                        {"head on meta", model(on_cpu, on_meta), part},
                        {"all real", model(on_cpu, on_cpu), all},
                        {"all real, nothing stored", model(on_cpu, on_cpu), none},
                        {"all on meta, nothing stored", model(on_meta, on_meta), none},
                        {"nothing to place", std::make_shared<Bag>(), none}};
  for (const Case& each : out) {
    const at::NoGradGuard no_grad;
    for (const at::Tensor& parameter : each.module->parameters())
      if (!parameter.is_meta()) parameter.fill_(7);  // real tensors have values, not what the allocator left
    for (const at::Tensor& buffer : each.module->buffers())
      if (!buffer.is_meta()) buffer.fill_(7);
  }
  return out;
}

/// Runs a policy made for each case; `make_policy(case)`.
template <class MakePolicy>
void obeys_placement_contract(MakePolicy make_policy) {
  const TemporaryFolder folder;
  for (const Case& each : contract_cases(folder)) {
    DOCTEST_CAPTURE(each.what);
    auto& module = *each.module;
    const auto policy = make_policy(each);
    const auto before = Snapshot::of(module);
    const auto inventory = placement::Inventory::of(module);
    bool plans = true;
    try {  // plan() only looks, and gives one step for each record
      const auto steps = policy.plan(inventory, at::kCPU).steps.size();
      DOCTEST_CHECK(steps == inventory.records().size());
    } catch (const Error& error) {
      plans = false;
      DOCTEST_CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }
    DOCTEST_CHECK(Snapshot::of(module) == before);

    try {
      const auto report = place(module, policy, at::kCPU);
      DOCTEST_CHECK(plans);
      const auto after = placement::Inventory::of(module);
      DOCTEST_CHECK(report.moved.size() + report.filled.size() + report.initialized.size() + report.left.size() ==
                    after.records().size());
      for (const auto& record : after.records()) {
        DOCTEST_CHECK(record.state == placement::TensorState::real);
        DOCTEST_CHECK(record.tensor.is_cpu());
        DOCTEST_CHECK(record.tensor.unsafeGetTensorImpl() ==
                      before.tensors.at(record.name()).tensor);  // still the same tensor
      }
      const auto once = Snapshot::of(module);
      (void)place(module, make_policy(each), at::kCPU);  // again: the same values in the same tensors
      for (const auto& [name, one] : Snapshot::of(module).tensors) {
        DOCTEST_CHECK(one.tensor == once.tensors.at(name).tensor);
        DOCTEST_CHECK(one.bytes == once.tensors.at(name).bytes);
      }
    } catch (const Error&) {
      DOCTEST_CHECK_FALSE(plans);  // what can be checked is checked by the plan
      DOCTEST_CHECK(Snapshot::of(module) == before);
    }
  }
}

}  // namespace hpo::testing
