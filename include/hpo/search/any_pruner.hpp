#pragma once
/// \file  A pruner that options name at run time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/pruner.hpp>

namespace hpo::search {

struct PrunerOptions {
  std::string name = "none";
};

template <class Visitor>
void describe(Visitor& v, PrunerOptions& o) {
  v.field("name", o.name, "which running trials are stopped early", one_of({"none"}));
}

/// One of the pruners; a Pruner itself.
class AnyPruner {
 public:
  AnyPruner() = default;
  template <class One>
    requires(!std::same_as<One, AnyPruner> && Pruner<One>)
  explicit(false) AnyPruner(One pruner) : kind_(std::move(pruner)) {}

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    return std::visit([&](const auto& pruner) { return pruner.prune(request); }, kind_);
  }

 private:
  std::variant<NopPruner> kind_;
};

static_assert(Pruner<AnyPruner>);

/// Errors   ConfigError if no pruner has that name.
[[nodiscard]] inline AnyPruner make_pruner(const PrunerOptions& options) {
  if (options.name == "none") return NopPruner{};
  fail<ConfigError>("pruner.name: expected ", one_of({"none"}).check(options.name), ", got ", options.name);
}

}  // namespace hpo::search
