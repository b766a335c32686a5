#pragma once
/// \file  TOML text to nodes: the one place that knows the TOML library.
/// Layer `config`, tier 0. Costs about 1 s to parse.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include <hpo/config/limits.hpp>
#include <hpo/config/node.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/one_line.hpp>

namespace hpo::config {

namespace detail {

/// Cuts what was typed out of the text: columns count characters, and a byte order mark is none.
class SourceText {
 public:
  explicit SourceText(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (true) {
      const std::size_t end = text.find('\n');
      lines_.push_back(text.substr(0, end));
      if (lines_.back().ends_with('\r')) lines_.back().remove_suffix(1);
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] std::string_view line(std::size_t number) const {
    return number >= 1 && number <= lines_.size() ? lines_[number - 1] : std::string_view();
  }

  /// On one line, with an ellipsis where it would be long.
  [[nodiscard]] std::string cut(const toml::source_region& region) const {
    std::string out;
    for (std::size_t number = region.begin.line; number <= region.end.line; ++number) {
      std::string_view part = line(number);
      if (number == region.end.line) part = part.substr(0, bytes(part, region.end.column - 1));
      if (number == region.begin.line)
        out = part.substr(std::min(part.size(), bytes(part, region.begin.column - 1)));
      else
        out.append(" ").append(part.substr(std::min(part.size(), part.find_first_not_of(" \t"))));
    }
    return shortened(one_line(std::move(out)));
  }

 private:
  /// The bytes of the first `characters` characters.
  static std::size_t bytes(std::string_view text, std::size_t characters) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
      const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
      if (begins && characters-- == 0) break;
    }
    return at;
  }

  static std::string shortened(std::string text) {
    constexpr std::size_t most = 80;
    if (text.size() > most) text = text.substr(0, bytes(text, 60)) + " ...";
    return text;
  }

  std::vector<std::string_view> lines_;
};

class NodeMaker {
 public:
  NodeMaker(const std::string& name, const SourceText& source) : name_(name), source_(source) {}

  [[nodiscard]] Table table(const toml::table& from) const {
    Table to;
    for (const auto& [key, node] : from) to.push_back({std::string(key.str()), place(key.source()), make(node)});
    std::ranges::sort(to, {}, [](const Member& member) { return member.place.order(); });
    return to;
  }

 private:
  [[nodiscard]] Place place(const toml::source_region& region) const {
    return {name_, static_cast<std::uint32_t>(region.begin.line), static_cast<std::uint32_t>(region.begin.column)};
  }

  [[nodiscard]] Node make(const toml::node& from) const {
    Node to{place(from.source()), source_.cut(from.source()), {}};
    if (const auto* truth = from.as_boolean()) to.value = truth->get();
    if (const auto* whole = from.as_integer()) to.value = whole->get();
    if (const auto* real = from.as_floating_point()) to.value = real->get();
    if (const auto* word = from.as_string()) to.value = word->get();
    if (const auto* array = from.as_array()) {
      Array items;
      for (const auto& item : *array) items.push_back(make(item));
      to.value = std::move(items);
    }
    if (const auto* inner = from.as_table()) {
      to.value = table(*inner);
      if (!inner->is_inline()) to.text = header_text;
    }
    return to;
  }

  const std::string& name_;
  const SourceText& source_;
};

}  // namespace detail

/// Errors   ConfigError of one line: `name:line:column: TOML: <what is wrong> in: <the line>`; as require_moderate()
/// says.
[[nodiscard]] inline Table parse_toml(const std::string& text, const std::string& name) {
  require_moderate(text, name);
  const detail::SourceText source(text);
  try {
    return detail::NodeMaker(name, source).table(toml::parse(std::string_view(text), std::string_view(name)));
  } catch (const toml::parse_error& error) {
    constexpr std::string_view preface = "Error while parsing ";
    std::string what(error.description());
    if (what.starts_with(preface)) what.erase(0, preface.size());
    if (what.starts_with('E')) what[0] = 'e';
    const auto at = error.source().begin;
    const bool readable = what.find("utf-8") == std::string::npos && !source.line(at.line).empty();
    toml::source_region line{
        {at.line, 1}, {at.line, static_cast<toml::source_index>(source.line(at.line).size() + 1)}, nullptr};
    fail<ConfigError>(name, ':', at.line, ':', at.column, ": TOML: ", one_line(what),
                      readable ? ", in: " + source.cut(line) : "");
  }
}

}  // namespace hpo::config
