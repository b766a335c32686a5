// Random module trees, random checkpoints, every policy, against a simple oracle that knows nothing of libtorch.
// HPO_CAMPAIGN_TREES and HPO_CAMPAIGN_SEED change how many and which; the seed is printed.
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/refuse_meta.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <cstdlib>
#include <map>
#include <optional>
#include <random>

#include <ATen/ops/full.h>

#include <hpo/testing/placement_models.hpp>
#include "random_tree.hpp"

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;

/// A stored tensor as the oracle knows it.
struct Stored {
  at::Tensor tensor;
  double value;  // of every element
};
using File = std::map<std::string, Stored>;

/// What placing must give: values of each memory, or nothing if it must be refused.
using Expected = std::optional<std::vector<std::vector<double>>>;

/// Memories under construction: each element may get a value; two different ones are a conflict.
class Oracle {
 public:
  explicit Oracle(const RandomTree& tree) : tree_(tree), values_(tree.memories.size()), given_(tree.memories.size()) {
    for (std::size_t m = 0; m < values_.size(); ++m) {
      values_[m] = tree.memories[m];
      given_[m].assign(values_[m].size(), false);
    }
  }
  void give(const Described& tensor, double value) {
    for (const std::size_t e : tensor.elements) {
      if (given_[tensor.memory][e] && values_[tensor.memory][e] != value) refused_ = true;
      values_[tensor.memory][e] = value;
      given_[tensor.memory][e] = true;
    }
  }
  bool covered(const Described& tensor) const {
    return std::ranges::all_of(tensor.elements, [&](std::size_t e) { return given_[tensor.memory][e]; });
  }
  bool real(const Described& tensor) const { return tree_.memory_is_real[tensor.memory]; }
  void refuse() { refused_ = true; }
  Expected result() const { return refused_ ? Expected() : Expected(values_); }

 private:
  const RandomTree& tree_;
  std::vector<std::vector<double>> values_;
  std::vector<std::vector<bool>> given_;
  bool refused_ = false;
};

bool any_covers(const std::vector<std::string>& paths, const Described& tensor) {
  for (const auto& path : paths)
    for (const auto& name : tensor.names)
      if (path == "*" || name == path || name.starts_with(path + ".")) return true;
  return false;
}

/// The value that a tensor's initializer writes, if it has one.
std::optional<double> initializer(const Described& tensor, bool constant_for_all) {
  if (constant_for_all) return 77;
  return tensor.declared ? std::optional(initial_value(tensor.own_name)) : std::nullopt;
}

/// The rule for a memory that several tensors share: fills, then initializers of what is not yet covered, then nobody
/// lacks.
void finish(Oracle& oracle, const std::vector<const Described*>& to_write,
            const std::vector<const Described*>& to_share, bool constant_for_all) {
  for (const Described* tensor : to_write) {
    const auto value = initializer(*tensor, constant_for_all);
    if (!value) oracle.refuse();
    // A tensor that is empty, or covered by what was filled, needs no initializer to run; one must be there all the
    // same.
    if (value && !oracle.covered(*tensor)) oracle.give(*tensor, *value);
  }
  for (const Described* tensor : to_share)
    if (!oracle.real(*tensor) && !oracle.covered(*tensor)) oracle.refuse();
}

Expected expect_refuse_meta(const RandomTree& tree) {
  Oracle oracle(tree);
  for (const Described& tensor : tree.tensors)
    if (!oracle.real(tensor)) oracle.refuse();
  return oracle.result();
}

