#pragma once
/// \file  The whole configuration of an agent: read once, checked once, written back complete.
/// Layer `agent`. No torch.

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <hpo/agent/metrics.hpp>
#include <hpo/agent/options.hpp>
#include <hpo/agent/section.hpp>
#include <hpo/agent/unsearched.hpp>
#include <hpo/config/document.hpp>
#include <hpo/config/problems.hpp>
#include <hpo/config/read.hpp>
#include <hpo/config/write.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/space/read_enqueued.hpp>
#include <hpo/space/read_space.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/space/space.hpp>
#include <hpo/space/write_space.hpp>

namespace hpo::agent {

/// What a configuration is about: an agent's name, space and task. The whole of an agent is the concept Agent.
template <class A>
concept Configurable = requires {
  { A::name } -> std::convertible_to<std::string_view>;
  typename A::Task;
  requires space::Space<decltype(A::space)>;
} && HasSection<typename A::Task> && HasNamedMetrics<typename A::Task>;

/// Every section of a configuration file, complete.
template <Configurable A>
struct Config {
  using Space = decltype(A::space);

  StudySection study;
  typename A::Task::Section data;
  EncoderSection encoder;
  space::SearchSpace space = A::space.search_space();
  std::vector<space::Assignment> enqueue;  ///< configurations to begin with
  search::SamplerOptions sampler;
  search::PrunerOptions pruner;
  TrainSection train;
  OutputSection output;
};

namespace detail {
/// Calls `section(name, options)` for each section but [space], in the order of the file.
template <Configurable A, class Visit>
void for_each_section(Config<A>& config, Visit&& section) {
  section("study", config.study);
  section("data", config.data);
  section("encoder", config.encoder);
  section("sampler", config.sampler);
  section("pruner", config.pruner);
  Unsearched<typename Config<A>::Space, TrainSection> train{config.train};
  section("train", train);
  section("output", config.output);
}

/// Where a value stands in the file; the file itself if it is absent.
[[nodiscard]] inline config::Place place_of(const config::Document& document, std::string_view section,
                                            std::string_view key) {
  const config::Member* member = config::find(document.root(), section);
  const auto* table = member == nullptr ? nullptr : std::get_if<config::Table>(&member->node.value);
  const config::Member* value = table == nullptr ? nullptr : config::find(*table, key);
  return value == nullptr ? config::Place{document.name()} : value->node.place;
}
}  // namespace detail

/// Reads every section; a key that is absent keeps its default.
/// Errors   ConfigError with all that is wrong, a line each.
template <Configurable A>
[[nodiscard]] Config<A> read_config(const config::Document& document) {
  Config<A> config;
  config::Problems problems;
  std::vector<std::string> known{"space", "enqueue"};
  detail::for_each_section(config, [&](const char* name, auto& options) {
    known.emplace_back(name);
    config::read(document, name, options, problems);
  });
  config::refuse_other_sections(document, known, problems);
  config.space = space::read_space(document, A::space, problems);
  config.enqueue = space::read_enqueued(document, config.space, problems);
  const auto names = metric_names(typename A::Task::Metrics{});
  if (!config.study.metric.empty() && std::ranges::find(names, config.study.metric) == names.end())
    problems.add(detail::place_of(document, "study", "metric"),
                 concat("study.metric: no metric is called '", config.study.metric, "'",
                        known_names(config.study.metric, names)));
  problems.throw_if_any();
  return config;
}

/// Fills in what the file may leave out: names, folders, the database.
template <Configurable A>
void complete(Config<A>& config) {
  namespace fs = std::filesystem;
  if (config.study.name.empty()) config.study.name = A::name;
  config.study.metric = find_metric(typename A::Task::Metrics{}, config.study.metric).first;
  if (config.output.dir.empty()) config.output.dir = (fs::path("runs") / config.study.name).string();
  config.output.dir = fs::absolute(config.output.dir).lexically_normal().string();
  if (config.study.storage.empty())
    config.study.storage = "sqlite:///" + (fs::path(config.output.dir) / "study.db").string();
}

/// The configuration as a file that reads back equal, every key with its meaning.
template <Configurable A>
[[nodiscard]] std::string to_toml(Config<A> config) {
  std::string text;
  detail::for_each_section(config,
                           [&](const char* name, auto& options) { text += config::write(name, options) + "\n"; });
  return text + space::write_space(config.space, A::space.search_space()) + space::write_enqueued(config.enqueue);
}

}  // namespace hpo::agent
