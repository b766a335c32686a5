#pragma once
/// \file  Finds a tokenizer in a model folder: tokenizer.json, vocab.txt, vocab.json with merges.txt, or a sentencepiece file.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/text/json_field.hpp>
#include <hpo/text/pipeline.hpp>
#include <hpo/text/read_model.hpp>
#include <hpo/text/read_post_processor.hpp>
#include <hpo/text/read_steps.hpp>
#include <hpo/text/sentencepiece_parts.hpp>
#include <hpo/text/templates.hpp>

namespace hpo::text {

namespace detail {

/// Files that make a tokenizer, in a Hugging Face folder.
inline constexpr std::array<std::string_view, 9> tokenizer_files{
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",      "vocab.txt",
    "vocab.json",     "merges.txt",            "spm.model",               "sentencepiece.bpe.model"};

/// The lines of a text, without their ends.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Gathers the parts of one folder.
class FolderReader {
 public:
  explicit FolderReader(std::filesystem::path folder) : folder_(std::move(folder)) {
    config_ = read_optional("tokenizer_config.json");
    special_ = read_optional("special_tokens_map.json");
    added_ = read_optional("added_tokens.json");
  }

  [[nodiscard]] TokenizerParts read() {
    if (has("tokenizer.json"))
      read_tokenizer_json();
    else if (has("vocab.txt"))
      read_vocab_txt();
    else if (has("vocab.json") && has("merges.txt"))
      read_vocab_json();
    else if (has("sentencepiece.bpe.model"))
      read_sentencepiece("sentencepiece.bpe.model");
    else if (has("spm.model"))
      read_sentencepiece("spm.model");
    else
      fail<TokenizerError>(folder_, ": expected tokenizer.json, vocab.txt, vocab.json and merges.txt, spm.model, or "
                           "sentencepiece.bpe.model, got none of them");
    add_configured_tokens();
    parts_->pad_id = find_pad();
    return std::move(*parts_);
  }

 private:
  [[nodiscard]] bool has(std::string_view name) const { return std::filesystem::is_regular_file(folder_ / name); }
  [[nodiscard]] std::string where(std::string_view name) const { return (folder_ / name).string(); }

  [[nodiscard]] SortedJson read_optional(std::string_view name) const {
    SortedJson value = has(name) ? read_json(folder_ / name) : SortedJson::object();
    (void)JsonField(value, where(name), true).object();
    return value;
  }
  [[nodiscard]] JsonField config() const { return JsonField(config_, where("tokenizer_config.json"), true); }
  [[nodiscard]] JsonField special() const { return JsonField(special_, where("special_tokens_map.json"), true); }

  void read_tokenizer_json() {
    const SortedJson json = read_json(folder_ / "tokenizer.json");
    const JsonField root(json, where("tokenizer.json"), true);
    parts_ = TokenizerParts{{}, {}, read_model(root.at("model")), {}, {}, 0};
    if (const auto field = root.find("normalizer")) parts_->normalizer = read_normalizer(*field);
    if (const auto field = root.find("pre_tokenizer")) parts_->pre_tokenizer = read_pre_tokenizer(*field);
    if (const auto field = root.find("post_processor")) parts_->post_processor = read_post_processor(*field);
    if (const auto field = root.find("added_tokens")) field->for_each([&](const JsonField& one) { add(read_added(one, one.at("content").text())); });
    if (const auto field = root.find("padding")) stored_pad_ = field->integer_or("pad_id", Vocabulary::none);
  }

