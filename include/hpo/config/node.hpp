#pragma once
/// \file  What a TOML file says, with the place and the text of each part.
/// Layer `config`, tier 0.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <hpo/config/place.hpp>

namespace hpo::config {

struct Node;
struct Member;
using Array = std::vector<Node>;
using Table = std::vector<Member>;  // in the order of the file, keys unique

/// A value: its place, and the text that a user typed for it ("a table" for a `[header]`).
struct Node {
  Place place{};
  std::string text{};
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table>
      value;  // monostate: a date or time
};

struct Member {
  std::string key;
  Place place;
  Node node;
};

/// The member of that key, or nullptr.
[[nodiscard]] inline const Member* find(const Table& table, std::string_view key) {
  for (const auto& member : table)
    if (member.key == key) return &member;
  return nullptr;
}
[[nodiscard]] inline Member* find(Table& table, std::string_view key) {
  return const_cast<Member*>(find(static_cast<const Table&>(table), key));
}

/// The text of a table that has no text of its own in a file.
inline constexpr std::string_view header_text = "a table";

}  // namespace hpo::config
