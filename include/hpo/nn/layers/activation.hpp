#pragma once
/// \file  Activations by the names that config.json uses.
/// Layer `nn`, tier 2.

#include <algorithm>
#include <array>
#include <concepts>
#include <numbers>
#include <string_view>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/mish.h>
#include <ATen/ops/silu.h>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::nn {

/// An elementwise function of a tensor.
using Activation = at::Tensor (*)(const at::Tensor&);

/// Every activation by name. "gelu" is the exact one; the tanh approximation has other names, and mixing the two up
/// shifts a model's outputs by 1e-3.
///
/// Source   Hendrycks, Gimpel: Gaussian Error Linear Units, 2016 (gelu, both forms, and quick_gelu);
///          So et al.: Primer, 2021 (relu2); Ma et al.: Mega, 2022 (laplace).
inline constexpr auto activations = [] {
  using Entry = std::pair<std::string_view, Activation>;
  constexpr Activation gelu = [](const at::Tensor& x) { return at::gelu(x); };
  constexpr Activation gelu_tanh = [](const at::Tensor& x) { return at::gelu(x, "tanh"); };
  constexpr Activation silu = [](const at::Tensor& x) { return at::silu(x); };
  return std::array{
      Entry{"gelu", gelu},
      Entry{"gelu_python", gelu},
      Entry{"gelu_new", gelu_tanh},
      Entry{"gelu_pytorch_tanh", gelu_tanh},
      Entry{"gelu_python_tanh", gelu_tanh},
      Entry{"gelu_fast", gelu_tanh},
      Entry{"gelu_accurate", gelu_tanh},
      Entry{"gelu_10", [](const at::Tensor& x) { return at::gelu(x).clamp(-10, 10); }},
      Entry{"quick_gelu", [](const at::Tensor& x) { return x.mul(1.702).sigmoid().mul(x); }},
      Entry{"relu", [](const at::Tensor& x) { return x.relu(); }},
      Entry{"relu2", [](const at::Tensor& x) { return x.relu().square(); }},
      Entry{"silu", silu},
      Entry{"swish", silu},
      Entry{"mish", [](const at::Tensor& x) { return at::mish(x); }},
      Entry{"tanh", [](const at::Tensor& x) { return x.tanh(); }},
      Entry{"sigmoid", [](const at::Tensor& x) { return x.sigmoid(); }},
      Entry{"linear", [](const at::Tensor& x) { return x; }},
      Entry{"laplace",
            [](const at::Tensor& x) {
              constexpr double mean = 0.707107, deviation = 0.282095;
              return x.sub(mean).div(deviation * std::numbers::sqrt2).erf().add(1.0).mul(0.5);
            }},
  };
}();

/// The activation called `name`.
/// Errors   `E`: `<where>: expected an activation, got 'x'; known: ...`
template <std::derived_from<Error> E = ConfigError>
[[nodiscard]] Activation activation(std::string_view name, std::string_view where) {
  std::array<std::string_view, activations.size()> names;
  std::transform(activations.begin(), activations.end(), names.begin(), [](const auto& entry) { return entry.first; });
  for (const auto& [known, function] : activations)
    if (known == name) return function;
  fail<E>(where, ": expected an activation, got '", name, "'", known_names(name, names));
}

}  // namespace hpo::nn
