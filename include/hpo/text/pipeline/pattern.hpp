#pragma once
/// \file  What a tokenizer file may look for in a text.
/// Layer `text`, tier 0.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/text/pipeline/pieces.hpp>

namespace hpo::text {

/// A fixed text, or a run of one character: the patterns that tokenizers of encoders use.
class Pattern {
 public:
  /// Exactly `text`. An empty text is never found.
  explicit Pattern(std::string text) : text_(std::move(text)) {}

  /// `at_least` or more of `unit` in a row, as many as there are.
  Pattern(std::string unit, std::size_t at_least) : text_(std::move(unit)), at_least_(at_least), run_(true) {}

  /// Appends the stretches of `in`; together they cover it.
  void find(std::string_view in, std::vector<Stretch>& out) const {
    std::size_t between = 0;
    for (std::size_t at = text_.empty() ? std::string_view::npos : in.find(text_); at != std::string_view::npos;) {
      std::size_t end = at + text_.size();
      std::size_t count = 1;
      for (; run_ && in.substr(end).starts_with(text_); end += text_.size()) ++count;
      if (count >= at_least_) {
        if (between < at) out.push_back({between, at, false});
        out.push_back({at, end, true});
        between = end;
      }
      at = in.find(text_, end);
    }
    if (between < in.size()) out.push_back({between, in.size(), false});
  }

 private:
  std::string text_;
  std::size_t at_least_ = 1;
  bool run_ = false;
};

}  // namespace hpo::text
