#pragma once
/// \file  A kernel's parameters as an attribute of the trial that was chosen with them.
/// Layer `search`, tier 0.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/search/gp/matern_kernel.hpp>
#include <hpo/storage/attributes.hpp>

namespace hpo::search {

/// Three digits of each number: enough, and short in a database.
[[nodiscard]] inline KernelParams rounded(KernelParams params) {
  const auto round = [](double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 2).ptr;
    std::from_chars(text, end, value);
    return value;
  };
  for (double& value : params.relevance) value = round(value);
  params.scale = round(params.scale);
  params.noise = round(params.noise);
  return params;
}

/// A JSON list: relevance of each dimension, scale, noise.
[[nodiscard]] inline std::string kernel_to_json(const KernelParams& params) {
  std::string text = "[";
  for (const double value : params.relevance) text += concat(value, ", ");
  return text + concat(params.scale, ", ", params.noise, "]");
}

/// The kernel in an attribute. Nothing if it is not such a list, of that many dimensions and positive finite numbers.
[[nodiscard]] inline std::optional<KernelParams> kernel_from(const storage::Attributes& attributes,
                                                             std::string_view key, std::size_t dimensions) {
  const auto json = storage::read_attribute(attributes, key);
  auto numbers = json ? json->finite_numbers(dimensions + 2) : std::nullopt;
  if (!numbers || std::ranges::any_of(*numbers, [](double number) { return number <= 0; })) return std::nullopt;
  const double scale = (*numbers)[dimensions], noise = (*numbers)[dimensions + 1];
  numbers->resize(dimensions);
  return KernelParams{*std::move(numbers), scale, noise};
}

}  // namespace hpo::search
