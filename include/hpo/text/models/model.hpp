#pragma once
/// \file  The models that turn a word into tokens, under one type.
/// Layer `text`, tier 0.

#include <variant>

#include <hpo/text/models/bpe.hpp>
#include <hpo/text/models/unigram.hpp>
#include <hpo/text/models/word_piece.hpp>
#include <hpo/text/vocabulary/vocabulary.hpp>

namespace hpo::text {

using Model = std::variant<WordPiece, Bpe, Unigram>;

[[nodiscard]] inline const Vocabulary& vocabulary_of(const Model& model) {
  return std::visit([](const auto& one) -> const Vocabulary& { return one.vocabulary(); }, model);
}

}  // namespace hpo::text
