// include/hpo/text/tokenizer.hpp against results that were recorded from the reference: 266 cases a tokenizer.
#include <hpo/text/tokenizer.hpp>

#include <bit>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <hpo/core/file.hpp>
#include "../check.hpp"

namespace hpo::text {
namespace {
using nlohmann::json;

struct Case {
  std::string first;
  std::optional<std::string> second;
  EncodeOptions options;
};

[[nodiscard]] Case read_case(const json& record, const json& strings) {
  Case one{strings[record["a"].get<std::size_t>()], std::nullopt, {}};
  if (record.contains("b")) one.second = strings[record["b"].get<std::size_t>()].get<std::string>();
  one.options.add_special = record.value("add_special_tokens", true);
  one.options.max_length = record.value("max_length", 0);
  one.options.stride = record.value("stride", 0);
  one.options.direction = record.value("direction", "right") == "left" ? Side::left : Side::right;
  for (const auto& [name, strategy] : enum_names(Truncation{}))
    if (record.value("strategy", "longest_first") == name) one.options.strategy = strategy;
  return one;
}

/// In the form of the record; type ids are left out where all are 0.
[[nodiscard]] json to_record(const Encoding& encoding, bool with_types) {
  json record{{"ids", encoding.ids}, {"offsets", json::array()}, {"special", json::array()}};
  for (const Span& span : encoding.offsets) {
    record["offsets"].push_back(span.begin);
    record["offsets"].push_back(span.end);
  }
  for (std::size_t i = 0; i < encoding.size(); ++i)
    if (encoding.special[i] != 0) record["special"].push_back(i);
  const bool any = std::ranges::any_of(encoding.type_ids, [](std::uint8_t type) { return type != 0; });
  if (with_types && any) record["type_ids"] = encoding.type_ids;
  return record;
}

[[nodiscard]] json expected(const json& record, bool with_types) {
  json wanted{{"ids", record["ids"]}, {"offsets", record["offsets"]}, {"special", record["special"]}};
  if (with_types && record.contains("type_ids")) wanted["type_ids"] = record["type_ids"];
  return wanted;
}

[[nodiscard]] std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

/// What holds of every encoding, whatever the reference says.
void check_consistent(const Encoding& encoding) {
  REQUIRE(encoding.type_ids.size() == encoding.size());
  REQUIRE(encoding.offsets.size() == encoding.size());
  REQUIRE(encoding.special.size() == encoding.size());
  REQUIRE(encoding.sequence.size() == encoding.size());
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    REQUIRE((encoding.special[i] != 0) == (encoding.sequence[i] < 0));
    REQUIRE(encoding.offsets[i].begin <= encoding.offsets[i].end);
  }
}

void check_cases(const std::filesystem::path& folder, const std::filesystem::path& cases) {
  json all;
  std::ifstream(cases) >> all;
  const Tokenizer tokenizer = Tokenizer::load(folder);
  CHECK(tokenizer.vocab_size() == all["vocab_size"].get<std::size_t>());

  // The recorded windows were cut from an encoding whose offsets had been trimmed once, and were trimmed again.
  TokenizerParts parts = read_tokenizer_folder(folder);
  const std::vector<TrimOffsets> once = parts.post_processor.trims;
  parts.post_processor.trims.insert(parts.post_processor.trims.end(), once.begin(), once.end());
  const Tokenizer trims_twice(std::move(parts));

  std::size_t checked = 0;
  for (const json& record : all["cases"]) {
    const Case one = read_case(record, all["strings"]);
    const auto second = one.second ? std::optional<std::string_view>(*one.second) : std::nullopt;
    const Encoding encoding =
        (record["kind"] == "truncate" ? trims_twice : tokenizer).encode(one.first, second, one.options);
    CAPTURE(record.dump());
    check_consistent(encoding);
    CHECK(to_record(encoding, true) == expected(record, true));
    const json windows = record.value("overflow", json::array());
    REQUIRE(encoding.overflow.size() == windows.size());
    for (std::size_t i = 0; i < windows.size(); ++i) {  // the reference leaves type ids of windows unset: not copied
      check_consistent(encoding.overflow[i]);
      CHECK(to_record(encoding.overflow[i], false) == expected(windows[i], false));
      for (std::size_t k = 0; k < encoding.overflow[i].size(); ++k)
        if (encoding.overflow[i].sequence[k] == 0) CHECK(encoding.overflow[i].type_ids[k] == 0);
    }
    ++checked;
  }
  for (const json& record : all["invalid_utf8"]) {
    CAPTURE(record.dump());
    CHECK(json(tokenizer.encode("x " + from_hex(record["bytes"]) + " y").ids) == record["ids"]);
    ++checked;
  }
  for (const json& record : all["padding"]) {
    std::vector<std::string> texts;
    for (const json& index : record["texts"]) texts.push_back(all["strings"][index.get<std::size_t>()]);
    std::vector<Encoding> rows = tokenizer.encode_batch(texts);
    const Side side = record["direction"] == "left" ? Side::left : Side::right;
    const std::int32_t pad_id = record["pad_id"];
    const json& multiple = record["pad_to_multiple_of"];
    if (record["length"].is_null())
      pad_to_longest(rows, pad_id, multiple.is_null() ? 1 : multiple.get<std::size_t>(), 0, side);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!record["length"].is_null()) pad(rows[i], record["length"].get<std::size_t>(), pad_id, 0, side);
      std::vector<int> mask;
      for (std::size_t k = 0; k < rows[i].size(); ++k) mask.push_back(rows[i].attends(k) ? 1 : 0);
      CHECK(json(rows[i].ids) == record["rows"][i]["ids"]);
      CHECK(json(rows[i].type_ids) == record["rows"][i]["type_ids"]);
      CHECK(json(mask) == record["rows"][i]["attention_mask"]);
    }
    ++checked;
  }
  CHECK(checked == 269);
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value > 127; value >>= 7) out += static_cast<char>(value | 128);
  out += static_cast<char>(value);
}

