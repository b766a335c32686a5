#pragma once
/// \file  A section of a configuration to a typed options struct, by the struct's own describe().
/// Layer `config`, tier 0.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/config/convert.hpp>
#include <hpo/config/document.hpp>
#include <hpo/config/problems.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::config {

/// Reads one table into one options struct: the visitor that describe() calls. Keeps the default of each key that is
/// absent, and checks the rules on that too.
class SectionReader {
 public:
  /// `table` may be nullptr: the section is absent. `place` stands for keys that are absent.
  SectionReader(const Table* table, Place place, std::string path, Problems& problems)
      : table_(table), place_(std::move(place)), path_(std::move(path)), problems_(problems) {}

  template <class T, class... Rules>
  void field(std::string_view key, T& target, std::string_view, const Rules&... rules) {
    known_.emplace_back(key);
    const Member* member = table_ == nullptr ? nullptr : find(*table_, key);
    T value = target;
    if (member != nullptr)
      if (const std::string expected = convert(member->node, value); !expected.empty())
        return problems_.expected(expected, member->node, name(key));
    std::string expected;
    ((expected = expected.empty() ? broken(value, rules) : expected), ...);
    if (expected.empty())
      target = std::move(value);
    else if (member != nullptr)
      problems_.expected(expected, member->node, name(key));
    else
      problems_.add(place_, name(key) + ": expected " + expected + ", got nothing");
  }

  template <class Options>
  void group(std::string_view key, Options& target, std::string_view) {
    known_.emplace_back(key);
    const Member* member = table_ == nullptr ? nullptr : find(*table_, key);
    const Table* inner = member == nullptr ? nullptr : std::get_if<Table>(&member->node.value);
    if (member != nullptr && inner == nullptr) return problems_.expected("a table", member->node, name(key));
    SectionReader reader(inner, member == nullptr ? place_ : member->place, name(key), problems_);
    describe(reader, target);
    reader.refuse_unknown();
  }

  /// Adds a problem for each key that was not asked for.
  void refuse_unknown() const {
    if (table_ == nullptr) return;
    for (const auto& member : *table_)
      if (std::ranges::find(known_, member.key) == known_.end())
        problems_.add(member.place, name(member.key) + ": no such key" + known_names(member.key, known_));
  }

 private:
  [[nodiscard]] std::string name(std::string_view key) const {
    return path_.empty() ? std::string(key) : concat(path_, '.', key);
  }

  const Table* table_;
  Place place_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_;
};

/// Reads `[section]` into `options`. What is absent keeps its value; each fault goes to `problems`.
template <class Options>
void read(const Document& document, std::string_view section, Options& options, Problems& problems) {
  SectionReader(&document.root(), Place{document.name()}, "", problems).group(section, options, "");
}

/// Adds a problem for each top-level key or section that is not in `known`.
inline void refuse_other_sections(const Document& document, const std::vector<std::string>& known, Problems& problems) {
  for (const auto& member : document.root())
    if (std::ranges::find(known, member.key) == known.end())
      problems.add(member.place, member.key + ": no such section" + known_names(member.key, known));
}

}  // namespace hpo::config
