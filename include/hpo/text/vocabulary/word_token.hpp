#pragma once
/// \file  What a model makes of a word.
/// Layer `text`, tier 0.

#include <cstdint>

namespace hpo::text {

/// A token that a model found in a word: bytes of the word, half open.
struct WordToken {
  std::int32_t id;
  std::uint32_t begin;
  std::uint32_t end;
};

}  // namespace hpo::text
