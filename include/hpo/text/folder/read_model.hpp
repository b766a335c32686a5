#pragma once
/// \file  Reads the model of a tokenizer.json.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/text/folder/json_field.hpp>
#include <hpo/text/models/model.hpp>

namespace hpo::text {

/// {"token": id, ...}
[[nodiscard]] inline Vocabulary read_vocabulary(const JsonField& field) {
  std::vector<std::pair<std::string, std::int32_t>> tokens;
  for (const auto& [token, id] : field.object().items()) tokens.emplace_back(token, field.child(id, token).integer());
  return Vocabulary(tokens, field.where());
}

/// "left right", the form of merges.txt and of older files.
/// Errors   TokenizerError, naming `where`, unless there are two tokens with one space between.
[[nodiscard]] inline std::pair<std::string, std::string> parse_merge(std::string_view line, std::string_view where) {
  const std::size_t space = line.find(' ');
  require<TokenizerError>(space != std::string_view::npos && line.find(' ', space + 1) == std::string_view::npos, where,
                          ": expected two tokens with a space between, got '", line, "'");
  return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

/// The number that the reference reads where JSON has the shortest text of `value`: all digits as one double, then one
/// division by a power of ten. It is off by up to one unit in the last place, and ties between ways to cut a word hang
/// on it.
/// Source   serde_json without its float_roundtrip feature.
[[nodiscard]] inline double read_as_reference(double value) {
  char text[64]{};
  const auto end = std::to_chars(text, text + sizeof text, std::abs(value), std::chars_format::scientific).ptr;
  const std::string_view written(text, static_cast<std::size_t>(end - text));  // d.ddde+xx
  const std::size_t mark = written.find('e');
  if (mark == std::string_view::npos) return value;  // not finite
  std::uint64_t digits = 0;
  int exponent = std::atoi(written.data() + mark + 1);
  for (const char c : written.substr(0, mark)) {
    if (c == '.') continue;
    digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (mark > 1) exponent -= static_cast<int>(mark) - 2;
  const double power = std::pow(10.0, std::abs(exponent));
  const double read = exponent < 0 ? static_cast<double>(digits) / power : static_cast<double>(digits) * power;
  return std::isfinite(read) ? std::copysign(read, value) : value;
}

namespace detail {

/// Files that are older than the "type" key are told apart by their other keys.
[[nodiscard]] inline std::string infer_model_type(const JsonField& field) {
  if (field.find("merges")) return "BPE";
  if (const auto vocabulary = field.find("vocab"); vocabulary && vocabulary->value().is_array()) return "Unigram";
  const bool word_piece = field.find("continuing_subword_prefix") && field.find("max_input_chars_per_word");
  return word_piece ? "WordPiece" : "nothing";
}

[[nodiscard]] inline Model read_word_piece(const JsonField& field) {
  WordPieceOptions options;
  options.unknown = field.text_or("unk_token", options.unknown);
  options.continuing_prefix = field.text_or("continuing_subword_prefix", options.continuing_prefix);
  options.max_word_length = field.integer_or("max_input_chars_per_word", 100);
  return WordPiece(read_vocabulary(field.at("vocab")), options, field.where());
}

[[nodiscard]] inline Bpe::Pairs read_merges(const JsonField& field) {
  Bpe::Pairs merges;
  field.for_each([&](const JsonField& one) {
    if (one.value().is_string()) {
      if (!one.text().starts_with("#version")) merges.push_back(parse_merge(one.text(), one.where()));
      return;
    }
    require<TokenizerError>(one.array().size() == 2, one.where(), ": expected a pair of tokens, got ",
                            one.value().size());
    merges.emplace_back(JsonField(one.value()[0], one.where()).text(), JsonField(one.value()[1], one.where()).text());
  });
  return merges;
}

[[nodiscard]] inline Model read_bpe(const JsonField& field) {
  const auto dropout = field.find("dropout");
  require<TokenizerError>(!dropout || dropout->number() == 0, field.where(),
                          ".dropout: expected none or 0: tokens are the same in "
                          "every epoch, got ",
                          dropout ? dropout->number() : 0);
  BpeOptions options;
  if (const auto unknown = field.find("unk_token")) options.unknown = unknown->text();
  options.continuing_prefix = field.text_or("continuing_subword_prefix", "");
  options.end_suffix = field.text_or("end_of_word_suffix", "");
  options.fuse_unknown = field.boolean_or("fuse_unk", false);
  options.byte_fallback = field.boolean_or("byte_fallback", false);
  options.ignore_merges = field.boolean_or("ignore_merges", false);
  return Bpe(read_vocabulary(field.at("vocab")), read_merges(field.at("merges")), options, field.where());
}

[[nodiscard]] inline Model read_unigram(const JsonField& field) {
  Unigram::Scored tokens;
  field.at("vocab").for_each([&](const JsonField& one) {
    require<TokenizerError>(one.array().size() == 2, one.where(), ": expected a token and its score, got ",
                            one.value().size(), " values");
    const double score = JsonField(one.value()[1], one.where()).number();
    tokens.emplace_back(JsonField(one.value()[0], one.where()).text(), read_as_reference(score));
  });
  const UnigramOptions options{field.integer_or("unk_id", Vocabulary::none), field.boolean_or("byte_fallback", false)};
  return Unigram(tokens, options, field.where());
}

}  // namespace detail

/// The model.
/// Errors   TokenizerError for an unknown type, a missing or wrong value, or a merge that the vocabulary lacks.
[[nodiscard]] inline Model read_model(const JsonField& field) {
  const auto type = field.find("type");
  const std::string name = type ? type->text() : detail::infer_model_type(field);
  if (name == "WordPiece") return detail::read_word_piece(field);
  if (name == "BPE") return detail::read_bpe(field);
  if (name == "Unigram") return detail::read_unigram(field);
  constexpr std::array<std::string_view, 3> known{"BPE", "Unigram", "WordPiece"};
  fail<TokenizerError>(field.where(), ".type: expected a model, got '", name, "'", known_names(name, known));
}

}  // namespace hpo::text
