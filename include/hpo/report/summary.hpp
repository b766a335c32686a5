#pragma once
/// \file  What a sweep says when it is over.
/// Layer `report`, tier 0.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/importance_text.hpp>
#include <hpo/report/params_text.hpp>
#include <hpo/report/ranking.hpp>
#include <hpo/report/text_table.hpp>
#include <hpo/search/stop_rule.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::report {

/// How the summary says why a sweep ended.
[[nodiscard]] inline std::string reason_text(search::StopReason reason) {
  using enum search::StopReason;
  switch (reason) {
    case trials:
      return "complete";
    case target:
    case stalled:
    case exhausted:
      return concat("done: ", enum_name(reason));
    case too_many_failed:
      return concat("given up: ", enum_name(reason));
    case timed_out:
    case stopped:
      break;
  }
  return std::string(enum_name(reason));
}

/// A sweep that is over. Paths that are empty are left out.
struct SweepSummary {
  search::StopReason reason = search::StopReason::trials;
  std::string study{}, metric{};
  storage::Direction direction = storage::Direction::maximize;
  double seconds = 0;             ///< wall time of this run
  std::int64_t trials_asked = 0;  ///< that the study was to have; 0 if only time limited them
  std::filesystem::path model{}, table{};
  std::string database{};  ///< its URL
  std::filesystem::path config{};
  std::vector<std::string> retrain{};  ///< the words of the command that trains the best trial again
};

/// A command line as a shell would have to read it.
[[nodiscard]] inline std::string shell_command(std::span<const std::string> words) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+,@%";
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
      out += word;
      continue;
    }
    out += '\'';
    for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
    out += '\'';
  }
  return out;
}

/// "2 x loss is NaN at step 31 (trials 4, 9)": failed trials by cause, most frequent first. Causes that differ in
/// numbers only are one; the first is shown.
[[nodiscard]] inline std::vector<std::string> failure_lines(std::span<const storage::FrozenTrial> trials) {
  struct Group {
    std::string cause;
    std::vector<std::string> numbers{};
  };
  std::map<std::string, std::size_t> known;
  std::vector<Group> groups;
  for (const auto& trial : trials) {
    if (trial.state != storage::TrialState::failed) continue;
    const std::string cause = clean(storage::cause_of(trial));
    std::string kind;
    for (const char c : cause)
      if (c < '0' || c > '9')
        kind += c;
      else if (!kind.ends_with('#'))
        kind += '#';
    const auto [place, first] = known.emplace(kind, groups.size());
    if (first) groups.push_back({cause.empty() ? "no cause was recorded" : cause});
    groups[place->second].numbers.push_back(concat(trial.number));
  }
  std::ranges::stable_sort(groups, [](const Group& a, const Group& b) { return a.numbers.size() > b.numbers.size(); });
  std::vector<std::string> lines;
  for (const Group& group : groups) {
    const std::size_t count = group.numbers.size(), shown = std::min<std::size_t>(count, 8);
    lines.push_back(concat(count, " x ", group.cause, count == 1 ? " (trial " : " (trials ",
                           join(std::span(group.numbers).first(shown)), count > shown ? ", ...)" : ")"));
  }
  return lines;
}

namespace detail {

[[nodiscard]] inline std::string first_line(const SweepSummary& summary, std::span<const storage::FrozenTrial> trials) {
  std::map<storage::TrialState, std::int64_t> count;
  for (const auto& trial : trials) ++count[trial.state];
  using enum storage::TrialState;
  const std::int64_t finished = count[complete] + count[pruned] + count[failed];
  return concat("study ", clean(summary.study), ": ", reason_text(summary.reason), " after ",
                duration_text(summary.seconds), "; ", finished,
                summary.trials_asked >= finished ? concat(" of ", summary.trials_asked) : "", " trials: done ",
                count[complete], ", pruned ", count[pruned], ", failed ", count[failed], "\n");
}

}  // namespace detail

/// Why it ended, the best trial with its parameters as TOML, what mattered, where everything lies, the command that
/// trains the best again, and what failed and why.
[[nodiscard]] inline std::string summary_text(const SweepSummary& summary,
                                              std::span<const storage::FrozenTrial> trials) {
  std::string out = detail::first_line(summary, trials);
  const auto best = ranked(trials, summary.direction, 1);
  if (best.empty()) {
    out += "no trial was completed: there is no best\n";
  } else {
    out +=
        concat("best: trial ", best.front()->number, " with ", clean(summary.metric), " ",
               metric_text(best.front()->values.front()), "\n\n", indented(params_toml(best.front()->params), 2), "\n");
  }
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) rows.push_back({name, value});
  };
  add("mattered", importance_text(trials, std::array{summary.direction}));
  add("model", summary.model.string());
  add("trials", summary.table.string());
  add("study", summary.database);
  add("config", summary.config.string());
  if (!best.empty()) add("retrain", shell_command(summary.retrain));
  std::string heading = "failed";
  for (const std::string& line : failure_lines(trials)) rows.push_back({std::exchange(heading, ""), line});
  return out + text_table(rows);
}

}  // namespace hpo::report
