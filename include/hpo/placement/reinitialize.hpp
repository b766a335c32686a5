#pragma once
/// \file  The policy that writes anew what its caller names, and nothing else.
/// Layer `placement`, tier 3.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <hpo/checkpoint/names.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/placement/place.hpp>

namespace hpo::placement {

/// Writes the named tensors anew, real ones too, each by its initializer. All others must be real, and keep their
/// values. `names` are names or paths: "classifier", "classifier.bias"; {"*"} is everything, for training from scratch.
/// Errors   UnplacedError for a name that no tensor has, a tensor without initializer, one on meta that is not named.
struct Reinitialize {
  std::vector<std::string> names;
  std::uint64_t seed = 0, trial = 0;
  Initializers initializers = {};  // for modules that declare none

  [[nodiscard]] Plan plan(const Inventory& inventory, const c10::Device& device) const {
    check_names(inventory);
    Plan plan;
    std::vector<std::string> lost, unwritable;
    std::set<std::size_t> written;  // memories
    for (const TensorRecord& record : inventory.records())
      if (is_named(record)) written.insert(record.storage);
    for (const TensorRecord& record : inventory.records()) {
      const bool named = is_named(record);
      auto write = named ? initializer_of(record, initializers) : std::nullopt;
      if (named && !write) unwritable.push_back(record.name());
      const bool empty = !named && record.state != TensorState::real;
      const bool shared = empty && written.contains(record.storage);
      if (empty && !shared) lost.push_back(record.name());
      plan.steps.push_back(write    ? Step(Initialize{std::move(*write), stream_of(record, seed, trial)})
                           : shared ? Step(Shared{})
                                    : Step(Leave{}));
    }
    const std::string on = concat("placement on ", device.str());
    if (!unwritable.empty())
      throw UnplacedError(
          concat(on, ": ", unwritable.size(), " tensors are to be written anew and have no initializer (",
                 first_of(unwritable), "): expected one in initializers, or a module that declares its own"),
          unwritable);
    if (!lost.empty())
      throw without_values(on, inventory, lost,
                           "expected values for each; load them from a checkpoint (FromCheckpoint), or name them");
    return plan;
  }

 private:
  [[nodiscard]] bool is_named(const TensorRecord& record) const {
    return std::ranges::any_of(names, [&](const std::string& path) {
      return std::ranges::any_of(record.names, [&](const std::string& name) { return checkpoint::covers(path, name); });
    });
  }

  void check_names(const Inventory& inventory) const {
    const std::vector<std::string> known = inventory.names();
    for (const std::string& path : names) {
      const bool found =
          std::ranges::any_of(known, [&](const std::string& name) { return checkpoint::covers(path, name); });
      if (found || path == "*") continue;
      const std::string meant = nearest(path, known);
      throw UnplacedError(
          concat("placement: ", path, ": expected the name or path of a tensor to write anew, got one that the ",
                 "module lacks", meant.empty() ? "" : "; did you mean '" + meant + "'?", "; known: ", first_of(known)),
          {path});
    }
  }
};

static_assert(DevicePlacement<Reinitialize>);
}  // namespace hpo::placement