void put_bytes(std::string& out, unsigned field, const std::string& bytes) {
  put_varint(out, field << 3 | 2U);
  put_varint(out, bytes.size());
  out += bytes;
}

/// A sentencepiece file of the tokens [first, last) of a tokenizer.json after `head`; kinds as in the file format.
[[nodiscard]] std::string sentencepiece_file(const json& tokenizer,
                                             const std::vector<std::pair<std::string, int>>& head, std::size_t first,
                                             std::size_t last) {
  std::string out;
  const auto put = [&](const std::string& text, float score, int kind) {
    std::string piece;
    put_bytes(piece, 1, text);
    put_varint(piece, 2U << 3 | 5U);
    for (int i = 0; i < 4; ++i) piece += static_cast<char>(std::bit_cast<std::uint32_t>(score) >> 8 * i);
    if (kind != 1) put_varint(piece, 3U << 3), put_varint(piece, static_cast<std::uint64_t>(kind));
    put_bytes(out, 1, piece);
  };
  for (const auto& [text, kind] : head) put(text, 0, kind);
  const json& vocabulary = tokenizer["model"]["vocab"];
  for (std::size_t i = first; i < last; ++i) put(vocabulary[i][0], vocabulary[i][1].get<float>(), 1);
  std::string trainer, normalizer;
  put_varint(trainer, 3U << 3), put_varint(trainer, 1);
  put_bytes(out, 2, trainer);
  for (const json& step : tokenizer["normalizer"]["normalizers"])
    if (step["type"] == "Precompiled")
      put_bytes(normalizer, 2, *decode_base64(step["precompiled_charsmap"].get<std::string>()));
  put_bytes(out, 3, normalizer);
  return out;
}

void check_shared(const std::string& folder, const std::string& name) {
  const auto from = test::shared(folder);
  const auto cases = test::shared("fixtures/hf/tokenizers/" + name + "/cases.json");
  if (from && cases) check_cases(*from, *cases);
}

TEST_SUITE("text/tokenizer_reference") {
  TEST_CASE("BERT from vocab.txt") {
    check_shared("data/vocab/bert-base-uncased", "bert-uncased");
  }
  TEST_CASE("RoBERTa from tokenizer.json") {
    check_shared("data/vocab/roberta-base", "roberta");
  }
  TEST_CASE("a small byte-level BPE whose vocabulary lacks bytes") {
    check_shared("fixtures/hf/tokenizers/toy-roberta", "toy-roberta");
  }
  TEST_CASE("T5: unigram with the normalization table of sentencepiece") {
    check_shared("data/vocab/t5-small", "t5-small");
  }
  TEST_CASE("XLM-R") {
    check_shared("fixtures/hf/tokenizers/xlm-roberta-test", "xlm-roberta-test");
  }
  TEST_CASE("DeBERTa-v3") {
    check_shared("fixtures/hf/tokenizers/deberta-v3-test", "deberta-v3-test");
  }

  TEST_CASE("XLM-R and DeBERTa from sentencepiece files") {
    struct Family {
      std::string name, file;
      std::vector<std::pair<std::string, int>> head;
      std::size_t first, cut;
    };
    for (const Family& family :
         {Family{"xlm-roberta-test", "sentencepiece.bpe.model", {{"<unk>", 2}, {"<s>", 3}, {"</s>", 3}}, 4, 1},
          Family{"deberta-v3-test", "spm.model", {{"<unk>", 2}, {"<s>", 3}, {"</s>", 3}}, 3, 0}}) {
      const auto from = test::shared("fixtures/hf/tokenizers/" + family.name + "/tokenizer.json");
      const auto cases = test::shared("fixtures/hf/tokenizers/" + family.name + "/cases.json");
      if (!from || !cases) return;
      json tokenizer;
      std::ifstream(*from) >> tokenizer;
      const test::TemporaryFolder folder;
      const std::string bytes =
          sentencepiece_file(tokenizer, family.head, family.first, tokenizer["model"]["vocab"].size() - family.cut);
      AtomicFile::write(folder / family.file, bytes);
      check_cases(folder.path(), *cases);
      for (std::size_t size = 0; size < bytes.size();
           size = size * 5 / 4 + 1) {  // cut anywhere: an error or fewer tokens
        try {
          (void)parse_sentencepiece(bytes.substr(0, size), "test");
        } catch (const TokenizerError&) {
        }
      }
    }
  }

  TEST_CASE("RoBERTa from vocab.json and merges.txt") {
    const auto from = test::shared("data/vocab/roberta-base");
    const auto cases = test::shared("fixtures/hf/tokenizers/roberta/cases.json");
    if (!from || !cases) return;
    const test::TemporaryFolder folder;
    for (const char* name : {"vocab.json", "merges.txt"}) std::filesystem::copy_file(*from / name, folder / name);
    check_cases(folder.path(), *cases);
  }
}

}  // namespace
}  // namespace hpo::text
