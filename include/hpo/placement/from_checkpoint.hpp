#pragma once
/// \file  The policy that fills a module from stored weights.
/// Layer `placement`, tier 3.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <c10/core/ScalarType.h>

#include <hpo/checkpoint/names.hpp>
#include <hpo/checkpoint/weights.hpp>
#include <hpo/placement/place.hpp>

namespace hpo::placement {

/// Every tensor that the checkpoint has takes the stored values, whether it was on meta or real. A tensor that it lacks
/// must be covered by `may_be_new`: on meta, it goes to its initializer; real, it keeps its values. Derived tensors
/// (SelfInitializing::is_derived) may be lacking without being named. Anything else that is lacking is an error: this
/// is how encoders come to be trained from noise unnoticed.
///
/// Stored floating types are converted to the module's; any other difference of type is an error, as is one of shape.
struct FromCheckpoint {
  checkpoint::Weights weights;
  std::string prefix = {};                   // the family's word, "bert": see checkpoint::match_names
  std::vector<std::string> may_be_new = {};  // names or paths: "classifier"
  std::uint64_t seed = 0, trial = 0;         // of what is initialized
  Initializers initializers = {};            // for modules that declare none
  Memory memory = Memory::mapped;
  bool renew_mismatched = false;  // a tensor that may be new and is stored in another shape starts anew, not an error

  [[nodiscard]] Plan plan(const Inventory& inventory, const c10::Device&) const {
    const checkpoint::NameMatch match = checkpoint::match_names(weights.names(), inventory.names(), prefix);
    Plan plan;
    plan.weights = weights;
    plan.memory = memory;
    plan.unexpected = match.unexpected;
    Problems problems;
    std::vector<Fill> fills;
    std::set<std::size_t> filled;  // memories
    for (const TensorRecord& record : inventory.records()) {
      Fill fill;
      for (const std::string& name : record.names)
        if (const auto at = match.stored_as.find(name); at != match.stored_as.end()) {
          const bool renewed = renew_mismatched && may_start_anew(record) && !fits_shape(record, at->second);
          (renewed ? plan.unexpected : fill.stored).push_back(at->second);
        }
      for (const std::string& stored : fill.stored) check_fit(record, stored, problems);
      if (!fill.stored.empty()) filled.insert(record.storage);
      fills.push_back(std::move(fill));
    }
    for (std::size_t i = 0; i < fills.size(); ++i) {
      const TensorRecord& record = inventory.records()[i];
      if (fills[i].stored.empty()) {
        plan.steps.push_back(step_without(record, filled.contains(record.storage), problems));
      } else {
        plan.steps.emplace_back(std::move(fills[i]));
      }
    }
    problems.throw_if_any(*this, inventory, match);
    return plan;
  }

 private:
  struct Problems {
    std::vector<std::string> missing, unfit, unfit_names, unwritable;  // unfit: whole sentences

    void throw_if_any(const FromCheckpoint& policy, const Inventory& inventory,
                      const checkpoint::NameMatch& match) const {
      if (missing.empty() && unfit.empty() && unwritable.empty()) return;
      std::string text = concat("placement from ", policy.where(), ": ");
      std::vector<std::string> names = missing;
      if (!missing.empty()) {
        const std::string prefixed = policy.prefix.empty() ? "" : ", with or without '" + policy.prefix + ".' in front";
        text += concat(missing.size(), " of ", inventory.records().size(), " tensors are not in it (",
                       first_of(missing), "): expected each", prefixed,
                       "; name in may_be_new what may start anew, or use the checkpoint of this architecture");
        if (!match.unexpected.empty())
          text += concat("; it has ", match.unexpected.size(), " that no tensor takes (", first_of(match.unexpected, 4),
                         ")");
      }
      if (!unfit.empty()) text += concat(missing.empty() ? "" : "; also ", first_of(unfit));
      if (!unwritable.empty())
        text += concat(missing.empty() && unfit.empty() ? "" : "; also ", unwritable.size(),
                       " may be new and have no initializer (", first_of(unwritable),
                       "): expected one in initializers, or a module that declares its own");
      names.insert(names.end(), unfit_names.begin(), unfit_names.end());
      names.insert(names.end(), unwritable.begin(), unwritable.end());
      throw UnplacedError(text, names);
    }
  };

  [[nodiscard]] std::string where() const {
    if (weights.files().empty()) return "an empty checkpoint";
    const auto& first = weights.files().front().path();
    return (weights.files().size() > 1 ? first.parent_path() : first).string();
  }

  [[nodiscard]] bool may_start_anew(const TensorRecord& record) const {
    return std::ranges::any_of(may_be_new, [&](const std::string& path) {
      return std::ranges::any_of(record.names, [&](const std::string& name) { return checkpoint::covers(path, name); });
    });
  }

  [[nodiscard]] bool fits_shape(const TensorRecord& record, const std::string& stored) const {
    return record.tensor.sizes() == at::IntArrayRef(weights.entry(stored).shape);
  }

  void check_fit(const TensorRecord& record, const std::string& stored, Problems& problems) const {
    const checkpoint::Entry& entry = weights.entry(stored);
    const auto complain = [&](std::string_view what, const std::string& expected, const std::string& got) {
      problems.unfit_names.push_back(record.name());
      problems.unfit.push_back(concat(stored, ": expected ", what, ' ', expected, ", got ", got));
    };
    if (!fits_shape(record, stored))
      complain("shape", detail::shape_text(record.tensor.sizes()), detail::shape_text(entry.shape));
    const c10::ScalarType wanted = record.tensor.scalar_type();
    const bool fits =
        entry.dtype.in_torch && (*entry.dtype.in_torch == wanted ||
                                 (c10::isFloatingType(*entry.dtype.in_torch) && c10::isFloatingType(wanted)));
    if (!fits) complain("type", std::string(checkpoint::dtype_name(wanted)), std::string(entry.dtype.name));
  }

  [[nodiscard]] Step step_without(const TensorRecord& record, bool neighbor_filled, Problems& problems) const {
    const auto* declared = dynamic_cast<const SelfInitializing*>(record.owner);
    const bool derived = declared != nullptr && declared->is_derived(record.own_name);
    const bool allowed = derived || may_start_anew(record);
    if (!allowed && neighbor_filled) return Shared{};
    if (!allowed) {
      problems.missing.push_back(record.name());
      return Leave{};
    }
    if (record.state == TensorState::real) return Leave{};
    auto write = initializer_of(record, initializers);
    if (!write) {
      problems.unwritable.push_back(record.name());
      return Leave{};
    }
    return Initialize{std::move(*write), stream_of(record, seed, trial)};
  }
};

static_assert(DevicePlacement<FromCheckpoint>);
}  // namespace hpo::placement
