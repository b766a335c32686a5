#pragma once
/// \file  JSON as Python's json module writes and reads it, which is more than JSON: NaN and Infinity stand bare.
/// Layer `space`, tier 0.
///
/// Every attribute and distribution of a study is such a text. A JSON library refuses the bare words, and costs each
/// program that opens a study seconds of compilation.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>

namespace hpo::space {

/// A JSON value. A plain struct and not a variant: it is compiled into every program that opens a study.
struct PythonJson {
  enum class Kind { null, boolean, whole, real, word, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::int64_t whole = 0;
  double real = 0;
  std::string word{};
  std::vector<PythonJson> items{};  ///< of an array, or the values of an object
  std::vector<std::string> keys{};  ///< of an object, in the order of the text

  /// The member of an object, or nullptr: also if this is no object. Of equal keys the last counts, as in Python.
  [[nodiscard]] const PythonJson* find(std::string_view key) const {
    for (std::size_t i = keys.size(); i > 0; --i)
      if (keys[i - 1] == key) return &items[i - 1];
    return nullptr;
  }
  /// Errors   ConfigError if there is no such member.
  [[nodiscard]] const PythonJson& at(std::string_view key) const {
    const auto* member = find(key);
    require<ConfigError>(member != nullptr, "expected the key '", key, "', got none");
    return *member;
  }
  /// This, if it is of that kind.
  /// Errors   ConfigError with what was expected.
  [[nodiscard]] const PythonJson& require_kind(Kind wanted, std::string_view expected) const {
    require<ConfigError>(kind == wanted, "expected ", expected, ", got another kind of value");
    return *this;
  }
  /// Errors   ConfigError if it is no number.
  [[nodiscard]] double number() const {
    if (kind == Kind::whole) return static_cast<double>(whole);
    return require_kind(Kind::real, "a number").real;
  }
  /// The numbers of an array; nothing if this is none of that many finite ones.
  [[nodiscard]] std::optional<std::vector<double>> finite_numbers(std::size_t count) const {
    if (kind != Kind::array || items.size() != count) return std::nullopt;
    std::vector<double> numbers;
    for (const auto& item : items) {
      if (item.kind != Kind::whole && item.kind != Kind::real) return std::nullopt;
      numbers.push_back(item.number());
      if (!std::isfinite(numbers.back())) return std::nullopt;
    }
    return numbers;
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
      json = {.kind = PythonJson::Kind::boolean, .truth = true};
    } else if (take("false")) {
      json.kind = PythonJson::Kind::boolean;
    } else if (take("NaN")) {
      json = real(std::numeric_limits<double>::quiet_NaN());
    } else if (take("Infinity")) {
      json = real(std::numeric_limits<double>::infinity());
    } else if (take("-Infinity")) {
      json = real(-std::numeric_limits<double>::infinity());
    } else if (take("\"")) {
      json.kind = PythonJson::Kind::word;
      json.word = string();
    } else if (take("[")) {
      read_array(json);
    } else if (take("{")) {
      read_object(json);
    } else {
      json = number();
    }
    --depth_;
    return json;
  }

  void read_array(PythonJson& json) {
    json.kind = PythonJson::Kind::array;
    skip_space();
    if (take("]")) return;
    do {
      json.items.push_back(value());
      skip_space();
    } while (take(","));
    expect("]");
  }

  void read_object(PythonJson& json) {
    json.kind = PythonJson::Kind::object;
    skip_space();
    if (take("}")) return;
    do {
      expect("\"");
      json.keys.push_back(string());
      expect(":");
      json.items.push_back(value());
      skip_space();
    } while (take(","));
    expect("}");
  }

  static PythonJson real(double number) { return {.kind = PythonJson::Kind::real, .real = number}; }

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
    if (whole && std::from_chars(first, last, integer).ec == std::errc())
      return {.kind = PythonJson::Kind::whole, .whole = integer};
    double size = 0;
    if (std::from_chars(first, last, size).ec == std::errc::result_out_of_range)  // as Python: 1e999 is infinity
      size = text_.substr(begin + 1, at_ - begin - 1).find('-') == std::string_view::npos
                 ? std::copysign(std::numeric_limits<double>::infinity(), *first == '-' ? -1.0 : 1.0)
                 : 0.0;
    return real(size);
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

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

/// Errors   ConfigError with the place, if it is not JSON of Python's kind.
[[nodiscard]] inline PythonJson parse_python_json(std::string_view text) {
  return PythonJsonReader(text).read();
}

}  // namespace hpo::space
