#pragma once
/// \file  The tokenizer.json that the reference's users make of a vocab.txt.

#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace hpo::test {

/// BERT's word pieces; ours reads the vocab.txt itself.
[[nodiscard]] inline nlohmann::json word_piece_json(const std::filesystem::path& vocabulary, bool lowercase) {
  using nlohmann::json;
  json ids = json::object();
  std::ifstream in(vocabulary);
  int id = 0;
  for (std::string line; std::getline(in, line);) ids[line] = id++;
  json added = json::array();
  for (const char* token : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
    added.push_back({{"id", ids[token]},
                     {"content", token},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added},
          {"normalizer",
           {{"type", "BertNormalizer"},
            {"clean_text", true},
            {"handle_chinese_chars", true},
            {"strip_accents", nullptr},
            {"lowercase", lowercase}}},
          {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
          {"post_processor",
           {{"type", "BertProcessing"}, {"sep", {"[SEP]", ids["[SEP]"]}}, {"cls", {"[CLS]", ids["[CLS]"]}}}},
          {"decoder", nullptr},
          {"model",
           {{"type", "WordPiece"},
            {"unk_token", "[UNK]"},
            {"continuing_subword_prefix", "##"},
            {"max_input_chars_per_word", 100},
            {"vocab", ids}}}};
}

}  // namespace hpo::test
