#pragma once
/// \file  The way between the code points of a text and its bytes.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include <hpo/core/utf8.hpp>
#include <hpo/text/unicode/span.hpp>

namespace hpo::text {

/// From code points of a text to its bytes and back. Built once for a text, which need not be well-formed: offsets that
/// a tokenizer gives for it lead to the bytes that the caller holds.
class CodePointMap {
 public:
  explicit CodePointMap(std::string_view bytes) : size_(bytes.size()) {
    starts_.reserve(bytes.size() + 1);
    for (std::size_t at = 0; at < bytes.size(); at += decode_utf8(bytes.substr(at)).size) starts_.push_back(at);
    starts_.push_back(bytes.size());
  }

  /// Code points of the text.
  [[nodiscard]] std::size_t size() const { return starts_.size() - 1; }

  /// The byte at which a code point begins; the number of bytes for `size()` and beyond.
  [[nodiscard]] std::size_t byte_of(std::size_t code_point) const {
    return code_point < starts_.size() ? starts_[code_point] : size_;
  }

  /// The code point that holds a byte; `size()` beyond the end.
  [[nodiscard]] std::size_t code_point_of(std::size_t byte) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), byte);
    return std::min(static_cast<std::size_t>(after - starts_.begin()) - 1, size());
  }

  /// The bytes of `text` (the one that this map was built for) that a span covers.
  [[nodiscard]] std::string_view slice(std::string_view text, Span span) const {
    const std::size_t begin = byte_of(static_cast<std::size_t>(std::max(span.begin, 0)));
    const std::size_t end = byte_of(static_cast<std::size_t>(std::max(span.end, 0)));
    return text.substr(begin, end > begin ? end - begin : 0);
  }

 private:
  std::vector<std::size_t> starts_;
  std::size_t size_;
};

}  // namespace hpo::text
