#pragma once
/// \file  The values of a trial.
/// Layer `space`, tier 0.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/space/value.hpp>

namespace hpo::space {

/// The values of a trial by name, in the order in which they were suggested. What is inactive is not in it.
class Assignment {
 public:
  using Entry = std::pair<std::string, Value>;

  Assignment() = default;
  Assignment(std::initializer_list<Entry> entries) {
    for (const auto& [name, value] : entries) set(name, value);
  }

  /// Adds a value, or replaces the one of that name in its place.
  void set(std::string name, Value value) {
    const auto found = std::ranges::find(entries_, name, &Entry::first);
    if (found != entries_.end())
      found->second = std::move(value);
    else
      entries_.emplace_back(std::move(name), std::move(value));
  }

  /// The value of that name, or nullptr.
  [[nodiscard]] const Value* find(std::string_view name) const {
    const auto found = std::ranges::find(entries_, name, &Entry::first);
    return found == entries_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  /// Same names with the same values, in whatever order.
  bool operator==(const Assignment& other) const {
    return size() == other.size() && std::ranges::all_of(entries_, [&](const Entry& entry) {
             const Value* value = other.find(entry.first);
             return value != nullptr && same(*value, entry.second);
           });
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace hpo::space
