#pragma once
/// \file  How deep the steps of a tokenizer.json may lie in each other.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <hpo/core/error.hpp>
#include <hpo/text/folder/json_field.hpp>

namespace hpo::text {

/// Sequences in sequences, deeper than any real file has them.
inline constexpr int deepest_sequence = 16;

/// Errors   TokenizerError with the place of a step that lies deeper.
inline void require_shallow(const JsonField& field, int depth) {
  require<TokenizerError>(depth <= deepest_sequence, field.where(), ": expected at most ", deepest_sequence,
                          " sequences in each other, got more");
}

}  // namespace hpo::text