Expected expect_from_checkpoint(const RandomTree& tree, const File& file, const std::vector<std::string>& may_be_new,
                                bool constant_for_all) {
  Oracle oracle(tree);
  std::vector<const Described*> to_write, to_share;
  std::vector<bool> filled(tree.memories.size());
  const auto stored_of = [&](const Described& tensor) {
    std::vector<const Stored*> out;
    for (const auto& name : tensor.names)
      if (file.contains(name)) out.push_back(&file.at(name));
    return out;
  };
  for (const Described& tensor : tree.tensors) {
    const auto stored = stored_of(tensor);
    for (const Stored* each : stored) {
      const auto wanted = tensor.handle.scalar_type(), got = each->tensor.scalar_type();
      if (each->tensor.sizes() != tensor.handle.sizes()) oracle.refuse();
      if (wanted != got && (wanted == at::kLong || got == at::kLong)) oracle.refuse();
      const bool same = each->tensor.numel() == 0 || each->value == stored[0]->value;
      if (got != stored[0]->tensor.scalar_type() || !same) oracle.refuse();
    }
    if (!stored.empty()) {
      oracle.give(tensor, stored[0]->value);
      filled[tensor.memory] = true;
    }
  }
  for (const Described& tensor : tree.tensors) {
    if (!stored_of(tensor).empty()) continue;
    const bool may_lack = any_covers(may_be_new, tensor) || (tensor.declared && tensor.own_name.starts_with("d"));
    if (!may_lack && !filled[tensor.memory]) oracle.refuse();
    if (!may_lack) to_share.push_back(&tensor);
    if (may_lack && !oracle.real(tensor)) to_write.push_back(&tensor);
  }
  finish(oracle, to_write, to_share, constant_for_all);
  return oracle.result();
}

Expected expect_reinitialize(const RandomTree& tree, const std::vector<std::string>& names, bool constant_for_all) {
  Oracle oracle(tree);
  std::vector<const Described*> to_write, to_share;
  std::vector<bool> written(tree.memories.size());
  for (const std::string& path : names)
    if (std::ranges::none_of(tree.tensors, [&](const Described& t) { return any_covers({path}, t); }) && path != "*")
      oracle.refuse();
  for (const Described& tensor : tree.tensors)
    if (any_covers(names, tensor)) {
      to_write.push_back(&tensor);
      written[tensor.memory] = true;
    }
  for (const Described& tensor : tree.tensors)
    if (!any_covers(names, tensor)) {
      if (!oracle.real(tensor) && !written[tensor.memory]) oracle.refuse();
      to_share.push_back(&tensor);
    }
  finish(oracle, to_write, to_share, constant_for_all);
  return oracle.result();
}

/// A checkpoint for the tree: most tensors, some missing, a few with another shape, dtype or value, and strangers.
/// `trouble` is how often, in percent, a tensor is missing or wrong.
File random_file(const RandomTree& tree, std::uint64_t trouble, PhiloxStream& random) {
  File file;
  std::map<std::size_t, double> value_of;  // by memory, so that views agree
  for (const Described& tensor : tree.tensors)
    for (const std::string& name : tensor.names) {
      if (random.below(100) < 2 * trouble) continue;
      const auto own = value_of.emplace(tensor.memory, static_cast<double>(1 + random.below(1000))).first->second;
      double value = own;
      auto sizes = tensor.handle.sizes().vec();
      auto dtype = tensor.handle.scalar_type();
      if (dtype != at::kLong && random.below(5) == 0 && tensor.names.size() == 1) dtype = at::kBFloat16;
      if (dtype == at::kBFloat16) value = static_cast<double>(static_cast<int>(value) % 256);
      if (dtype == at::kBFloat16) value_of[tensor.memory] = value;
      if (random.below(100) < trouble) sizes.push_back(2);
      if (random.below(100) < trouble) dtype = dtype == at::kLong ? at::kFloat : at::kLong;
      if (random.below(100) < trouble && dtype != at::kBFloat16) value = own + 1;  // bfloat16 could not hold it
      file[name] = {at::full(sizes, value, at::TensorOptions().dtype(dtype)), value};
    }
  for (std::uint64_t i = random.below(3); i > 0; --i) file[concat("stranger", i)] = {at::full({1}, 1.0), 1};
  return file;
}

std::vector<std::string> random_paths(const RandomTree& tree, PhiloxStream& random) {
  std::vector<std::string> out;
  if (random.below(3) == 0) return {"*"};
  for (std::uint64_t i = random.below(4); i > 0 && !tree.paths.empty(); --i)
    out.push_back(tree.paths[random.below(tree.paths.size())]);
  if (random.below(20) == 0) out.push_back("no.such.path");
  return out;
}

