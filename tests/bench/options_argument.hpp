#pragma once
/// \file  A sampler or pruner named on the command line of a benchmark.

#include <algorithm>
#include <string>
#include <string_view>

#include <hpo/config/document.hpp>
#include <hpo/config/read.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>

namespace hpo::bench {

/// A name, then options as in the section: `tpe,startup_trials=20`.
template <class Options>
[[nodiscard]] Options options_argument(std::string_view section, std::string_view text) {
  auto document = config::Document::parse("", std::string(section));
  for (bool name = true; !text.empty(); name = false) {
    const auto comma = std::min(text.find(','), text.size());
    document.set(concat(section, name ? ".name=" : ".", text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  Options options;
  config::Problems problems;
  config::read(document, section, options, problems);
  problems.throw_if_any();
  return options;
}

[[nodiscard]] inline search::SamplerOptions sampler_argument(std::string_view text) {
  return options_argument<search::SamplerOptions>("sampler", text);
}
[[nodiscard]] inline search::PrunerOptions pruner_argument(std::string_view text) {
  return options_argument<search::PrunerOptions>("pruner", text);
}

}  // namespace hpo::bench
