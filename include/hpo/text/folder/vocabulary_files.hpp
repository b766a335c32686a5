#pragma once
/// \file  Tokenizers of folders without tokenizer.json: BERT's vocab.txt, RoBERTa's vocab.json and merges.txt.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/text/folder/json_field.hpp>
#include <hpo/text/folder/read_model.hpp>
#include <hpo/text/folder/tokenizer_config.hpp>
#include <hpo/text/pipeline/pipeline.hpp>
#include <hpo/text/pipeline/templates.hpp>
#include <hpo/text/pipeline/token_ids.hpp>

namespace hpo::text {

namespace detail {

/// The lines of a text, without their ends.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// A token of the vocabulary that the post-processor needs.
[[nodiscard]] inline std::int32_t require_token(const TokenizerParts& parts, std::string_view token,
                                                std::string_view place) {
  const std::int32_t id = vocabulary_of(parts.model).find(token);
  require<TokenizerError>(id != Vocabulary::none, place, ": expected the special token '", token,
                          "', got a vocabulary without it");
  return id;
}

/// Adds the special token under `key`, or the one that is usual, if the vocabulary has it.
inline void add_special(TokenizerParts& parts, const TokenizerConfig& config, std::string_view key, AddedToken usual) {
  AddedToken token = config.special(key).value_or(usual);
  if (token.content == usual.content) token.lstrip = token.lstrip || usual.lstrip;
  if (vocabulary_of(parts.model).contains(token.content)) add_token(parts, std::move(token));
}

[[nodiscard]] inline Bpe::Pairs read_merges_txt(const std::filesystem::path& path) {
  const std::string bytes = read_file<TokenizerError>(path);
  Bpe::Pairs merges;
  std::size_t number = 0;
  for_each_line(bytes, [&](std::string_view line) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with("#version")) merges.push_back(parse_merge(line, concat(path, ":", number)));
  });
  return merges;
}

}  // namespace detail

/// BERT, ELECTRA, DistilBERT: a token a line, its number is its id.
/// Errors   TokenizerError, naming the file, if it lacks [UNK], [CLS] or [SEP] (or what tokenizer_config.json calls
/// them).
[[nodiscard]] inline TokenizerParts read_vocab_txt(const std::filesystem::path& path, const TokenizerConfig& config) {
  const std::string bytes = read_file<TokenizerError>(path);
  std::vector<std::pair<std::string, std::int32_t>> tokens;
  detail::for_each_line(bytes, [&](std::string_view line) {
    const std::size_t end = line.find_last_not_of(" \t\r\v\f");
    tokens.emplace_back(line.substr(0, end == std::string_view::npos ? 0 : end + 1),
                        static_cast<std::int32_t>(tokens.size()));
  });
  const std::string place = path.string();
  WordPieceOptions options;
  options.unknown = config.special_text("unk_token", "[UNK]");
  TokenizerParts parts{{}, {}, WordPiece(Vocabulary(tokens, place), options, place), {}, {}, 0};
  parts.normalizer =
      Normalizer({BertNormalizer{true, config.boolean_or("tokenize_chinese_chars", true),
                                 config.boolean("strip_accents"), config.boolean_or("do_lower_case", true)}});
  parts.pre_tokenizer = PreTokenizer({BertPreTokenizer{}});
  const std::int32_t cls = detail::require_token(parts, config.special_text("cls_token", "[CLS]"), place);
  parts.post_processor =
      bert_post_processor(cls, detail::require_token(parts, config.special_text("sep_token", "[SEP]"), place));
  for (const auto& [key, usual] :
       {std::pair("pad_token", "[PAD]"), std::pair("unk_token", "[UNK]"), std::pair("cls_token", "[CLS]"),
        std::pair("sep_token", "[SEP]"), std::pair("mask_token", "[MASK]")})
    detail::add_special(parts, config, key, special_token(usual));
  return parts;
}

/// RoBERTa: byte-level BPE.
/// Errors   TokenizerError, naming the file and the line, for a merge that is none, or if <s> or </s> is missing.
[[nodiscard]] inline TokenizerParts read_vocab_json(const std::filesystem::path& path,
                                                    const std::filesystem::path& merges,
                                                    const TokenizerConfig& config) {
  const SortedJson json = read_json(path);
  const std::string place = path.string();
  const bool prefix = config.boolean_or("add_prefix_space", false);
  TokenizerParts parts{
      {}, {}, Bpe(read_vocabulary(JsonField(json, place, true)), detail::read_merges_txt(merges), {}, merges.string()),
      {}, {}, 0};
  parts.pre_tokenizer = PreTokenizer({ByteLevelPreTokenizer{prefix, true}});
  const std::int32_t cls = detail::require_token(parts, config.special_text("cls_token", "<s>"), place);
  parts.post_processor =
      roberta_post_processor(cls, detail::require_token(parts, config.special_text("sep_token", "</s>"), place));
  parts.post_processor.trims = {{prefix}};
  for (const auto& [key, usual] : {std::pair("bos_token", "<s>"), std::pair("pad_token", "<pad>"),
                                   std::pair("eos_token", "</s>"), std::pair("unk_token", "<unk>")})
    detail::add_special(parts, config, key, special_token(usual));
  AddedToken mask = special_token("<mask>");
  mask.lstrip = true;
  detail::add_special(parts, config, "mask_token", std::move(mask));
  return parts;
}

}  // namespace hpo::text
