#pragma once
/// \file  Which ids the added tokens of a tokenizer get.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/text/models/model.hpp>
#include <hpo/text/pipeline/pipeline.hpp>
#include <hpo/text/vocabulary/added_tokens.hpp>
#include <hpo/text/vocabulary/vocabulary.hpp>

namespace hpo::text {

/// The id of a token, added or of the model; `none` if there is no such token.
[[nodiscard]] inline std::int32_t find_token(const TokenizerParts& parts, std::string_view content) {
  const auto added = std::ranges::find(parts.added_tokens, content, &AddedToken::content);
  return added != parts.added_tokens.end() ? added->id : vocabulary_of(parts.model).find(content);
}

/// The first id behind those of the model and the added tokens.
/// Errors   TokenizerError if an added token has the last id that there is.
[[nodiscard]] inline std::int32_t next_token_id(const TokenizerParts& parts) {
  auto next = static_cast<std::int32_t>(vocabulary_of(parts.model).size());
  for (const AddedToken& token : parts.added_tokens) {
    require<TokenizerError>(token.id < std::numeric_limits<std::int32_t>::max(), "added_tokens: ", token.content,
                            ": expected an id below 2^31 - 1, so that the next token has one, got ", token.id);
    next = std::max(next, token.id + 1);
  }
  return next;
}

/// Takes a token in. Its id is that of an equal token, or its own if that is free, or the next one. A token that was
/// added before is replaced. An empty one is left out.
inline void add_token(TokenizerParts& parts, AddedToken token) {
  if (token.content.empty()) return;
  const std::int32_t wanted = std::exchange(token.id, find_token(parts, token.content));
  if (token.id == Vocabulary::none) {
    const bool taken = wanted < 0 || !vocabulary_of(parts.model).token(wanted).empty() ||
                       std::ranges::find(parts.added_tokens, wanted, &AddedToken::id) != parts.added_tokens.end();
    token.id = taken ? next_token_id(parts) : wanted;
  }
  const auto same = std::ranges::find(parts.added_tokens, token.content, &AddedToken::content);
  if (same != parts.added_tokens.end())
    *same = std::move(token);
  else
    parts.added_tokens.push_back(std::move(token));
}

/// Takes a token in unless it was added before: what was read first knows better how to look for it.
inline void add_missing_token(TokenizerParts& parts, AddedToken token) {
  if (std::ranges::find(parts.added_tokens, token.content, &AddedToken::content) == parts.added_tokens.end())
    add_token(parts, std::move(token));
}

}  // namespace hpo::text
