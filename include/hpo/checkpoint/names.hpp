#pragma once
/// \file  Which stored tensor belongs to which tensor of a model: the name rules of Hugging Face checkpoints.
/// Layer `checkpoint`, tier 0: pure functions of strings.

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>

namespace hpo::checkpoint {

/// "LayerNorm.gamma" and "LayerNorm.beta", as TensorFlow's BERT wrote them, by their names of
/// today. Other names as they are.
[[nodiscard]] inline std::string modern_name(std::string_view stored) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> renamed{
      {{"gamma", "weight"}, {"beta", "bias"}}};
  for (const auto& [old_name, new_name] : renamed) {
    const std::string tail = concat("LayerNorm.", old_name);
    if (stored.ends_with(tail) && (stored.size() == tail.size() || stored[stored.size() - tail.size() - 1] == '.'))
      return concat(stored.substr(0, stored.size() - old_name.size()), new_name);
  }
  return std::string(stored);
}

/// Whether `name` is `path` or lies below it: "classifier" covers "classifier" and "classifier.dense.weight", not
/// "classifier2.weight". "*" covers everything.
[[nodiscard]] inline bool covers(std::string_view path, std::string_view name) {
  if (path == "*") return true;
  return name.starts_with(path) && (name.size() == path.size() || name[path.size()] == '.');
}

/// Whether a stored tensor that the model lacks deserves no mention: tables that older versions saved and that follow
/// from the options, and parts of pre-training heads.
[[nodiscard]] inline bool is_ignorable(std::string_view stored) {
  constexpr std::array<std::string_view, 4> tails{"embeddings.position_ids", "rotary_emb.inv_freq", "inv_freq",
                                                  "embeddings.position_embeddings.weight"};
  const auto ends_in = [&](std::string_view tail) {
    return stored.ends_with(tail) && (stored.size() == tail.size() || stored[stored.size() - tail.size() - 1] == '.');
  };
  return std::ranges::any_of(tails, ends_in) || covers("mask_predictions", stored);
}

/// Who is who between a file and a model.
struct NameMatch {
  std::map<std::string, std::string> stored_as;  // model name -> stored name
  std::vector<std::string> unexpected;           // stored, and no tensor of the model takes it
  std::vector<std::string> ignored;              // the same, and harmless
};

/// Matches each stored name, after its modern spelling, to the model's tensor of that name; else with "<prefix>." put
/// in front (an encoder's file for a task model); else with it taken off (a task model's file for an encoder).
///
/// `prefix` is the word without its dot; empty: no such step. A tensor whose exact name is stored takes no other.
/// Errors   CheckpointError if two stored names claim one tensor with equal right.
/// Source   transformers 5: decided key by key (4.x: once for the file).
[[nodiscard]] inline NameMatch match_names(const std::vector<std::string>& stored,
                                           const std::vector<std::string>& model, std::string_view prefix) {
  const std::set<std::string, std::less<>> wanted(model.begin(), model.end());
  const std::string dotted = prefix.empty() ? std::string() : concat(prefix, '.');
  const auto target_of = [&](const std::string& name) -> std::string {
    const std::string modern = modern_name(name);
    if (wanted.contains(modern)) return modern;
    if (dotted.empty()) return {};
    if (const std::string added = dotted + modern; wanted.contains(added)) return added;
    if (modern.starts_with(dotted))
      if (const std::string stripped = modern.substr(dotted.size()); wanted.contains(stripped)) return stripped;
    return {};
  };
  NameMatch match;
  for (const std::string& name : stored)
    if (wanted.contains(name)) match.stored_as.emplace(name, name);
  for (const std::string& name : stored) {
    if (wanted.contains(name)) continue;
    const std::string target = target_of(name);
    const auto found = target.empty() ? match.stored_as.end() : match.stored_as.find(target);
    if (target.empty() || (found != match.stored_as.end() && found->second == target)) {
      (is_ignorable(name) ? match.ignored : match.unexpected).push_back(name);
      continue;
    }
    require<CheckpointError>(found == match.stored_as.end(), "checkpoint: ", target,
                             ": expected to be stored once, got ",
                             found == match.stored_as.end() ? name : found->second, " and ", name);
    match.stored_as.emplace(target, name);
  }
  return match;
}

}  // namespace hpo::checkpoint
