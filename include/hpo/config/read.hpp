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
#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::config {

namespace detail {

/// Which keys of a table belong to options that were not chosen, and which of these are no mistake: the visitor that
/// describe() calls.
class ForeignKeys {
 public:
  /// \param chosen the word that chose; nullptr if it is absent.
  ForeignKeys(const Table* table, const Member* chosen)
      : table_(table), is_set_(chosen != nullptr && chosen->node.place.rank > 0) {}

  /// Nothing that stands there is a mistake: it is not known what was chosen.
  void allow_all() { allows_all_ = true; }

  template <class Options>
  void add(const NamedOptions<Options>& alternative) {
    owner_ = alternative.word;
    describe(*this, alternative.options);
  }

  template <class T, class... Rules>
  void field(std::string_view key, T& target, std::string_view, const Rules&...) {
    const Member* member = table_ == nullptr ? nullptr : config::find(*table_, key);
    if (member == nullptr) return;
    T value = target;
    const bool is_default = convert(member->node, value).empty() && value == target;
    const bool is_replaced = is_set_ && member->node.place.rank == 0;  // it belongs to what the file had chosen
    if (allows_all_ || is_default || is_replaced) harmless_.emplace_back(key);
    owners_.emplace_back(key, owner_);
  }

  /// Whether a key says nothing where it stands.
  [[nodiscard]] bool is_harmless(std::string_view key) const {
    return std::ranges::find(harmless_, key) != harmless_.end();
  }

  /// The words that would give the key a meaning.
  [[nodiscard]] std::vector<std::string> owners(std::string_view key) const {
    std::vector<std::string> words;
    for (const auto& [known, word] : owners_)
      if (known == key) words.push_back(word);
    return words;
  }

 private:
  const Table* table_;
  bool is_set_, allows_all_ = false;
  std::string owner_;
  std::vector<std::string> harmless_;
  std::vector<std::pair<std::string, std::string>> owners_;  // key, word
};

}  // namespace detail

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

  /// A word, and the options of the alternative that it names. A key of another alternative is refused, unless
  ///   - it has its default there, and so says nothing: files that earlier versions wrote hold the keys of all;
  ///   - the file has it, and another word was set over that of the file.
  template <class... Options>
  void choice(std::string_view key, std::string& chosen, std::string_view doc,
              const NamedOptions<Options>&... alternatives) {
    field(key, chosen, doc, one_of({alternatives.word...}));
    const Member* member = table_ == nullptr ? nullptr : find(*table_, key);
    const auto* word = member == nullptr ? nullptr : std::get_if<std::string>(&member->node.value);
    const bool is_refused = member != nullptr && (word == nullptr || *word != chosen);
    foreign_ = detail::ForeignKeys(table_, member);
    if (is_refused) foreign_.allow_all();
    const auto visit = [&](const auto& alternative) {
      if (!is_refused && alternative.word == chosen)
        describe(*this, alternative.options);
      else
        foreign_.add(alternative);
    };
    (visit(alternatives), ...);
    chosen_ = chosen;
  }

  /// Adds a problem for each key that was not asked for.
  void refuse_unknown() const {
    if (table_ == nullptr) return;
    for (const auto& member : *table_)
      if (std::ranges::find(known_, member.key) == known_.end() && !foreign_.is_harmless(member.key))
        problems_.add(member.place, name(member.key) + ": " + refusal(member.key));
  }

 private:
  [[nodiscard]] std::string name(std::string_view key) const {
    return path_.empty() ? std::string(key) : concat(path_, '.', key);
  }

  [[nodiscard]] std::string refusal(std::string_view key) const {
    const auto owners = foreign_.owners(key);
    if (owners.empty()) return "no such key" + known_names(key, known_);
    return concat("'", chosen_, "' has no such key; it belongs to ", join(owners, " and "), "; known: ", join(known_));
  }

  const Table* table_;
  Place place_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_;
  std::string chosen_;
  detail::ForeignKeys foreign_{nullptr, nullptr};
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
