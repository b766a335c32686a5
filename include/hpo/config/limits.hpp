#pragma once
/// \file  How large and how deep a TOML text may be, found out before the TOML library follows it.
/// Layer `config`, tier 0.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <hpo/core/error.hpp>

namespace hpo::config {

/// Bytes of a configuration: a parsed one takes a hundred times its size.
inline constexpr std::size_t largest_text = std::size_t{256} << 10;
/// Words of one dotted key. (The TOML library counts brackets in each other, but not these, and calls itself for each.)
inline constexpr std::size_t longest_key = 16;

namespace detail {

/// Walks through a TOML text, past its strings and comments, and counts the words of each key.
class KeyScan {
 public:
  explicit KeyScan(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  /// What is wrong with the first key that is at fault, or "". Its line is then line().
  [[nodiscard]] std::string fault() {
    std::size_t words = 1;
    bool may_open = true;  // whether a quote here begins a string; inside a bare word it is only wrong
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (may_open && (c == '"' || c == '\'')) {
        if (!skip_string(c)) return "an escape for what is not ASCII behind a backslash, got the character";
        may_open = false;
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        if (c == '.' && ++words > longest_key)
          return concat("keys of at most ", longest_key, " words, got a longer one");
        if (!is_ascii(c)) return "quotes around what is not ASCII, got none";
        if (ends_key(c)) words = 1;
        may_open = ends_key(c) || c == '.' || (may_open && (c == ' ' || c == '\t' || c == '\r'));
        step();
      }
    }
    return {};
  }

  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  [[nodiscard]] static bool ends_key(char c) { return std::string_view("=,[]{}\n").find(c) != std::string_view::npos; }

  void step() {
    if (text_[at_++] == '\n') ++line_;
  }

  /// To behind the closing quote, or to the end of the line that lacks it. False if a backslash stands before a
  /// character that is not ASCII, be it with white space or the end of the line between.
  bool skip_string(char quote) {
    const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
    const bool several_lines = text_.substr(at_, 3) == three;
    const std::string_view end = three.substr(0, several_lines ? 3 : 1);
    at_ += end.size();
    while (at_ < text_.size() && text_.substr(at_, end.size()) != end) {
      if (text_[at_] == '\n' && !several_lines) return true;
      const bool escape = text_[at_] == '\\' && quote == '"';
      step();
      if (escape && !skip_escaped(several_lines)) return false;
    }
    at_ = std::min(at_ + end.size(), text_.size());
    for (int more = 0; several_lines && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more)
      ++at_;  // belong to it
    return true;
  }

  bool skip_escaped(bool several_lines) {
    constexpr std::string_view white = " \t\r\n";
    const auto is_white = [&] { return at_ < text_.size() && white.find(text_[at_]) != std::string_view::npos; };
    if (several_lines && is_white()) {
      while (is_white()) step();
    } else if (at_ < text_.size() && is_ascii(text_[at_]) && text_[at_] != '\n') {
      step();
      return true;
    }
    return at_ == text_.size() || is_ascii(text_[at_]);
  }

  [[nodiscard]] static bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace detail

/// Errors   ConfigError for a text that is too large, a key of too many words, and characters that are not ASCII where
/// the
///          TOML library asks whether they are white space (toml++ 3.3 has no answer for most): outside of quotes,
///          where TOML has none, and behind a backslash in quotes, where an escape does the same.
inline void require_moderate(std::string_view text, std::string_view name) {
  require<ConfigError>(text.size() <= largest_text, name, ": expected a configuration of at most ", largest_text >> 10,
                       " KiB, got ", text.size(), " bytes");
  detail::KeyScan scan(text);
  const std::string fault = scan.fault();
  require<ConfigError>(fault.empty(), name, ':', scan.line(), ": TOML: expected ", fault);
}

}  // namespace hpo::config
