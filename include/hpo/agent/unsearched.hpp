#pragma once
/// \file  Options without those that the space decides: a value that the search would overwrite is not a key.
/// Layer `agent`. No torch.

#include <algorithm>
#include <string>
#include <string_view>

#include <hpo/space/space.hpp>

namespace hpo::agent {

/// `options` as the section `[train]` shows them to an agent whose space is `S`: if the space has `optim.lr`, there is
/// no `train.optim.lr`; if it has `train.batch_size`, there is no `train.batch_size` outside [space].
template <space::Space S, class Options>
struct Unsearched {
  Options& options;
  std::string path{};  ///< of the group inside the section, with its dot: "optim."
};

namespace detail {

template <space::Space S>
[[nodiscard]] bool is_searched(std::string_view path) {
  const auto& names = std::remove_cv_t<S>::names;
  return std::ranges::find(names, path) != names.end() ||
         std::ranges::find(names, "train." + std::string(path)) != names.end();
}

/// Whether any field is left.
template <space::Space S>
struct FieldCounter {
  std::string path;
  int left = 0;
  template <class T, class... Rules>
  void field(std::string_view key, T&, std::string_view, const Rules&...) {
    left += !is_searched<S>(path + std::string(key));
  }
  template <class Options>
  void group(std::string_view key, Options& options, std::string_view) {
    FieldCounter inner{path + std::string(key) + '.'};
    describe(inner, options);
    left += inner.left;
  }
};

template <space::Space S, class Visitor>
struct UnsearchedVisitor {
  Visitor& visitor;
  std::string path;

  template <class T, class... Rules>
  void field(std::string_view key, T& target, std::string_view doc, const Rules&... rules) {
    if (!is_searched<S>(path + std::string(key))) visitor.field(key, target, doc, rules...);
  }
  template <class Options>
  void group(std::string_view key, Options& options, std::string_view doc) {
    Unsearched<S, Options> inner{options, path + std::string(key) + '.'};
    FieldCounter<S> counter{inner.path};
    describe(counter, options);
    if (counter.left > 0) visitor.group(key, inner, doc);
  }
};

}  // namespace detail

template <class Visitor, space::Space S, class Options>
void describe(Visitor& v, Unsearched<S, Options>& unsearched) {
  detail::UnsearchedVisitor<S, Visitor> visitor{v, unsearched.path};
  describe(visitor, unsearched.options);
}

}  // namespace hpo::agent
