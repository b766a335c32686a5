#pragma once
/// \file  The models that turn a word into tokens, under one type.
/// Layer `text`, tier 0.

#include <variant>

#include <hpo/text/bpe.hpp>
#include <hpo/text/unigram.hpp>
#include <hpo/text/vocabulary.hpp>
#include <hpo/text/word_piece.hpp>

namespace hpo::text {

using Model = std::variant<WordPiece, Bpe, Unigram>;

[[nodiscard]] inline const Vocabulary& vocabulary_of(const Model& model) {
  return std::visit([](const auto& one) -> const Vocabulary& { return one.vocabulary(); }, model);
}

}  // namespace hpo::text
