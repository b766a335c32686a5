#pragma once
/// \file  tokenizer.json files put together at random, of all steps that hpo knows, over small vocabularies.

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "text_generator.hpp"

namespace hpo::test {

class RandomTokenizer {
 public:
  using Json = nlohmann::json;

  explicit RandomTokenizer(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] Json operator()() {
    words_.clear();
    added_.clear();
    const Json model = random_.once_in(3) ? word_piece() : random_.once_in(2) ? bpe() : unigram();
    return {{"version", "1.0"},
            {"truncation", nullptr},
            {"padding", nullptr},
            {"added_tokens", added_tokens()},
            {"normalizer", steps("normalizers", 3)},
            {"pre_tokenizer", steps("pretokenizers", 3)},
            {"post_processor", post_processor()},
            {"decoder", nullptr},
            {"model", model}};
  }

  /// Tokens of the one made last.
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  [[nodiscard]] const std::vector<std::string>& added() const { return added_; }

 private:
  [[nodiscard]] bool flip() { return random_.once_in(2); }

  /// Characters that vocabularies are made of; some are missing each time.
  [[nodiscard]] std::vector<std::string> characters() {
    std::vector<std::string> all;
    for (char c = '!'; c <= '~'; ++c)
      if (!random_.once_in(12)) all.emplace_back(1, c);
    for (const char* other : {"\u00e9", "\u0301", "\u4e2d", "\u2581", "\u0120", "\u0122", "\u00c3", "\u00a9", " ",
                              "\u0430", "\u03c3", "\U0001F600", "\u0939", "\u200d", "\ufe0f", "\u00e4", "\u00b8"})
      if (flip()) all.emplace_back(other);
    return all;
  }

  /// `count` joins of what is there.
  void grow(std::vector<std::string>& tokens, std::size_t count) {
    for (; count > 0; --count) tokens.push_back(random_.one_of(tokens) + random_.one_of(tokens));
  }

  void add_bytes(std::vector<std::string>& tokens, std::size_t missing_once_in) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (std::size_t byte = 0; byte < 256; ++byte)
      if (!random_.once_in(missing_once_in))
        tokens.push_back(std::string("<0x") + digits[byte >> 4] + digits[byte & 15] + ">");
  }

  [[nodiscard]] Json numbered(const std::vector<std::string>& tokens) {
    Json ids = Json::object();
    for (const std::string& token : tokens)
      if (!ids.contains(token)) ids[token] = ids.size();
    for (const auto& [token, id] : ids.items()) words_.push_back(token);
    return ids;
  }

  [[nodiscard]] Json word_piece() {
    std::vector<std::string> tokens = characters();
    grow(tokens, 150);
    const std::string prefix = random_.one_of(std::array<std::string, 4>{"##", "##", "@", ""});
    for (std::size_t i = tokens.size(); i-- > 0;)
      if (flip()) tokens.push_back(prefix + tokens[i]);
    tokens.insert(tokens.begin(), "[UNK]");
    return {{"type", "WordPiece"},
            {"unk_token", "[UNK]"},
            {"continuing_subword_prefix", prefix},
            {"max_input_chars_per_word", random_.one_of(std::array{100, 100, 4, 20})},
            {"vocab", numbered(tokens)}};
  }

