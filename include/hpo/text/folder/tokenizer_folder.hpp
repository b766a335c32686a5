#pragma once
/// \file  Finds a tokenizer in a model folder: tokenizer.json, vocab.txt, vocab.json with merges.txt, or a
/// sentencepiece file.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/text/folder/json_field.hpp>
#include <hpo/text/folder/read_model.hpp>
#include <hpo/text/folder/read_post_processor.hpp>
#include <hpo/text/folder/read_steps.hpp>
#include <hpo/text/folder/sentencepiece_parts.hpp>
#include <hpo/text/folder/tokenizer_config.hpp>
#include <hpo/text/folder/vocabulary_files.hpp>
#include <hpo/text/pipeline/pipeline.hpp>
#include <hpo/text/pipeline/token_ids.hpp>

namespace hpo::text {

/// Files that make a tokenizer, in a Hugging Face folder.
inline constexpr std::array<std::string_view, 9> tokenizer_files{"tokenizer.json",
                                                                 "tokenizer_config.json",
                                                                 "special_tokens_map.json",
                                                                 "added_tokens.json",
                                                                 "vocab.txt",
                                                                 "vocab.json",
                                                                 "merges.txt",
                                                                 "spm.model",
                                                                 "sentencepiece.bpe.model"};

/// The parts that a tokenizer.json names. Its truncation is not among them: EncodeOptions say how to cut a text.
/// Errors   TokenizerError that names the file and the key, for all that is not supported too.
[[nodiscard]] inline TokenizerParts read_tokenizer_json(const std::filesystem::path& path) {
  const SortedJson json = read_json(path);
  const JsonField root(json, path.string(), true);
  TokenizerParts parts{{}, {}, read_model(root.at("model")), {}, {}, Vocabulary::none};
  if (const auto field = root.find("normalizer")) parts.normalizer = read_normalizer(*field);
  if (const auto field = root.find("pre_tokenizer")) parts.pre_tokenizer = read_pre_tokenizer(*field);
  if (const auto field = root.find("post_processor")) parts.post_processor = read_post_processor(*field);
  if (const auto field = root.find("added_tokens"))
    field->for_each([&](const JsonField& one) { add_token(parts, read_added_token(one)); });
  if (const auto field = root.find("padding")) parts.pad_id = field->integer_or("pad_id", Vocabulary::none);
  return parts;
}

namespace detail {

/// The family is that of config.json, else the one whose file has this name.
[[nodiscard]] inline TokenizerParts read_sentencepiece(const std::filesystem::path& path) {
  const std::string place = path.string();
  const SentencePieceModel model = parse_sentencepiece(read_file<TokenizerError>(path), place);
  const std::filesystem::path config = path.parent_path() / "config.json";
  const SortedJson json = read_optional_json(config);
  const JsonField file(json, config.string(), true);
  const std::string family = file.text_or("model_type", path.filename() == "spm.model" ? "deberta-v2" : "xlm-roberta");
  constexpr std::array<std::string_view, 2> known{"deberta-v2", "xlm-roberta"};
  if (std::ranges::find(known, family) == known.end())
    file.at("model_type").fail_unknown("a family with a sentencepiece file", known);
  return family == "deberta-v2" ? deberta_parts(model, place) : xlm_roberta_parts(model, place);
}

[[nodiscard]] inline TokenizerParts read_parts(const std::filesystem::path& folder, const TokenizerConfig& config) {
  const auto has = [&](std::string_view name) { return std::filesystem::is_regular_file(folder / name); };
  if (has("tokenizer.json")) return read_tokenizer_json(folder / "tokenizer.json");
  if (has("vocab.txt")) return read_vocab_txt(folder / "vocab.txt", config);
  if (has("vocab.json") && has("merges.txt"))
    return read_vocab_json(folder / "vocab.json", folder / "merges.txt", config);
  for (const std::string_view name : {"sentencepiece.bpe.model", "spm.model"})
    if (has(name)) return read_sentencepiece(folder / name);
  fail<TokenizerError>(folder,
                       ": expected tokenizer.json, vocab.txt, vocab.json and merges.txt, spm.model, or "
                       "sentencepiece.bpe.model, got none of them");
}

/// The configured pad token, else what the vocabulary's own file says, else the usual ones, else 0.
[[nodiscard]] inline std::int32_t find_pad(const TokenizerParts& parts, const TokenizerConfig& config) {
  for (const std::string& name : {config.special_text("pad_token", ""), std::string("[PAD]"), std::string("<pad>")})
    if (const std::int32_t id = name.empty() ? Vocabulary::none : find_token(parts, name); id != Vocabulary::none)
      return id;
  return std::max(parts.pad_id, 0);
}

}  // namespace detail

/// The parts of the tokenizer in a folder. Tokens that tokenizer_config.json, special_tokens_map.json or
/// added_tokens.json name and the rest lacks are added: by their ids, then special ones in the order of their roles.
/// Errors   TokenizerError that names the file and the key.
[[nodiscard]] inline TokenizerParts read_tokenizer_folder(const std::filesystem::path& folder) {
  const TokenizerConfig config(folder);
  TokenizerParts parts = detail::read_parts(folder, config);
  for (AddedToken& token : config.numbered()) add_missing_token(parts, std::move(token));
  for (AddedToken& token : config.named()) add_missing_token(parts, std::move(token));
  parts.pad_id = detail::find_pad(parts, config);
  return parts;
}

}  // namespace hpo::text
