#pragma once
/// \file  The policy for a module that someone else built: every tensor must have values already.
/// Layer `placement`, tier 3.

#include <string>
#include <vector>

#include <hpo/placement/place.hpp>

namespace hpo::placement {

/// Moves a module whose tensors are all real; refuses one with a tensor on meta, wherever in the module it is.
/// Errors   UnplacedError that names every tensor without values.
struct RefuseMeta {
  [[nodiscard]] Plan plan(const Inventory& inventory, const c10::Device& device) const {
    std::vector<std::string> lost;
    for (const TensorRecord& record : inventory.records())
      if (record.state != TensorState::real) lost.push_back(record.name());
    if (!lost.empty())
      throw without_values(
          "placement on " + device.str(), inventory, lost,
          "expected values for each; load them from a checkpoint (FromCheckpoint), or name those to be written "
          "anew (Reinitialize)");
    Plan plan;
    plan.steps.assign(inventory.records().size(), Leave{});
    return plan;
  }
};

static_assert(DevicePlacement<RefuseMeta>);
}  // namespace hpo::placement
