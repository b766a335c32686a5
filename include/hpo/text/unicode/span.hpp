#pragma once
/// \file  A stretch of a text.
/// Layer `text`, tier 0.

#include <cstdint>

namespace hpo::text {

/// Code points of the original text, half open. Empty (0, 0) at special tokens and pads.
struct Span {
  std::int32_t begin = 0;
  std::int32_t end = 0;
  bool operator==(const Span&) const = default;
};

}  // namespace hpo::text
