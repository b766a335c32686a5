#pragma once
/// \file  Constraints between parameters: checked before a trial is spent, never by failing one.
/// Layer `space`, tier 0.
///
///     space::Constraint("optim.warmup_lr < optim.lr")
///     space::Constraint("train.batch_size * train.accumulation <= 256")

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/space/assignment.hpp>
#include <hpo/space/expression.hpp>

namespace hpo::space {

/// A comparison of two arithmetic expressions of numeric parameters. It does not apply, and so holds, where one of its
/// parameters is inactive.
class Constraint {
 public:
  /// Errors   ConfigError if the text is no comparison.
  explicit Constraint(std::string text) : text_(std::move(text)) {
    const auto add = [this](Operation operation, std::string_view word) {
      Step step{operation};
      if (operation == Operation::number)
        std::from_chars(word.data(), word.data() + word.size(), step.number);
      else if (operation == Operation::name)
        step.name = index_of(word);
      steps_.push_back(step);
    };
    ExpressionReader reader(text_, add);
    const bool sound = reader.read();
    require<ConfigError>(sound, "constraint '", text_, "': expected a comparison such as a * b <= 64, got '",
                         std::string_view(text_).substr(reader.at()), "' at character ", reader.at() + 1);
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  /// The parameters it compares, each once.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  /// Whether the values keep it. A comparison with what is not a number (a division by zero) does not hold.
  [[nodiscard]] bool holds(const Assignment& values) const {
    std::vector<double> numbers;
    for (const auto& name : names_) {
      const Value* value = values.find(name);
      const auto as_number = value == nullptr ? std::nullopt : number(*value);
      if (!as_number) return true;
      numbers.push_back(*as_number);
    }
    std::vector<double> stack;
    for (const Step& step : steps_) take(step, numbers, stack);
    return stack.back() != 0;
  }

  bool operator==(const Constraint& other) const { return text_ == other.text_; }

 private:
  struct Step {
    Operation operation;
    double number = 0;
    std::size_t name = 0;
  };

  std::size_t index_of(std::string_view word) {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == word) return i;
    names_.emplace_back(word);
    return names_.size() - 1;
  }

  static void take(const Step& step, const std::vector<double>& numbers, std::vector<double>& stack) {
    if (step.operation == Operation::number) return stack.push_back(step.number);
    if (step.operation == Operation::name) return stack.push_back(numbers[step.name]);
    const double right = stack.back();
    if (step.operation == Operation::negate) {
      stack.back() = -right;
      return;
    }
    stack.pop_back();
    stack.back() = apply(step.operation, stack.back(), right);
  }

  static double apply(Operation operation, double left, double right) {
    switch (operation) {
      case Operation::add:
        return left + right;
      case Operation::subtract:
        return left - right;
      case Operation::multiply:
        return left * right;
      case Operation::divide:
        return left / right;
      case Operation::less:
        return left < right;
      case Operation::less_equal:
        return left <= right;
      case Operation::greater:
        return left > right;
      case Operation::greater_equal:
        return left >= right;
      case Operation::equal:
        return left == right;
      default:
        return left < right || left > right;  // not equal; never so for NaN
    }
  }

  std::string text_;
  std::vector<std::string> names_;
  std::vector<Step> steps_;  // postfix
};

}  // namespace hpo::space
