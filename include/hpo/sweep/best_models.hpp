#pragma once
/// \file  Which trained models stay on the disk: the best few of a study.
/// Layer `sweep`. No torch.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/search/pareto/better.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::sweep {

/// Keeps the folders `<root>/0012/model` of the best `keep` trials, 0 or more, and removes the others. The trial's own
/// folder, with its log, stays.
class BestModels {
 public:
  BestModels(std::filesystem::path root, std::size_t keep) : root_(std::move(root)), keep_(keep) {}

  [[nodiscard]] std::filesystem::path folder(std::int64_t number) const {
    char name[32];
    std::snprintf(name, sizeof name, "%04lld", static_cast<long long>(number));
    return root_ / name;
  }
  [[nodiscard]] std::filesystem::path model(std::int64_t number) const { return folder(number) / "model"; }

  /// A model from an earlier run of the same study that still lies there.
  void recall(std::int64_t number, double value, storage::Direction direction) {
    if (std::filesystem::exists(model(number) / "config.json")) insert(number, value, direction);
  }

  /// Whether a trial with this value would be among the best.
  [[nodiscard]] bool wants(std::int64_t number, double value, storage::Direction direction) const {
    if (keep_ == 0) return false;
    return kept_.size() < keep_ || precedes({number, value}, kept_.back(), direction);
  }

  /// The trial's model has been written. What is no longer among the best is removed.
  void add(std::int64_t number, double value, storage::Direction direction) {
    insert(number, value, direction);
    while (kept_.size() > keep_) {
      std::error_code ignored;  // a folder that cannot be removed costs space, not the sweep
      std::filesystem::remove_all(model(kept_.back().number), ignored);
      kept_.pop_back();
    }
  }

 private:
  struct Kept {
    std::int64_t number = 0;
    double value = 0;
  };

  // The earlier of equals, as Study::best has it.
  static bool precedes(const Kept& a, const Kept& b, storage::Direction direction) {
    return a.value != b.value ? search::better(a.value, b.value, direction) : a.number < b.number;
  }

  void insert(std::int64_t number, double value, storage::Direction direction) {
    const Kept kept{number, value};
    const auto at =
        std::find_if(kept_.begin(), kept_.end(), [&](const Kept& other) { return precedes(kept, other, direction); });
    kept_.insert(at, kept);
  }

  std::filesystem::path root_;
  std::size_t keep_;
  std::vector<Kept> kept_;  // best first
};

}  // namespace hpo::sweep
