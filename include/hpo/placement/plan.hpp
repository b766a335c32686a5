#pragma once
/// \file  What a policy decides: one step for each tensor, and nothing done yet.
/// Layer `placement`, tier 3.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/checkpoint/names.hpp>
#include <hpo/checkpoint/weights.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/placement/fill.hpp>
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/self_initializing.hpp>

namespace hpo::placement {

/// Initializers for the tensors of modules that declare none, such as libtorch's own: a name or path
/// ("classifier", "classifier.bias", "*") and what to write below it. The first that covers a tensor is
/// taken, before the module's own.
using Initializers = std::vector<std::pair<std::string, Initializer>>;

/// The tensor keeps its values. It is moved if it lies on another device.
struct Leave {};
/// The tensor takes stored values. Several names: ties, which the file stores more than once and must store equal.
struct Fill {
  std::vector<std::string> stored;
};
/// The tensor is written anew.
struct Initialize {
  Initializer write;
  PhiloxStream random;
};
/// The tensor's memory is written wholly through other tensors that share it.
struct Shared {};

using Step = std::variant<Leave, Fill, Initialize, Shared>;

/// How tensors on the CPU hold stored values that need no conversion.
/// mapped: the file is their memory, read when first touched, shared with other processes until written to.
/// copied: memory of their own, read at once.
enum class Memory { mapped, copied };

/// A policy's decision about one inventory.
struct Plan {
  std::vector<Step> steps;                     // one for each record, in its order
  std::optional<checkpoint::Weights> weights;  // where Fill reads
  Memory memory = Memory::mapped;
  std::vector<std::string> unexpected;  // stored, and no tensor of the module takes it
};

/// Tensors that cannot be placed as asked. `what()` names the first; this has them all.
class UnplacedError : public PlacementError {
 public:
  UnplacedError(const std::string& message, std::vector<std::string> names)
      : PlacementError(message), names_(std::move(names)) {}
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
};

/// "a, b, c and 9 more".
[[nodiscard]] inline std::string first_of(const std::vector<std::string>& names, std::size_t most = 8) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) out += (i == 0 ? "" : ", ") + names[i];
  return names.size() > most ? concat(out, " and ", names.size() - most, " more") : out;
}

/// "4 of 6 tensors have no values, 4 of them on the meta device (a, b, c, d)".
[[nodiscard]] inline UnplacedError without_values(const std::string& where, const Inventory& inventory,
                                                  const std::vector<std::string>& names, std::string_view advice) {
  std::size_t meta = 0;
  for (const std::string& name : names) meta += inventory.find(name)->state == TensorState::meta ? 1 : 0;
  return UnplacedError(
      concat(where, ": ", names.size(), " of ", inventory.records().size(), " tensors have no values, ", meta,
             " of them on the meta device (", first_of(names), "): ", advice),
      names);
}

/// The initializer of a tensor: the caller's, else its module's own, else nothing.
[[nodiscard]] inline std::optional<Initializer> initializer_of(const TensorRecord& record, const Initializers& given) {
  for (const auto& [path, write] : given)
    for (const std::string& name : record.names)
      if (checkpoint::covers(path, name)) return write;
  const auto* declared = dynamic_cast<const SelfInitializing*>(record.owner);
  if (declared == nullptr) return std::nullopt;
  // The module that is placed is not const; its inventory only looks at it.
  return [own = const_cast<SelfInitializing*>(declared), name = record.own_name](
             at::Tensor& tensor, PhiloxStream& random) { own->initialize_own(name, tensor, random); };
}

/// A stream that belongs to one tensor: its values depend on nothing but the seed, the trial and its name.
[[nodiscard]] inline PhiloxStream stream_of(const TensorRecord& record, std::uint64_t seed, std::uint64_t trial) {
  return PhiloxStream(seed, trial, "init/" + record.name());
}

}  // namespace hpo::placement
