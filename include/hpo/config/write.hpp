#pragma once
/// \file  Options to TOML: every key, with what it means beside it; reading it back gives equal options.
/// Layer `config`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/config/node.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/one_line.hpp>

namespace hpo::config {

/// A TOML value for one field.
[[nodiscard]] inline std::string toml_text(bool value) {
  return value ? "true" : "false";
}
[[nodiscard]] inline std::string toml_text(std::int64_t value) {
  return concat(value);
}

[[nodiscard]] inline std::string toml_text(double value) {
  const std::string text = concat(value);  // "5", "1e-05", "inf"
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

[[nodiscard]] inline std::string toml_text(const std::string& value) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out.append("\\").append(1, c);
    else if (byte < 0x20 || byte == 0x7F)
      out.append("\\u00").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
    else
      out += c;
  }
  return out + '"';
}

template <NamedEnum E>
[[nodiscard]] std::string toml_text(E value) {
  return toml_text(std::string(enum_name(value)));
}

template <class T>
[[nodiscard]] std::string toml_text(const std::vector<T>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : ", ") + toml_text(value);
  return "[" + out + "]";
}

/// A key of TOML, in quotes if it needs them.
[[nodiscard]] inline std::string toml_key(std::string_view key) {
  const auto bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !key.empty() && std::ranges::all_of(key, bare) ? std::string(key) : toml_text(std::string(key));
}

/// Lines of `key = value`, each with a comment; the comments stand below each other.
class CommentedLines {
 public:
  void add(std::string code, std::string_view comment) {
    if (code.size() <= widest) width_ = std::max(width_, code.size());
    lines_.emplace_back(std::move(code), comment);
  }

  [[nodiscard]] bool empty() const { return lines_.empty(); }

  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& [code, comment] : lines_) {
      out += code;
      if (!comment.empty())
        out.append(code.size() < width_ ? width_ - code.size() : 0, ' ').append("  # ").append(one_line(comment));
      out += '\n';
    }
    return out;
  }

 private:
  static constexpr std::size_t widest = 48;

  std::vector<std::pair<std::string, std::string>> lines_;
  std::size_t width_ = 0;
};

/// Writes one options struct: the visitor that describe() calls.
class SectionWriter {
 public:
  explicit SectionWriter(std::string path) : path_(std::move(path)) {}

  template <class T, class... Rules>
  void field(std::string_view key, const T& value, std::string_view doc, const Rules&...) {
    lines_.add(toml_key(key) + " = " + toml_text(value), doc);
  }
  template <class T, class... Rules>
  void field(std::string_view key, const std::optional<T>& value, std::string_view doc, const Rules&... rules) {
    if (value)
      field(key, *value, doc, rules...);
    else
      lines_.add("# " + toml_key(key) + " =", concat(doc, " (not set)"));
  }

  template <class Options>
  void group(std::string_view key, Options& options, std::string_view) {
    SectionWriter writer(path_ + '.' + toml_key(key));
    describe(writer, options);
    inner_ += "\n" + writer.text();
  }

  [[nodiscard]] std::string text() const { return "[" + path_ + "]\n" + lines_.text() + inner_; }

 private:
  std::string path_;
  CommentedLines lines_;
  std::string inner_;  // tables inside come after all keys
};

/// `[section]` with every key of the options, its meaning as a comment; an optional that is not set is commented out.
template <class Options>
[[nodiscard]] std::string write(std::string_view section, Options options) {
  SectionWriter writer{toml_key(section)};
  describe(writer, options);
  return writer.text();
}

}  // namespace hpo::config
