#pragma once
/// \file  Modules registered under dotted names, so that a model's tensors are called what its checkpoint calls them.
/// Layer `nn`, tier 3.

#include <memory>
#include <string>
#include <string_view>

#include <torch/nn/module.h>

namespace hpo::nn {

/// A level of a name that computes nothing: "attention" in "attention.self.query.weight".
struct Scope : torch::nn::Module {};

/// Registers `child` under a dotted path below `root`, making the levels between as needed.
/// \return the child, for the caller's member.
template <class Module>
std::shared_ptr<Module> register_at(torch::nn::Module& root, std::string_view path, std::shared_ptr<Module> child) {
  torch::nn::Module* level = &root;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const std::string name(path.substr(0, dot));
    const auto children = level->named_children();
    const auto* known = children.find(name);
    level = known != nullptr ? known->get() : level->register_module(name, std::make_shared<Scope>()).get();
    path.remove_prefix(dot + 1);
  }
  return level->register_module(std::string(path), std::move(child));
}

}  // namespace hpo::nn
