#pragma once
/// \file  What lies beside a vocabulary: tokenizer_config.json, special_tokens_map.json, added_tokens.json.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/text/folder/json_field.hpp>
#include <hpo/text/vocabulary/added_tokens.hpp>

namespace hpo::text {

/// The object in a file of a folder; an empty one if there is no such file.
/// Errors   TokenizerError with the path if it is no JSON object.
[[nodiscard]] inline SortedJson read_optional_json(const std::filesystem::path& path) {
  SortedJson value = std::filesystem::is_regular_file(path) ? read_json(path) : SortedJson::object();
  (void)JsonField(value, path.string(), true).object();
  return value;
}

/// {"content": "<mask>", "lstrip": true, ...}; no id yet.
[[nodiscard]] inline AddedToken read_added_token(const JsonField& field) {
  AddedToken token;
  token.content = field.at("content").text();
  token.special = field.boolean_or("special", false);
  token.single_word = field.boolean_or("single_word", false);
  token.lstrip = field.boolean_or("lstrip", false);
  token.rstrip = field.boolean_or("rstrip", false);
  token.normalized = field.boolean_or("normalized", !token.special);
  return token;
}

/// The three files of one folder; each may be missing.
/// Errors   TokenizerError that names the file and the key, from every member.
class TokenizerConfig {
 public:
  explicit TokenizerConfig(const std::filesystem::path& folder)
      : folder_(folder),
        config_(read_optional_json(folder / "tokenizer_config.json")),
        special_(read_optional_json(folder / "special_tokens_map.json")),
        added_(read_optional_json(folder / "added_tokens.json")) {}

  [[nodiscard]] bool boolean_or(std::string_view key, bool otherwise) const {
    return config().boolean_or(key, otherwise);
  }
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const {
    const auto field = config().find(key);
    return field ? std::optional(field->boolean()) : std::nullopt;
  }

  /// The special token under a key like "mask_token", as the files describe it.
  [[nodiscard]] std::optional<AddedToken> special(std::string_view key) const {
    for (const JsonField& file : {config(), special_map()})
      if (const auto field = file.find(key)) return read_special(*field);
    return std::nullopt;
  }

  /// Its text alone.
  [[nodiscard]] std::string special_text(std::string_view key, std::string_view otherwise) const {
    const auto token = special(key);
    return token ? token->content : std::string(otherwise);
  }

  /// Tokens with the ids that the files give them, by id: added_tokens_decoder and added_tokens.json.
  [[nodiscard]] std::vector<AddedToken> numbered() const {
    std::vector<AddedToken> found;
    if (const auto decoder = config().find("added_tokens_decoder")) {
      for (const auto& [key, value] : decoder->object().items()) {
        const JsonField one = decoder->child(value, key);
        const bool digits =
            !key.empty() && key.size() < 10 && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
        require<TokenizerError>(digits, one.where(), ": expected an id as the key, got '", key, "'");
        found.push_back(read_added_token(one));
        found.back().id = static_cast<std::int32_t>(std::stol(key));
      }
    }
    const JsonField file(added_, (folder_ / "added_tokens.json").string(), true);
    for (const auto& [content, id] : added_.items()) {
      AddedToken token;
      token.content = content;
      token.id = file.child(id, content).integer();
      require<TokenizerError>(token.id >= 0 && token.id < most_ids, file.where(), ": ", content,
                              ": expected an id from 0 to ", most_ids - 1, ", got ", token.id);
      found.push_back(std::move(token));
    }
    std::ranges::stable_sort(found, {}, &AddedToken::id);
    return found;
  }

  /// Special tokens without ids, in the order in which Hugging Face's tokenizers take them in.
  [[nodiscard]] std::vector<AddedToken> named() const {
    std::vector<AddedToken> found;
    for (const std::string_view key :
         {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"})
      if (auto token = special(key)) found.push_back(*std::move(token));
    for (const JsonField& file : {config(), special_map()})
      for (const std::string_view key : {"additional_special_tokens", "extra_special_tokens"})
        if (const auto field = file.find(key)) read_list(*field, found);
    return found;
  }

 private:
  [[nodiscard]] JsonField config() const { return {config_, (folder_ / "tokenizer_config.json").string(), true}; }
  [[nodiscard]] JsonField special_map() const {
    return {special_, (folder_ / "special_tokens_map.json").string(), true};
  }

  /// A text, or an object with "content".
  [[nodiscard]] static AddedToken read_special(const JsonField& field) {
    if (!field.value().is_object()) return special_token(field.text());
    AddedToken token = read_added_token(field);
    token.special = true;
    token.normalized = field.boolean_or("normalized", false);
    return token;
  }

  /// A list, or an object whose keys are names of the tokens.
  static void read_list(const JsonField& field, std::vector<AddedToken>& found) {
    if (!field.value().is_object())
      return field.for_each([&](const JsonField& one) { found.push_back(read_special(one)); });
    for (const auto& [name, value] : field.value().items()) found.push_back(read_special(field.child(value, name)));
  }

  static constexpr std::int32_t most_ids = 1'000'000'000;

  std::filesystem::path folder_;
  SortedJson config_, special_, added_;
};

}  // namespace hpo::text
