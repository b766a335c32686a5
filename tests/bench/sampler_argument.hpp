#pragma once
/// \file  A sampler named on the command line of a benchmark.

#include <algorithm>
#include <string_view>

#include <hpo/config/document.hpp>
#include <hpo/config/read.hpp>
#include <hpo/search/any_sampler.hpp>

namespace hpo::bench {

/// A name, then options as in the section [sampler]: `tpe,startup_trials=20`.
[[nodiscard]] inline search::SamplerOptions sampler_argument(std::string_view text) {
  auto document = config::Document::parse("", "SAMPLER");
  for (bool name = true; !text.empty(); name = false) {
    const auto comma = std::min(text.find(','), text.size());
    document.set(concat(name ? "sampler.name=" : "sampler.", text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  search::SamplerOptions options;
  config::Problems problems;
  config::read(document, "sampler", options, problems);
  problems.throw_if_any();
  return options;
}

}  // namespace hpo::bench
