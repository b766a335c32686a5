#pragma once
/// \file  A configuration: a TOML file, and what the command line sets over it.
/// Layer `config`, tier 0.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/config/node.hpp>
#include <hpo/config/parse.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/one_line.hpp>

namespace hpo::config {

/// One TOML file as it was typed, and every `--set` over it.
///
/// Errors   ConfigError from load() and parse(): no such file, a folder, bytes that are not TOML in UTF-8, in one line
///          with the position; from set(): a word that is not `key=value`, a key inside what is not a table.
class Document {
 public:
  [[nodiscard]] static Document load(const std::filesystem::path& path) {
    return parse(read_file<ConfigError>(path), path.string());
  }

  /// `name` stands in messages where load() has the path.
  [[nodiscard]] static Document parse(const std::string& text, std::string name) {
    Document document(std::move(name));
    document.root_ = parse_toml(text, document.name_);
    return document;
  }

  /// Sets or replaces one value: `space.optim.lr=[1e-4, 1e-3]`. What is not TOML is taken as a word:
  /// `sampler.name=tpe`, `data.path=/tmp/x.csv`. A table replaces a table; nothing is merged.
  void set(std::string_view assignment) {
    const Place place{one_line(concat("--set ", assignment)), 0, 0, ++sets_};
    const std::size_t equals = assignment.find('=');
    const auto path = equals == 0 || equals == std::string_view::npos ? std::vector<std::string>()
                                                                      : key_path(assignment.substr(0, equals));
    require<ConfigError>(!path.empty(), place.name, ": expected key=value with a key such as study.trials");
    require<ConfigError>(path.size() <= longest_key, place.name, ": expected a key of at most ", longest_key,
                         " words, got ", path.size());
    put(root_, path, value_of(assignment.substr(equals + 1), place));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Table& root() const { return root_; }

 private:
  explicit Document(std::string name) : name_(std::move(name)) {}

  /// The words of a key; a quoted one is split at its dots too: space."optim.lr" is space.optim.lr.
  static std::vector<std::string> key_path(std::string_view text) try {
    const Table parsed = parse_toml(concat(text, " = 0"), "");
    std::vector<std::string> path;
    for (const Table* table = &parsed; table != nullptr && table->size() == 1;) {
      std::string_view key = table->front().key;
      for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
        path.emplace_back(key.substr(0, dot));
        key.remove_prefix(dot + 1);
      }
      path.emplace_back(key);
      table = std::get_if<Table>(&table->front().node.value);
    }
    return path;
  } catch (const ConfigError&) {
    return {};
  }

  static Node value_of(std::string_view text, const Place& place) {
    const std::size_t first = text.find_first_not_of(' ');
    text = first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
    Node word{place, one_line(std::string(text)), std::string(text)};
    if (text.find_first_of("\r\n") != std::string_view::npos) return word;
    try {
      Table parsed = parse_toml(concat("value = ", text), "");
      Node node = std::move(parsed.front().node);
      if (std::holds_alternative<std::monostate>(node.value))
        return word;  // 2026-01-01: a name more likely than a date
      move_to(node, place);
      return node;
    } catch (const ConfigError&) {
      return word;
    }
  }

  static void move_to(Node& node, const Place& place) {
    node.place = place;
    if (auto* items = std::get_if<Array>(&node.value))
      for (auto& item : *items) move_to(item, place);
    if (auto* table = std::get_if<Table>(&node.value))
      for (auto& member : *table) {
        member.place = place;
        move_to(member.node, place);
      }
  }

  /// The first words of `path` may be one quoted key in the file: ["optim", "lr"] replaces "optim.lr" if that is there.
  static void put(Table& table, std::span<const std::string> path, Node value) {
    const Place place = value.place;
    std::size_t words = path.size();
    while (words > 1 && find(table, join(path.first(words), ".")) == nullptr) --words;
    Member* member = find(table, join(path.first(words), "."));
    if (member == nullptr) {
      table.push_back({path.front(), place, Node{place, std::string(header_text), Table()}});
      member = &table.back();
    }
    Node& node = member->node;
    if (words == path.size()) {
      member->place = place;
      node = std::move(value);
      return;
    }
    require<ConfigError>(std::holds_alternative<Table>(node.value), place.name, ": ", member->key,
                         ": expected a table, got ", node.text);
    put(std::get<Table>(node.value), path.subspan(words), std::move(value));
    if (node.text != header_text) node = Node{place, inline_text(std::get<Table>(node.value)), std::move(node.value)};
  }

  static std::string inline_text(const Table& table) {
    std::vector<std::string> parts;
    for (const auto& member : table) parts.push_back(concat(member.key, " = ", member.node.text));
    return "{ " + join(parts) + " }";
  }

  std::string name_;
  Table root_;
  std::uint32_t sets_ = 0;
};

}  // namespace hpo::config
