#pragma once
/// \file  What a row of data is once it has been read and checked: examples, labels, and which rows train.
/// Layer `data`, tier 0.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <range/v3/view/enumerate.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::data {

/// A text, or a pair of texts, and its class.
struct ClassificationExample {
  std::string text = {};
  std::optional<std::string> pair = {};
  std::int32_t label = -1;  ///< index into LabelSet::names; -1 if the file has no labels (prediction)
  std::string group = {};   ///< rows of one group stay on one side of a split; empty without a group column
  std::int64_t row = 0;     ///< 1-based row of its file, the header not counted
  std::string id = {};      ///< empty without an id column

  [[nodiscard]] bool operator==(const ClassificationExample&) const = default;
};

/// A context and the answer that it holds, or none.
struct SpanExample {
  /// `text` is exactly the context's code points from `start` on.
  struct Answer {
    std::string text = {};
    std::int64_t start = 0;  ///< code points

    [[nodiscard]] bool operator==(const Answer&) const = default;
  };

  std::string id = {};
  std::string context = {};
  std::optional<std::string> question = {};
  std::vector<Answer> answers = {};  ///< all accepted ones; the first is trained on
  bool impossible = false;           ///< the context does not hold the answer
  std::string group = {};
  std::int64_t row = 0;  ///< 1-based row of its file; of SQuAD files, the number of the question

  [[nodiscard]] bool operator==(const SpanExample&) const = default;
};

/// The classes in the order of their ids.
struct LabelSet {
  std::vector<std::string> names;

  [[nodiscard]] std::optional<std::int32_t> find(std::string_view name) const {
    for (const auto& [id, known] : ranges::views::enumerate(names))
      if (known == name) return static_cast<std::int32_t>(id);
    return std::nullopt;
  }

  /// Errors   DataError with the known names.
  [[nodiscard]] std::int32_t id_of(std::string_view name) const {
    const auto id = find(name);
    require<DataError>(id.has_value(), "label: expected a known class, got '", name, "'", known_names(name, names));
    return *id;
  }

  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(names.size()); }
  [[nodiscard]] bool operator==(const LabelSet&) const = default;
};

/// Row numbers (0-based, ascending) of each part. Every row is in exactly one of them.
struct Split {
  std::vector<std::size_t> train, valid, test;

  [[nodiscard]] bool operator==(const Split&) const = default;
};

}  // namespace hpo::data
