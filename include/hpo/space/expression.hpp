#pragma once
/// \file  The grammar of constraints between parameters: arithmetic on both sides of a comparison.
/// Layer `space`, tier 0.
///
///     comparison := sum ("<" | "<=" | ">" | ">=" | "==" | "!=") sum
///     sum        := product (("+" | "-") product)*
///     product    := factor (("*" | "/") factor)*
///     factor     := number | name | "-" factor | "(" sum ")"

#include <cstddef>
#include <string_view>

namespace hpo::space {

/// One step of a comparison in postfix order.
enum class Operation {
  number,
  name,
  add,
  subtract,
  multiply,
  divide,
  negate,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal
};

/// Reads a comparison and tells `sink(operation, text)` its steps in postfix order. Usable by the compiler.
template <class Sink>
class ExpressionReader {
 public:
  constexpr ExpressionReader(std::string_view text, Sink& sink) : text_(text), sink_(sink) {}

  /// \return whether the whole text is a comparison; at() is where it went wrong if not.
  constexpr bool read() {
    if (!sum()) return false;
    Operation comparison{};
    if (!read_comparison(comparison) || !sum()) return false;
    sink_(comparison, std::string_view{});
    skip_space();
    return at_ == text_.size();
  }
  [[nodiscard]] constexpr std::size_t at() const { return at_; }

 private:
  constexpr void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  constexpr char next() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  constexpr bool take(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  constexpr bool read_comparison(Operation& operation) {
    constexpr struct {
      std::string_view word;
      Operation operation;
    } known[] = {{"<=", Operation::less_equal}, {">=", Operation::greater_equal}, {"==", Operation::equal},
                 {"!=", Operation::not_equal},  {"<", Operation::less},           {">", Operation::greater}};
    for (const auto& each : known)
      if (take(each.word)) {
        operation = each.operation;
        return true;
      }
    return false;
  }

  constexpr bool sum() {
    if (!product()) return false;
    for (char sign = next(); sign == '+' || sign == '-'; sign = next()) {
      ++at_;
      if (!product()) return false;
      sink_(sign == '+' ? Operation::add : Operation::subtract, std::string_view{});
    }
    return true;
  }

  constexpr bool product() {
    if (!factor()) return false;
    for (char sign = next(); sign == '*' || sign == '/'; sign = next()) {
      ++at_;
      if (!factor()) return false;
      sink_(sign == '*' ? Operation::multiply : Operation::divide, std::string_view{});
    }
    return true;
  }

  constexpr bool factor() {
    if (depth_ == 64) return false;  // a text of parentheses alone must not exhaust the stack
    if (take("-")) {
      ++depth_;
      if (!factor()) return false;
      --depth_;
      sink_(Operation::negate, std::string_view{});
      return true;
    }
    if (take("(")) {
      ++depth_;
      if (!sum() || !take(")")) return false;
      --depth_;
      return true;
    }
    const char first = next();
    return is_digit(first) ? number() : is_letter(first) && name();
  }

  constexpr bool number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
      if (at_ == text_.size() || !is_digit(text_[at_])) return false;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    }
    sink_(Operation::number, text_.substr(begin, at_ - begin));
    return true;
  }

  constexpr bool name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    sink_(Operation::name, text_.substr(begin, at_ - begin));
    return true;
  }

  static constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

  std::string_view text_;
  Sink& sink_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace hpo::space
