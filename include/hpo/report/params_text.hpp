#pragma once
/// \file  The parameters of a trial: for a line, and as TOML that can be pasted into a configuration.
/// Layer `report`, tier 0.

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <hpo/core/error.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/space/write_space.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::report {

namespace detail {

/// The same distribution with one value left.
struct Fixed {
  double internal;

  space::Distribution operator()(space::FloatDistribution d) const {
    d.low = d.high = internal;
    return d;
  }
  space::Distribution operator()(space::IntDistribution d) const {
    d.low = d.high = std::get<std::int64_t>(space::to_external(d, internal));
    return d;
  }
  space::Distribution operator()(const space::CategoricalDistribution& d) const {
    return space::CategoricalDistribution{{space::to_external(d, internal)}};
  }
};

inline void append_param(std::string& text, std::string_view name, const space::Value& value) {
  const auto* real = std::get_if<double>(&value);
  char rounded[32] = "";
  if (real != nullptr) std::snprintf(rounded, sizeof rounded, "%.4g", *real);
  text += concat(text.empty() ? "" : " ", name, "=", real != nullptr ? std::string(rounded) : space::to_string(value));
}

}  // namespace detail

/// "optim.lr=0.0001235 head.pooling=mean": for people, numbers rounded to four digits.
[[nodiscard]] inline std::string params_text(std::span<const storage::StoredParam> params) {
  std::string text;
  for (const auto& param : params) detail::append_param(text, param.name, param.value());
  return text;
}
[[nodiscard]] inline std::string params_text(const space::Assignment& values) {
  std::string text;
  for (const auto& [name, value] : values) detail::append_param(text, name, value);
  return text;
}

/// `[space]` that fixes every parameter to the value of the trial, exactly.
[[nodiscard]] inline std::string params_toml(std::span<const storage::StoredParam> params) {
  space::SearchSpace fixed, declared;
  for (const auto& param : params) {
    fixed.params.push_back({param.name, std::visit(detail::Fixed{param.internal}, param.distribution)});
    declared.params.push_back({param.name, param.distribution});
  }
  return space::write_space(fixed, declared);
}

}  // namespace hpo::report
