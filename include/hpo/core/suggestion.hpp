#pragma once
/// \file  "Did you mean": the known name nearest to one that is not known.
/// Layer `core`, tier 0.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/join.hpp>
#include <hpo/core/one_line.hpp>

namespace hpo {

/// Edits (insert, delete, replace, swap of neighbors) that turn one word into the other.
/// Source   optimal string alignment distance.
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

/// Names longer than this are no slip of the fingers.
inline constexpr std::size_t longest_typed = 100;

/// The name in `known` with the fewest edits to `word`, or "" if none is near enough to be meant
/// (more edits than a third of the longer word, and more than 2).
template <class Names>
[[nodiscard]] std::string nearest(std::string_view word, const Names& known) {
  std::string best;
  std::size_t fewest = static_cast<std::size_t>(-1);
  for (const auto& name : known) {
    const auto [shorter, longer] = std::minmax({word.size(), std::string_view(name).size()});
    const std::size_t allowed = std::max<std::size_t>(2, longer / 3);
    if (longer > longest_typed || longer - shorter > allowed)
      continue;  // a table of their sizes would be made for nothing
    const std::size_t edits = edit_distance(word, name);
    if (edits < fewest && edits <= allowed) {
      fewest = edits;
      best = std::string(name);
    }
  }
  return best;
}

/// "; did you mean 'x'?; known: a, b, c": the tail of a message about a name that does not exist. Names come from files
/// too: it stays one line of bearable length whatever they are.
template <class Names>
[[nodiscard]] std::string known_names(std::string_view word, const Names& known) {
  constexpr std::size_t most = 40;
  std::vector<std::string> shown;
  for (const auto& name : known) {
    if (shown.size() == most) {
      shown.emplace_back("...");
      break;
    }
    shown.push_back(one_line(std::string(std::string_view(name).substr(0, longest_typed))));
  }
  const std::string meant = nearest(word, known);
  return (meant.empty() ? std::string() : "; did you mean '" + meant + "'?") + "; known: " + join(shown);
}

}  // namespace hpo