  void read_vocab_txt() {
    const std::string bytes = read_file<TokenizerError>(folder_ / "vocab.txt");
    std::vector<std::pair<std::string, std::int32_t>> tokens;
    for_each_line(bytes, [&](std::string_view line) {
      const std::size_t end = line.find_last_not_of(" \t\r\v\f");
      tokens.emplace_back(line.substr(0, end == std::string_view::npos ? 0 : end + 1), static_cast<std::int32_t>(tokens.size()));
    });
    const std::string place = where("vocab.txt");
    WordPieceOptions options;
    options.unknown = name_of("unk_token", "[UNK]");
    parts_ = TokenizerParts{{}, {}, WordPiece(Vocabulary(tokens, place), options, place), {}, {}, 0};
    BertNormalizer normalizer{true, config().boolean_or("tokenize_chinese_chars", true), std::nullopt,
                              config().boolean_or("do_lower_case", true)};
    if (const auto strip = config().find("strip_accents")) normalizer.strip_accents = strip->boolean();
    parts_->normalizer = Normalizer({normalizer});
    parts_->pre_tokenizer = PreTokenizer({BertPreTokenizer{}});
    const std::int32_t cls = id_of(name_of("cls_token", "[CLS]"), place);
    parts_->post_processor = bert_post_processor(cls, id_of(name_of("sep_token", "[SEP]"), place));
    add_named({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}, false);
  }

  void read_vocab_json() {
    const SortedJson json = read_json(folder_ / "vocab.json");
    const std::string place = where("vocab.json");
    const std::string merges_place = where("merges.txt");
    const std::string bytes = read_file<TokenizerError>(folder_ / "merges.txt");
    Bpe::Pairs merges;
    std::size_t number = 0;
    for_each_line(bytes, [&](std::string_view line) {
      ++number;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty() && !line.starts_with("#version")) merges.push_back(parse_merge(line, concat(merges_place, ":", number)));
    });
    const bool prefix = config().boolean_or("add_prefix_space", false);
    parts_ = TokenizerParts{{}, {}, Bpe(read_vocabulary(JsonField(json, place, true)), merges, {}, merges_place), {}, {}, 0};
    parts_->pre_tokenizer = PreTokenizer({ByteLevelPreTokenizer{prefix, true}});
    const std::int32_t cls = id_of(name_of("cls_token", "<s>"), place);
    parts_->post_processor = roberta_post_processor(cls, id_of(name_of("sep_token", "</s>"), place));
    parts_->post_processor.trims = {{prefix}};
    add_named({"<s>", "<pad>", "</s>", "<unk>", "<mask>"}, true);
  }

  /// The family is that of config.json, else the one whose file has this name.
  void read_sentencepiece(std::string_view name) {
    const std::string bytes = read_file<TokenizerError>(folder_ / name);
    const SentencePieceModel model = parse_sentencepiece(bytes, where(name));
    const SortedJson json = read_optional("config.json");
    const JsonField file(json, where("config.json"), true);
    const std::string family = file.text_or("model_type", name == "spm.model" ? "deberta-v2" : "xlm-roberta");
    constexpr std::array<std::string_view, 2> known{"deberta-v2", "xlm-roberta"};
    if (std::ranges::find(known, family) == known.end()) file.at("model_type").fail_unknown("a family with a sentencepiece file", known);
    parts_ = family == "deberta-v2" ? deberta_parts(model, where(name)) : xlm_roberta_parts(model, where(name));
    stored_pad_ = parts_->pad_id;
  }

  /// The special tokens that a folder without tokenizer.json does not list; `mask_lstrip` for the last.
  void add_named(std::array<std::string_view, 5> names, bool mask_lstrip) {
    for (const std::string_view name : names) {
      AddedToken token;
      token.content = name;
      token.id = vocabulary_of(parts_->model).find(name);
      token.normalized = false;
      token.special = true;
      token.lstrip = mask_lstrip && name == names.back();
      if (token.id != Vocabulary::none) add(std::move(token));
    }
  }

  /// The text of a special token in tokenizer_config.json or special_tokens_map.json: a text, or an object with "content".
  [[nodiscard]] std::string name_of(std::string_view key, std::string_view otherwise) const {
    for (const JsonField& file : {config(), special()})
      if (const auto field = file.find(key)) return field->value().is_object() ? field->at("content").text() : field->text();
    return std::string(otherwise);
  }

