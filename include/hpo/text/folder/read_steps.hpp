#pragma once
/// \file  Reads the normalizer and the pre_tokenizer of a tokenizer.json.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/text/folder/json_field.hpp>
#include <hpo/text/folder/sequence_depth.hpp>
#include <hpo/text/pipeline/normalizer.hpp>
#include <hpo/text/pipeline/pattern.hpp>
#include <hpo/text/pipeline/pre_tokenizer.hpp>

namespace hpo::text {

namespace detail {

[[nodiscard]] inline bool is_one_code_point(std::string_view text) {
  return !text.empty() && decode_utf8(text).size == text.size();
}

/// {"String": "x"} or {"Regex": " {2,}"}: of expressions, a run of one character.
[[nodiscard]] inline Pattern read_pattern(const JsonField& field) {
  if (const auto text = field.find("String")) return Pattern(text->text());
  const JsonField regex = field.at("Regex");
  std::string_view source = regex.text();
  std::size_t at_least = 1;
  bool run = false;
  if (source.ends_with("+")) {
    source.remove_suffix(1);
    run = true;
  } else if (const std::size_t brace = source.rfind('{');
             source.ends_with(",}") && brace != std::string_view::npos && brace > 0) {
    const std::string_view digits = source.substr(brace + 1, source.size() - brace - 3);
    at_least = 0;
    for (const char digit : digits)
      at_least =
          digit >= '0' && digit <= '9' && at_least < 1000 ? at_least * 10 + static_cast<std::size_t>(digit - '0') : 0;
    run = at_least > 0;
    if (run) source = source.substr(0, brace);
  }
  constexpr std::string_view meaning = "\\.[](){}|*+?^$";
  const bool plain = is_one_code_point(source) && meaning.find(source) == std::string_view::npos;
  require<TokenizerError>(plain, regex.where(),
                          ": expected one character, or one repeated as in ' {2,}' or ' +', got '", regex.text(), "'");
  return run ? Pattern(std::string(source), at_least) : Pattern(std::string(source));
}

inline void read_normalizer(const JsonField& field, std::vector<NormalizerStep>& steps, int depth) {
  require_shallow(field, depth);
  const JsonField type = field.at("type");
  const std::string& name = type.text();
  if (name == "Sequence")
    return field.at("normalizers").for_each([&](const JsonField& one) { read_normalizer(one, steps, depth + 1); });
  if (name == "BertNormalizer") {
    BertNormalizer bert{field.boolean_or("clean_text", true), field.boolean_or("handle_chinese_chars", true),
                        std::nullopt, field.boolean_or("lowercase", true)};
    if (const auto strip = field.find("strip_accents")) bert.strip_accents = strip->boolean();
    steps.emplace_back(bert);
  } else if (name == "Lowercase") {
    steps.emplace_back(Lowercase{});
  } else if (name == "NFC") {
    steps.emplace_back(ToNormalForm{NormalForm::nfc});
  } else if (name == "NFD") {
    steps.emplace_back(ToNormalForm{NormalForm::nfd});
  } else if (name == "NFKC") {
    steps.emplace_back(ToNormalForm{NormalForm::nfkc});
  } else if (name == "NFKD") {
    steps.emplace_back(ToNormalForm{NormalForm::nfkd});
  } else if (name == "StripAccents") {
    steps.emplace_back(StripAccents{});
  } else if (name == "Strip") {
    steps.emplace_back(Strip{field.at("strip_left").boolean(), field.at("strip_right").boolean()});
  } else if (name == "Prepend") {
    steps.emplace_back(Prepend{field.at("prepend").text()});
  } else if (name == "Replace") {
    steps.emplace_back(Replace{read_pattern(field.at("pattern")), field.at("content").text()});
  } else if (name == "Nmt") {
    steps.emplace_back(Nmt{});
  } else if (name == "ByteLevel") {
    steps.emplace_back(ByteCharacters{});
  } else if (name == "Precompiled") {
    const JsonField charsmap = field.at("precompiled_charsmap");
    const auto table = decode_base64(charsmap.text());
    require<TokenizerError>(table.has_value(), charsmap.where(), ": expected base 64, got other text");
    steps.emplace_back(Precompiled(*table, charsmap.where()));
  } else {
    type.fail_unknown("a normalizer",
                      std::array<std::string_view, 14>{"BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC",
                                                       "NFKD", "Nmt", "Prepend", "Precompiled", "Replace", "Sequence",
                                                       "Strip", "StripAccents"});
  }
}

[[nodiscard]] inline Delimiter read_delimiter(const JsonField& field) {
  std::vector<std::string_view> known;
  for (const auto& [name, value] : enum_names(Delimiter{})) {
    if (name == field.text()) return value;
    known.push_back(name);
  }
  field.fail_unknown("a behavior", known);
}

[[nodiscard]] inline Metaspace read_metaspace(const JsonField& field) {
  Metaspace metaspace;
  const JsonField replacement = field.at("replacement");
  require<TokenizerError>(is_one_code_point(replacement.text()), replacement.where(), ": expected one character, got '",
                          replacement.text(), "'");
  metaspace.replacement = replacement.text();
  metaspace.split = field.boolean_or("split", true);
  if (const auto scheme = field.find("prepend_scheme")) {
    constexpr std::array<std::string_view, 3> known{"always", "first", "never"};
    const auto found = std::ranges::find(known, scheme->text());
    if (found == known.end()) scheme->fail_unknown("a prepend_scheme", known);
    metaspace.prepend = static_cast<Metaspace::Prepend>(found - known.begin());
  }
  if (!field.boolean_or("add_prefix_space", true)) {
    require<TokenizerError>(!field.find("prepend_scheme") || metaspace.prepend == Metaspace::Prepend::never,
                            field.where(), ".prepend_scheme: expected never together with add_prefix_space false");
    metaspace.prepend = Metaspace::Prepend::never;
  }
  return metaspace;
}

inline void read_pre_tokenizer(const JsonField& field, std::vector<PreTokenizerStep>& steps, int depth) {
  require_shallow(field, depth);
  const JsonField type = field.at("type");
  const std::string& name = type.text();
  if (name == "Sequence")
    return field.at("pretokenizers").for_each([&](const JsonField& one) { read_pre_tokenizer(one, steps, depth + 1); });
  if (name == "BertPreTokenizer") {
    steps.emplace_back(BertPreTokenizer{});
  } else if (name == "ByteLevel") {
    steps.emplace_back(
        ByteLevelPreTokenizer{field.boolean_or("add_prefix_space", true), field.boolean_or("use_regex", true)});
  } else if (name == "Whitespace") {
    steps.emplace_back(WhitespacePreTokenizer{});
  } else if (name == "WhitespaceSplit") {
    steps.emplace_back(WhitespaceSplit{});
  } else if (name == "Punctuation") {
    const auto behavior = field.find("behavior");
    steps.emplace_back(PunctuationSplit{behavior ? read_delimiter(*behavior) : Delimiter::isolated});
  } else if (name == "Digits") {
    steps.emplace_back(DigitsSplit{field.boolean_or("individual_digits", false)});
  } else if (name == "Split") {
    steps.emplace_back(PatternSplit{read_pattern(field.at("pattern")), read_delimiter(field.at("behavior")),
                                    field.boolean_or("invert", false)});
  } else if (name == "CharDelimiterSplit") {
    steps.emplace_back(PatternSplit{Pattern(field.at("delimiter").text()), Delimiter::removed, false});
  } else if (name == "Metaspace") {
    steps.emplace_back(read_metaspace(field));
  } else {
    type.fail_unknown(
        "a pre_tokenizer",
        std::array<std::string_view, 10>{"BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Digits", "Metaspace",
                                         "Punctuation", "Sequence", "Split", "Whitespace", "WhitespaceSplit"});
  }
}

}  // namespace detail

/// The steps of a normalizer.
/// Errors   TokenizerError for a type or a pattern that is not known.
[[nodiscard]] inline Normalizer read_normalizer(const JsonField& field) {
  std::vector<NormalizerStep> steps;
  detail::read_normalizer(field, steps, 0);
  return Normalizer(std::move(steps));
}

/// The steps of a pre_tokenizer.
/// Errors   as read_normalizer.
[[nodiscard]] inline PreTokenizer read_pre_tokenizer(const JsonField& field) {
  std::vector<PreTokenizerStep> steps;
  detail::read_pre_tokenizer(field, steps, 0);
  return PreTokenizer(std::move(steps));
}

}  // namespace hpo::text
