#pragma once
/// \file  Tokenizers of model families that come with a sentencepiece file only.
/// Layer `text`, tier 0.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/text/folder/sentencepiece.hpp>
#include <hpo/text/pipeline/pipeline.hpp>
#include <hpo/text/pipeline/templates.hpp>
#include <hpo/text/vocabulary/added_tokens.hpp>

namespace hpo::text {

namespace detail {

[[nodiscard]] inline PreTokenizer metaspace_of(const SentencePieceModel& model) {
  Metaspace metaspace;
  if (!model.add_dummy_prefix) metaspace.prepend = Metaspace::Prepend::never;
  return PreTokenizer({metaspace});
}

[[nodiscard]] inline std::vector<NormalizerStep> charsmap_of(const SentencePieceModel& model, std::string_view where) {
  if (model.charsmap.empty()) return {};
  return {Precompiled(model.charsmap, where)};
}

}  // namespace detail

/// XLM-R: <s> <pad> </s> <unk>, then the file's tokens from its fourth on, then <mask>.
/// Source   the conversion of transformers 4, XLMRobertaTokenizerFast.
/// Errors   TokenizerError, naming `where`, if the model is no unigram model or too small.
[[nodiscard]] inline TokenizerParts xlm_roberta_parts(const SentencePieceModel& model, const std::string& where) {
  require<TokenizerError>(model.unigram && model.pieces.size() > 3, where,
                          ": expected a unigram model of more than 3 tokens");
  Unigram::Scored tokens{{"<s>", 0.0}, {"<pad>", 0.0}, {"</s>", 0.0}, {"<unk>", 0.0}};
  for (std::size_t i = 3; i < model.pieces.size(); ++i)
    tokens.emplace_back(model.pieces[i].text, static_cast<double>(model.pieces[i].score));
  tokens.emplace_back("<mask>", 0.0);
  const auto mask = static_cast<std::int32_t>(tokens.size() - 1);
  std::vector<NormalizerStep> steps = detail::charsmap_of(model, where);
  steps.emplace_back(Strip{false, true});
  steps.emplace_back(Replace{Pattern(" ", 2), "\u2581"});
  TokenizerParts parts{Normalizer(std::move(steps)),
                       detail::metaspace_of(model),
                       Unigram(tokens, {3, model.byte_fallback}, where),
                       roberta_post_processor(0, 2),
                       {},
                       1};
  for (std::int32_t id = 0; id < 4; ++id)
    parts.added_tokens.push_back(special_token(tokens[static_cast<std::size_t>(id)].first, id));
  parts.added_tokens.push_back(special_token("<mask>", mask));
  parts.added_tokens.back().lstrip = true;
  return parts;
}

/// DeBERTa v2 and v3: the file's tokens, then whatever is missing of [CLS] [SEP] [PAD] [UNK] [MASK].
/// Source   the conversion of transformers 4, DebertaV2TokenizerFast.
/// Errors   as xlm_roberta_parts.
[[nodiscard]] inline TokenizerParts deberta_parts(const SentencePieceModel& model, const std::string& where) {
  require<TokenizerError>(model.unigram, where, ": expected a unigram model");
  Unigram::Scored tokens;
  std::vector<AddedToken> added;
  for (const SentencePiece& piece : model.pieces) {
    const auto id = static_cast<std::int32_t>(tokens.size());
    tokens.emplace_back(piece.text, static_cast<double>(piece.score));
    if (piece.kind != SentencePiece::Kind::control && piece.kind != SentencePiece::Kind::user) continue;
    added.push_back(special_token(piece.text, id));
    added.back().special = piece.kind == SentencePiece::Kind::control;
  }
  auto next = static_cast<std::int32_t>(tokens.size());
  const auto id_of = [&](std::string_view name) {
    const auto known = std::ranges::find(added, name, &AddedToken::content);
    if (known != added.end()) return known->id;
    const auto found = std::ranges::find(tokens, name, [](const auto& token) { return token.first; });
    added.push_back(
        special_token(name, found != tokens.end() ? static_cast<std::int32_t>(found - tokens.begin()) : next++));
    return added.back().id;
  };
  const std::int32_t cls = id_of("[CLS]");
  const std::int32_t sep = id_of("[SEP]");
  const std::int32_t pad = id_of("[PAD]");
  (void)id_of("[UNK]");
  (void)id_of("[MASK]");
  std::vector<NormalizerStep> steps{Strip{true, true}};
  for (NormalizerStep& step : detail::charsmap_of(model, where)) steps.push_back(std::move(step));
  steps.emplace_back(Replace{Pattern(" ", 2), " "});
  return {Normalizer(std::move(steps)),
          detail::metaspace_of(model),
          Unigram(tokens, {model.unknown_id, model.byte_fallback}, where),
          bert_post_processor(cls, sep),
          std::move(added),
          pad};
}

}  // namespace hpo::text