  [[nodiscard]] std::int32_t id_of(std::string_view token, std::string_view place) const {
    const std::int32_t id = vocabulary_of(parts_->model).find(token);
    require<TokenizerError>(id != Vocabulary::none, place, ": expected the special token '", token, "', got a vocabulary without it");
    return id;
  }

  [[nodiscard]] static AddedToken read_added(const JsonField& field, const std::string& content) {
    AddedToken token;
    token.content = content;
    token.special = field.boolean_or("special", false);
    token.single_word = field.boolean_or("single_word", false);
    token.lstrip = field.boolean_or("lstrip", false);
    token.rstrip = field.boolean_or("rstrip", false);
    token.normalized = field.boolean_or("normalized", !token.special);
    return token;
  }

  /// Takes a token in. Its id is the model's, or that of an equal added token, or `wanted` if free, or the next one.
  void add(AddedToken token, std::int32_t wanted = Vocabulary::none) {
    if (token.content.empty()) return;
    std::vector<AddedToken>& tokens = parts_->added_tokens;
    const auto same = std::ranges::find(tokens, token.content, &AddedToken::content);
    const Vocabulary& vocabulary = vocabulary_of(parts_->model);
    token.id = same != tokens.end() ? same->id : vocabulary.find(token.content);
    if (token.id == Vocabulary::none) {
      const bool taken = wanted < 0 || !vocabulary.token(wanted).empty() || std::ranges::find(tokens, wanted, &AddedToken::id) != tokens.end();
      token.id = taken ? next_id() : wanted;
    }
    if (same != tokens.end())
      *same = std::move(token);
    else
      tokens.push_back(std::move(token));
  }

  [[nodiscard]] std::int32_t next_id() const {
    auto next = static_cast<std::int32_t>(vocabulary_of(parts_->model).size());
    for (const AddedToken& token : parts_->added_tokens) next = std::max(next, token.id + 1);
    return next;
  }

  /// Tokens of added_tokens.json and of added_tokens_decoder that are not there yet, by id.
  void add_configured_tokens() {
    std::vector<std::pair<std::int32_t, AddedToken>> found;
    if (const auto decoder = config().find("added_tokens_decoder")) {
      for (const auto& [key, value] : decoder->object().items()) {
        const JsonField one = decoder->child(value, key);
        const bool digits = !key.empty() && key.size() < 10 && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
        require<TokenizerError>(digits, one.where(), ": expected an id as the key, got '", key, "'");
        found.emplace_back(std::stoi(key), read_added(one, one.at("content").text()));
      }
    }
    for (const auto& [content, id] : added_.items()) {
      AddedToken token;
      token.content = content;
      found.emplace_back(JsonField(added_, where("added_tokens.json"), true).child(id, content).integer(), std::move(token));
    }
    std::ranges::stable_sort(found, {}, [](const auto& one) { return one.first; });
    for (auto& [id, token] : found)
      if (std::ranges::find(parts_->added_tokens, token.content, &AddedToken::content) == parts_->added_tokens.end()) add(std::move(token), id);
  }

  [[nodiscard]] std::int32_t find_pad() const {
    const auto known = [&](std::string_view name) {
      const auto added = std::ranges::find(parts_->added_tokens, name, &AddedToken::content);
      return added != parts_->added_tokens.end() ? added->id : vocabulary_of(parts_->model).find(name);
    };
    for (const std::string& name : {name_of("pad_token", ""), std::string("[PAD]"), std::string("<pad>")})
      if (const std::int32_t id = name.empty() ? Vocabulary::none : known(name); id != Vocabulary::none) return id;
    return std::max(stored_pad_, 0);
  }

  std::filesystem::path folder_;
  SortedJson config_, special_, added_;
  std::optional<TokenizerParts> parts_;
  std::int32_t stored_pad_ = Vocabulary::none;
};

}  // namespace detail

/// The parts of the tokenizer in a folder.
/// Errors   TokenizerError that names the file and the key.
[[nodiscard]] inline TokenizerParts read_tokenizer_folder(const std::filesystem::path& folder) {
  return detail::FolderReader(folder).read();
}

}  // namespace hpo::text