  [[nodiscard]] Json bpe() {
    const std::string prefix = random_.once_in(4) ? "##" : "";
    const std::string suffix = random_.once_in(4) ? "</w>" : "";
    const std::vector<std::string> letters = characters();
    std::vector<std::string> tokens{"<unk>"};
    for (const std::string& letter : letters)
      for (const std::string& before : {std::string(), prefix})
        for (const std::string& after : {std::string(), suffix}) tokens.push_back(before + letter + after);
    Json merges = Json::array();
    std::set<std::pair<std::string, std::string>> made;
    for (std::size_t count = 0; count < 300; ++count) {
      const std::string left = random_.one_of(tokens);
      const std::string right = random_.one_of(tokens);
      if (left == "<unk>" || right == "<unk>" || (!suffix.empty() && left.ends_with(suffix)) ||
          !right.starts_with(prefix))
        continue;
      if (!made.emplace(left, right).second) continue;
      tokens.push_back(left + right.substr(prefix.size()));
      merges.push_back({left, right});
    }
    if (flip()) add_bytes(tokens, flip() ? 10 : 1000);
    Json unknown = flip() ? Json("<unk>") : Json();
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", unknown},
            {"continuing_subword_prefix", prefix.empty() ? Json() : Json(prefix)},
            {"end_of_word_suffix", suffix.empty() ? Json() : Json(suffix)},
            {"fuse_unk", flip()},
            {"byte_fallback", prefix.empty() && suffix.empty() && flip()},
            {"ignore_merges", random_.once_in(3)},
            {"vocab", numbered(tokens)},
            {"merges", merges}};
  }

  [[nodiscard]] Json unigram() {
    std::vector<std::string> tokens = characters();
    grow(tokens, 250);
    if (flip()) add_bytes(tokens, flip() ? 10 : 1000);
    Json list = Json::array({{"<unk>", 0.0}});
    std::set<std::string> seen;
    for (const std::string& token : tokens) {
      if (!seen.insert(token).second) continue;
      list.push_back({token, -static_cast<double>(random_.below(120)) / 8});
      words_.push_back(token);
    }
    return {{"type", "Unigram"},
            {"unk_id", random_.once_in(8) ? Json() : Json(0)},
            {"byte_fallback", flip()},
            {"vocab", list}};
  }

  /// No two that a normalizer could make equal: which of them the reference then finds is left to chance.
  [[nodiscard]] Json added_tokens() {
    static constexpr std::array<std::string_view, 12> contents{
        "[CLS]", "[SEP]", "<mask>", "</s>", "e\u0301", "New York", " x", "\u2581q", "ab", "a", "M\u00c9", "1"};
    Json list = Json::array();
    const std::size_t first = words_.size() + 1;
    for (const std::string_view content : contents) {
      if (flip()) continue;
      const bool special = flip();
      list.push_back({{"id", first + list.size()},
                      {"content", content},
                      {"single_word", random_.once_in(3)},
                      {"lstrip", random_.once_in(3)},
                      {"rstrip", random_.once_in(3)},
                      {"normalized", flip()},
                      {"special", special}});
      added_.emplace_back(content);
    }
    return list;
  }

  [[nodiscard]] Json pattern() {
    if (flip()) return {{"String", random_.one_of(std::array<std::string, 5>{" ", "o", "or", "\u2581", "--"})}};
    return {{"Regex", random_.one_of(std::array<std::string, 4>{" {2,}", " +", "o+", "e"})}};
  }

  /// No step makes an added token empty: the reference stops the process where one meets other text than ASCII.
  [[nodiscard]] Json normalizer() {
    switch (random_.below(13)) {
      case 0:
        return {{"type", "BertNormalizer"},
                {"clean_text", flip()},
                {"handle_chinese_chars", flip()},
                {"strip_accents", random_.once_in(3) ? Json() : Json(flip())},
                {"lowercase", flip()}};
      case 1:
        return {{"type", "Lowercase"}};
      case 2:
        return {{"type", "NFC"}};
      case 3:
        return {{"type", "NFD"}};
      case 4:
        return {{"type", "NFKC"}};
      case 5:
        return {{"type", "NFKD"}};
      case 6:
        return {{"type", "StripAccents"}};
      case 7:
        return {{"type", "Strip"}, {"strip_left", flip()}, {"strip_right", flip()}};
      case 8:
        return {{"type", "Prepend"}, {"prepend", random_.one_of(std::array<std::string, 3>{"\u2581", "a", "xy"})}};
      case 9:
        return {{"type", "Nmt"}};
      case 10:
        return random_.once_in(3) ? Json{{"type", "ByteLevel"}} : Json{{"type", "NFC"}};
      case 11:
        return {{"type", "Replace"},
                {"pattern", {{"String", random_.one_of(std::array<std::string, 3>{"--", "c", "\u00e4"})}}},
                {"content", ""}};
      default:
        return {{"type", "Replace"},
                {"pattern", pattern()},
                {"content", random_.one_of(std::array<std::string, 4>{" ", "\u2581", "abc", "\u00e9"})}};
    }
  }

  [[nodiscard]] std::string behavior() {
    return random_.one_of(
        std::array<std::string, 5>{"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"});
  }

  [[nodiscard]] Json pre_tokenizer() {
    switch (random_.below(9)) {
      case 0:
        return {{"type", "BertPreTokenizer"}};
      case 1:
        return {{"type", "ByteLevel"}, {"add_prefix_space", flip()}, {"trim_offsets", flip()}, {"use_regex", flip()}};
      case 2:
        return {{"type", "Whitespace"}};
      case 3:
        return {{"type", "WhitespaceSplit"}};
      case 4:
        return {{"type", "Punctuation"}, {"behavior", behavior()}};
      case 5:
        return {{"type", "Digits"}, {"individual_digits", flip()}};
      case 6:
        return {{"type", "Split"}, {"pattern", pattern()}, {"behavior", behavior()}, {"invert", flip()}};
      case 7:
        return {{"type", "CharDelimiterSplit"},
                {"delimiter", random_.one_of(std::array<std::string, 3>{"-", "a", "\u2581"})}};
      default:
        return {{"type", "Metaspace"},
                {"replacement", random_.once_in(4) ? "_" : "\u2581"},
                {"prepend_scheme", random_.one_of(std::array<std::string, 3>{"always", "first", "never"})},
                {"split", flip()}};
    }
  }

  /// Nothing, one step, or a sequence.
  [[nodiscard]] Json steps(const std::string& key, std::size_t most) {
    const auto one = [&] { return key == "normalizers" ? normalizer() : pre_tokenizer(); };
    const std::size_t count = random_.below(most + 1);
    if (count == 0) return nullptr;
    if (count == 1) return one();
    Json list = Json::array();
    for (std::size_t i = 0; i < count; ++i) list.push_back(one());
    return {{"type", "Sequence"}, {key, list}};
  }

  [[nodiscard]] Json trims() {
    return {{"type", "ByteLevel"}, {"add_prefix_space", flip()}, {"trim_offsets", flip()}, {"use_regex", true}};
  }

  [[nodiscard]] Json post_processor() {
    const Json cls{"[CLS]", 1}, sep{"[SEP]", 2};
    switch (random_.below(6)) {
      case 0:
        return {{"type", "BertProcessing"}, {"cls", cls}, {"sep", sep}};
      case 1:
        return {{"type", "RobertaProcessing"},
                {"cls", cls},
                {"sep", sep},
                {"trim_offsets", flip()},
                {"add_prefix_space", flip()}};
      case 2:
        return trims();
      case 3:
        return template_processing();
      case 4:
        return {{"type", "Sequence"}, {"processors", {trims(), template_processing()}}};
      default:
        return nullptr;
    }
  }

  [[nodiscard]] Json template_processing() {
    const auto special = [&](const char* id) {
      return Json{{"SpecialToken", {{"id", id}, {"type_id", random_.below(3)}}}};
    };
    const auto text = [&](const char* id) { return Json{{"Sequence", {{"id", id}, {"type_id", random_.below(3)}}}}; };
    Json single = Json::array(), pair = Json::array();
    if (flip()) single.push_back(special("[CLS]"));
    single.push_back(text("A"));
    if (flip()) single.push_back(special("[SEP]"));
    if (flip()) pair.push_back(special("[CLS]"));
    pair.push_back(text("A"));
    if (flip()) pair.push_back(special("[SEP]"));
    pair.push_back(text("B"));
    if (flip()) pair.push_back(special("[SEP]"));
    return {{"type", "TemplateProcessing"},
            {"single", single},
            {"pair", pair},
            {"special_tokens",
             {{"[CLS]", {{"id", "[CLS]"}, {"ids", {1}}, {"tokens", {"[CLS]"}}}},
              {"[SEP]", {{"id", "[SEP]"}, {"ids", {2, 3}}, {"tokens", {"[SEP]", "x"}}}}}}};
  }

  Random random_;
  std::vector<std::string> words_, added_;
};

}  // namespace hpo::test
