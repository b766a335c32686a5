#pragma once
/// \file  JSON as Python's json module writes and reads it, which is more than JSON: NaN and Infinity stand bare.
/// Layer `space`, tier 0.
///
/// Every attribute and distribution of a study is such a text. A JSON library refuses the bare words, and costs each
/// program that opens a study seconds of compilation.

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>

namespace hpo::space {

/// A JSON value. Keys of an object are in the order of the text; of equal ones the last counts, as in Python.
struct PythonJson {
  using Array = std::vector<PythonJson>;
  using Object = std::vector<std::pair<std::string, PythonJson>>;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value{};

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value); }

  /// The member of an object, or nullptr: also if this is no object.
  [[nodiscard]] const PythonJson* find(std::string_view key) const {
    const auto* object = std::get_if<Object>(&value);
    for (std::size_t i = object == nullptr ? 0 : object->size(); i > 0; --i)
      if ((*object)[i - 1].first == key) return &(*object)[i - 1].second;
    return nullptr;
  }
  /// Errors   ConfigError if there is no such member.
  [[nodiscard]] const PythonJson& at(std::string_view key) const {
    const auto* member = find(key);
    require<ConfigError>(member != nullptr, "expected the key '", key, "', got none");
    return *member;
  }
  /// The alternative of that type.
  /// Errors   ConfigError if it is of another kind.
  template <class T>
  [[nodiscard]] const T& as(std::string_view expected) const {
    const T* held = std::get_if<T>(&value);
    require<ConfigError>(held != nullptr, "expected ", expected, ", got another kind of value");
    return *held;
  }
  /// Errors   ConfigError if it is no number.
  [[nodiscard]] double number() const {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return as<double>("a number");
  }
};

/// Reads a text. See parse_python_json().
class PythonJsonReader {
 public:
  explicit PythonJsonReader(std::string_view text) : text_(text) {}

  [[nodiscard]] PythonJson read() {
    PythonJson json = value();
    skip_space();
    if (at_ != text_.size()) refuse();
    return json;
  }

 private:
  [[noreturn]] void refuse() const {
    fail<ConfigError>("expected JSON, got '", text_.substr(at_, 20), "' at character ", at_ + 1);
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  [[nodiscard]] bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void expect(std::string_view word) {
    skip_space();
    if (!take(word)) refuse();
  }

  PythonJson value() {
    if (++depth_ > 200) refuse();  // a depth that Python would give up at too
    skip_space();
    PythonJson json;
    if (take("null")) {
    } else if (take("true")) {
      json.value = true;
    } else if (take("false")) {
      json.value = false;
    } else if (take("NaN")) {
      json.value = std::numeric_limits<double>::quiet_NaN();
    } else if (take("Infinity")) {
      json.value = std::numeric_limits<double>::infinity();
    } else if (take("-Infinity")) {
      json.value = -std::numeric_limits<double>::infinity();
    } else if (take("\"")) {
      json.value = string();
    } else if (take("[")) {
      json.value = array();
    } else if (take("{")) {
      json.value = object();
    } else {
      json = number();
    }
    --depth_;
    return json;
  }

  PythonJson::Array array() {
    PythonJson::Array items;
    skip_space();
    if (take("]")) return items;
    do {
      items.push_back(value());
      skip_space();
    } while (take(","));
    expect("]");
    return items;
  }

  PythonJson::Object object() {
    PythonJson::Object members;
    skip_space();
    if (take("}")) return members;
    do {
      expect("\"");
      std::string key = string();
      expect(":");
      PythonJson member = value();
      members.emplace_back(std::move(key), std::move(member));
      skip_space();
    } while (take(","));
    expect("}");
    return members;
  }

  [[nodiscard]] bool digits() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > begin;
  }

  PythonJson number() {
    const std::size_t begin = at_;
    static_cast<void>(take("-"));
    if (!take("0") && !digits()) refuse();
    const bool whole = text_.substr(at_, 1).find_first_of(".eE") == std::string_view::npos;
    if (take(".") && !digits()) refuse();
    if (take("e") || take("E")) {
      if (!take("+")) static_cast<void>(take("-"));
      if (!digits()) refuse();
    }
    const char *first = text_.data() + begin, *last = text_.data() + at_;
    std::int64_t integer = 0;
    if (whole && std::from_chars(first, last, integer).ec == std::errc()) return {integer};
    double real = 0;
    if (std::from_chars(first, last, real).ec == std::errc::result_out_of_range)  // as Python: 1e999 is infinity
      real = text_.substr(begin + 1, at_ - begin - 1).find('-') == std::string_view::npos
                 ? std::copysign(std::numeric_limits<double>::infinity(), *first == '-' ? -1.0 : 1.0)
                 : 0.0;
    return {real};
  }

  std::string string() {
    std::string out;
    while (true) {
      if (at_ == text_.size()) refuse();
      const char c = text_[at_++];
      if (c == '"') return out;
      if (c == '\\')
        escape(out);
      else
        out += c;
    }
  }

  void escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (at_ == text_.size()) refuse();
    const char c = text_[at_++];
    if (const auto known = letters.find(c); known != std::string_view::npos) {
      out += meant[known];
      return;
    }
    if (c != 'u') refuse();
    std::uint32_t code = unit();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const std::size_t before = at_;
      at_ += 2;
      const std::uint32_t low = unit();
      if (low >= 0xDC00 && low < 0xE000)
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      else
        at_ = before;
    }
    append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);  // half a pair stands for nothing
  }

  std::uint32_t unit() {
    std::uint32_t code = 0;
    const auto digits = text_.substr(at_, 4);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() < 4 || read.ptr != digits.data() + 4) refuse();
    at_ += 4;
    return code;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
      tail(6), tail(0);
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      tail(12), tail(6), tail(0);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

/// Errors   ConfigError with the place, if it is not JSON of Python's kind.
[[nodiscard]] inline PythonJson parse_python_json(std::string_view text) { return PythonJsonReader(text).read(); }

}  // namespace hpo::space