/// Compares a placed tree with what was expected of it.
void check_placed(const RandomTree& tree, const std::vector<std::vector<double>>& expected) {
  const auto inventory = Inventory::of(*tree.root);
  std::map<std::size_t, const void*> storage_of;
  CHECK(inventory.records().size() == tree.tensors.size());
  for (std::size_t i = 0; i < tree.tensors.size(); ++i) {
    const Described& tensor = tree.tensors[i];
    const TensorRecord& record = inventory.records()[i];
    CAPTURE(record.name());
    REQUIRE(record.names == tensor.names);
    CHECK(record.tensor.is_same(tensor.handle));
    REQUIRE(record.tensor.is_cpu());
    REQUIRE(record.state == TensorState::real);
    const at::Tensor values = record.tensor.detach().to(at::kDouble).contiguous();
    bool equal = true;
    for (std::size_t e = 0; e < tensor.elements.size(); ++e)
      equal &= values.data_ptr<double>()[e] == expected[tensor.memory][tensor.elements[e]];
    CHECK(equal);
    if (tensor.elements.empty()) continue;
    const void* storage = record.tensor.storage().data_ptr().get();
    CHECK(storage_of.emplace(tensor.memory, storage).first->second == storage);
  }
}

struct Tally {
  int placed = 0, refused = 0;
};

template <class Policy>
void run(const RandomTree& tree, const Policy& policy, const Expected& expected, Tally& tally) {
  const auto before = Snapshot::of(*tree.root);
  try {
    (void)place(*tree.root, policy, at::kCPU);
  } catch (const Error& error) {
    INFO(error.what());
    CHECK_FALSE(expected.has_value());
    CHECK(Snapshot::of(*tree.root) == before);
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    ++tally.refused;
    return;
  }
  REQUIRE(expected.has_value());
  check_placed(tree, *expected);
  ++tally.placed;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST_SUITE("placement/campaign") {
  TEST_CASE("random trees are placed as the oracle says, or refused and left as they were") {
    const std::uint64_t trees = from_environment("HPO_CAMPAIGN_TREES", 500);
    const std::uint64_t seed = from_environment("HPO_CAMPAIGN_SEED", std::random_device{}());
    MESSAGE("HPO_CAMPAIGN_SEED=" << seed);
    const test::TemporaryFolder folder;
    Tally refuse_meta, from_checkpoint, reinitialize;
    for (std::uint64_t number = 0; number < trees; ++number) {
      PhiloxStream random(seed, number, "tree");
      CAPTURE(seed);
      CAPTURE(number);
      const RandomTree tree(random);
      const bool constant_for_all = random.below(2) == 0;
      const Initializers initializers = constant_for_all ? Initializers{{"*", constant(77)}} : Initializers{};
      const auto paths = random_paths(tree, random);
      switch (random.below(5)) {
        case 0:
          run(tree, RefuseMeta{}, expect_refuse_meta(tree), refuse_meta);
          break;
        case 1:
          run(tree, Reinitialize{.names = paths, .initializers = initializers},
              expect_reinitialize(tree, paths, constant_for_all), reinitialize);
          break;
        default: {
          const std::uint64_t trouble = random.below(2) == 0 ? 0 : random.below(4);
          const File file = random_file(tree, trouble, random);
          checkpoint::NamedTensors tensors;
          for (const auto& [name, stored] : file) tensors.emplace_back(name, stored.tensor);
          const FromCheckpoint policy{.weights = saved(folder / "w.safetensors", tensors),
                                      .may_be_new = paths,
                                      .initializers = initializers,
                                      .memory = random.below(2) == 0 ? Memory::mapped : Memory::copied};
          run(tree, policy, expect_from_checkpoint(tree, file, paths, constant_for_all), from_checkpoint);
        }
      }
    }
    MESSAGE("RefuseMeta placed " << refuse_meta.placed << ", refused " << refuse_meta.refused << "; FromCheckpoint "
                                 << from_checkpoint.placed << ", " << from_checkpoint.refused << "; Reinitialize "
                                 << reinitialize.placed << ", " << reinitialize.refused);
    CHECK(from_checkpoint.placed > 0);
    CHECK(from_checkpoint.refused > 0);
    CHECK(reinitialize.placed > 0);
  }
}

}  // namespace
}  // namespace hpo::placement
