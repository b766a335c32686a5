// include/hpo/text/tokenizer.hpp against the reference itself, on generated texts: HPO_FUZZ_CASES of them a family
// (2,000 if not set) from HPO_FUZZ_SEED (1). Needs node, and the folder HPO_TOKENIZERS_ORACLE with node_modules in it.
#include <hpo/text/tokenizer.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <hpo/core/file.hpp>
#include "../check.hpp"
#include "random_tokenizer.hpp"
#include "text_generator.hpp"
#include "word_piece_json.hpp"

namespace hpo::text {
namespace {
using nlohmann::json;

[[nodiscard]] std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Runs node; a batch of requests at a time.
class Oracle {
 public:
  /// Nothing, and a message that says why, where the reference is not at hand.
  [[nodiscard]] static std::optional<Oracle> find() {
    const char* folder = std::getenv("HPO_TOKENIZERS_ORACLE");
    if (folder == nullptr || !std::filesystem::exists(std::filesystem::path(folder) / "node_modules" / "tokenizers")) {
      MESSAGE("skipped: no reference tokenizers (node, npm and the network are needed once; ctest fetches them)");
      return std::nullopt;
    }
    return Oracle(folder);
  }

  /// One line for each request that is a list.
  [[nodiscard]] std::vector<std::string> ask(const std::string& requests) const {
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "requests", requests);
    const std::string script = std::string(HPO_SOURCE_DIR) + "/tests/oracle/encode.js";
    const std::string command = "NODE_PATH='" + modules_ + "' node '" + script + "' '" +
                                (folder / "requests").string() + "' '" + (folder / "replies").string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);
    std::vector<std::string> lines;
    std::ifstream replies(folder / "replies");
    for (std::string line; std::getline(replies, line);) lines.push_back(line);
    return lines;
  }

 private:
  explicit Oracle(const std::filesystem::path& folder) : modules_((folder / "node_modules").string()) {}
  std::string modules_;
};

struct Request {
  std::string first;
  std::optional<std::string> second;
  EncodeOptions options;
};

[[nodiscard]] Request random_request(test::TextGenerator& texts) {
  test::Random& random = texts.random();
  Request request{texts(), std::nullopt, {}};
  if (random.once_in(5)) request.second = texts();
  request.options.add_special = !random.once_in(4);
  if (random.once_in(5)) {
    request.options.max_length = static_cast<std::int32_t>(random.between(1, 24));
    request.options.stride = static_cast<std::int32_t>(random.once_in(2) ? 0 : random.below(6));
    request.options.strategy =
        random.one_of(std::array{Truncation::longest_first, Truncation::only_first, Truncation::only_second});
    request.options.direction = random.once_in(4) ? Side::left : Side::right;
  }
  if (random.once_in(10)) request.options.pad_to = static_cast<std::int32_t>(random.between(1, 30));
  return request;
}

[[nodiscard]] std::string to_line(const Request& request) {
  const EncodeOptions& options = request.options;
  std::string strategy;
  for (const auto& [name, value] : enum_names(Truncation{}))
    if (value == options.strategy) strategy = name;
  json line{request.first,
            request.second ? json(*request.second) : json(),
            options.add_special,
            options.max_length,
            options.stride,
            strategy,
            options.direction == Side::left,
            options.pad_to};
  return line.dump() + "\n";
}

template <class List>
void append_list(std::string& out, const List& list) {
  bool first = true;
  for (const auto value : list) {
    if (!first) out += ',';
    out += std::to_string(value);
    first = false;
  }
}

/// As encode.js writes it.
[[nodiscard]] std::string show(const Encoding& encoding, bool types) {
  std::string out;
  append_list(out, encoding.ids);
  out += ';';
  if (types) append_list(out, encoding.type_ids);
  out += ';';
  std::vector<std::int32_t> offsets;
  for (const Span& span : encoding.offsets) offsets.insert(offsets.end(), {span.begin, span.end});
  append_list(out, offsets);
  out += ';';
  append_list(out, encoding.special);
  for (const Encoding& window : encoding.overflow) out += '|' + show(window, types);
  return out;
}

[[nodiscard]] std::string encode(const Tokenizer& tokenizer, const Request& request) {
  try {
    const auto second = request.second ? std::optional<std::string_view>(*request.second) : std::nullopt;
    Encoding encoding = tokenizer.encode(request.first, second, request.options);
    const auto length = static_cast<std::size_t>(request.options.pad_to);
    if (length > 0 && tokenizer.pad_id() != 1) {  // the oracle pads with 1
      EncodeOptions options = request.options;
      options.pad_to = 0;
      encoding = tokenizer.encode(request.first, second, options);
      pad(encoding, length, 1);
    }
    return show(encoding, request.options.max_length == 0);
  } catch (const TokenizerError& error) {
    return std::string("E ") + error.what();
  }
}

[[nodiscard]] bool agree(const std::string& ours, const std::string& theirs) {
  return ours == theirs || (ours.starts_with("E ") && theirs.starts_with("E "));
}

/// Differences of one family; prints the first few.
class Tally {
 public:
  explicit Tally(std::string family) : family_(std::move(family)) {}
  void compare(const std::string& request, const std::string& ours, const std::string& theirs,
               const std::string& tokenizer = "") {
    ++compared_;
    if (ours.starts_with("E ") && theirs.starts_with("E ")) ++refused_;
    if (agree(ours, theirs)) return;
    if (++different_ <= number_from("HPO_FUZZ_SHOW", 5))
      MESSAGE(family_ << ": " << request << "ours   " << ours << "\ntheirs " << theirs << "\n" << tokenizer);
  }
  void finish() const {
    MESSAGE(family_ << ": " << compared_ << " texts, " << different_ << " differ, " << refused_ << " refused by both");
    CHECK(compared_ > 2 * refused_);
    CHECK(different_ == 0);
  }

 private:
  std::string family_;
  std::size_t compared_ = 0, different_ = 0, refused_ = 0;
};

/// Lines of the public data, or of the bundled examples where those are not at hand.
[[nodiscard]] std::vector<std::string> public_lines() {
  std::vector<std::string> lines;
  const std::filesystem::path root(HPO_SOURCE_DIR);
  for (const std::filesystem::path& file :
       {root.parent_path() / "shared/data/banking77/train.csv", root.parent_path() / "shared/data/med/MED.tsv",
        root.parent_path() / "shared/data/xquad/xquad.en.json", root.parent_path() / "shared/data/xquad/xquad.zh.json",
        root.parent_path() / "shared/data/covidqa/200423_covidQA.json", root / "examples/data/criteria.csv",
        root / "examples/data/evidence.csv"}) {
    std::ifstream in(file);
    if (!in) continue;
    if (file.extension() == ".json") {
      const json all = json::parse(in);
      for (const json& article : all["data"])
        for (const json& paragraph : article["paragraphs"]) lines.push_back(paragraph["context"]);
      continue;
    }
    for (std::string line; std::getline(in, line);) lines.push_back(line);
  }
  return lines;
}

[[nodiscard]] std::vector<std::string> words_of(const Tokenizer& tokenizer) {
  std::vector<std::string> words;
  for (std::size_t id = 0; id < tokenizer.id_limit(); ++id)
    if (std::string word = tokenizer.token_of(static_cast<std::int32_t>(id)); !word.empty())
      words.push_back(std::move(word));
  return words;
}

/// Compares one tokenizer in blocks, so that a long run needs no much memory.
void fuzz(const std::string& family, const Tokenizer& tokenizer, const json& reference) {
  const auto oracle = Oracle::find();
  if (!oracle) return;
  const std::uint64_t seed = number_from("HPO_FUZZ_SEED", 1);
  MESSAGE(family << ": seed " << seed);
  std::vector<std::string> added{"[SEP]",        "[MASK]",       "<mask>",     "</s>",         "<pad>",
                                 " <mask> ",     "<mask><mask>", "[CLS][SEP]", "<extra_id_0>", "|||EMAIL_ADDRESS|||",
                                 "e\u0301\u00e9"};
  test::TextGenerator texts(seed, words_of(tokenizer), public_lines(), added);
  Tally tally(family);
  for (std::uint64_t left = number_from("HPO_FUZZ_CASES", 2000); left > 0;) {
    const std::uint64_t block = std::min<std::uint64_t>(left, 20000);
    left -= block;
    std::string requests = reference.dump() + "\n";
    std::vector<Request> asked;
    std::vector<std::string> lines;
    for (std::uint64_t i = 0; i < block; ++i) {
      asked.push_back(random_request(texts));
      lines.push_back(to_line(asked.back()));
      requests += lines.back();
    }
    const std::vector<std::string> replies = oracle->ask(requests);
    REQUIRE(replies.size() == asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) tally.compare(lines[i], encode(tokenizer, asked[i]), replies[i]);
  }
  tally.finish();
}

/// A folder of the public data that holds a tokenizer.json, changed by `change`; both sides load the result.
template <class Change>
void fuzz_shared(const std::string& family, const std::string& below, Change change) {
  const auto folder = test::shared(below);
  if (!folder) return;
  json tokenizer;
  std::ifstream(*folder / "tokenizer.json") >> tokenizer;
  change(tokenizer);
  const test::TemporaryFolder changed;
  AtomicFile::write(changed / "tokenizer.json", tokenizer.dump());
  fuzz(family, Tokenizer::load(changed.path()), (changed / "tokenizer.json").string());
}

void fuzz_shared(const std::string& family, const std::string& below) {
  const auto folder = test::shared(below);
  if (folder) fuzz(family, Tokenizer::load(*folder), (*folder / "tokenizer.json").string());
}

/// A WordPiece tokenizer.json of a vocab.txt, as the reference's users make one; ours reads the vocab.txt.
void fuzz_word_piece(const std::string& family, const std::filesystem::path& vocabulary, bool lowercase) {
  const test::TemporaryFolder folder;
  std::filesystem::copy_file(vocabulary, folder / "vocab.txt");
  AtomicFile::write(folder / "tokenizer_config.json", json{{"do_lower_case", lowercase}}.dump());
  fuzz(family, Tokenizer::load(folder.path()), test::word_piece_json(vocabulary, lowercase));
}

TEST_SUITE("text/tokenizer_fuzz") {
  TEST_CASE("BERT: WordPiece, with and without capitals") {
    const auto folder = test::shared("data/vocab/bert-base-uncased");
    const std::filesystem::path vocabulary =
        folder ? *folder / "vocab.txt" : std::filesystem::path(HPO_SOURCE_DIR) / "examples/data/tiny-bert/vocab.txt";
    fuzz_word_piece("bert uncased", vocabulary, true);
    fuzz_word_piece("bert cased", vocabulary, false);
  }
  TEST_CASE("RoBERTa: byte-level BPE") {
    fuzz_shared("roberta", "data/vocab/roberta-base");
  }
  TEST_CASE(
      "ModernBERT: byte-level BPE on composed text, a template, <mask> with the space before it, tokens of spaces") {
    fuzz_shared("modernbert", "data/vocab/roberta-base", [](json& tokenizer) {
      tokenizer["normalizer"] = {{"type", "NFC"}};
      for (json& token : tokenizer["added_tokens"])
        token["normalized"] = false, token["lstrip"] = token["content"] == "<mask>";
      for (const char* content : {"|||EMAIL_ADDRESS|||", "   ", "  ", "\u00e9\u00e9"})
        tokenizer["added_tokens"].push_back({{"id", 50260 + tokenizer["added_tokens"].size()},
                                             {"content", content},
                                             {"single_word", false},
                                             {"lstrip", false},
                                             {"rstrip", false},
                                             {"normalized", true},
                                             {"special", false}});
      tokenizer["post_processor"] = json::parse(R"({"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}},
                 {"Sequence": {"id": "B", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}, "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}})");
    });
  }
  TEST_CASE("a small byte-level BPE whose vocabulary lacks bytes") {
    fuzz_shared("toy-roberta", "fixtures/hf/tokenizers/toy-roberta");
  }
  TEST_CASE("XLM-R: unigram") {
    fuzz_shared("xlm-roberta-test", "fixtures/hf/tokenizers/xlm-roberta-test");
  }
  TEST_CASE("DeBERTa-v3: unigram") {
    fuzz_shared("deberta-v3-test", "fixtures/hf/tokenizers/deberta-v3-test");
  }
  TEST_CASE("T5: unigram") {
    fuzz_shared("t5-small", "data/vocab/t5-small");
  }

  TEST_CASE("tokenizers put together at random") {
    const auto oracle = Oracle::find();
    if (!oracle) return;
    const std::uint64_t seed = number_from("HPO_FUZZ_SEED", 1);
    MESSAGE("random pipelines: seed " << seed);
    test::RandomTokenizer tokenizers(seed);
    Tally tally("random pipelines");
    const std::vector<std::string> lines = public_lines();
    for (std::uint64_t left = number_from("HPO_FUZZ_CASES", 2000), round = 0; left > 0; ++round) {
      std::string requests;
      std::vector<std::pair<std::string, std::string>> sent;  // the request's line and our answer
      std::vector<std::string> made;
      for (int k = 0; k < 40 && left > 0; ++k) {
        const json tokenizer = tokenizers();
        const test::TemporaryFolder folder;
        AtomicFile::write(folder / "tokenizer.json", tokenizer.dump());
        requests += tokenizer.dump() + "\n";
        std::optional<Tokenizer> ours;
        std::string refused;
        try {
          ours = Tokenizer::load(folder.path());
        } catch (const TokenizerError& error) {
          refused = std::string("E ") + error.what();
        }
        test::TextGenerator texts(seed * 1000003 + round * 40 + static_cast<std::uint64_t>(k), tokenizers.words(),
                                  lines, tokenizers.added());
        for (int i = 0; i < 50 && left > 0; ++i, --left) {
          const Request request = random_request(texts);
          requests += to_line(request);
          sent.emplace_back(to_line(request), ours ? encode(*ours, request) : refused);
          made.push_back(tokenizer.dump());
        }
      }
      const std::vector<std::string> replies = oracle->ask(requests);
      REQUIRE(replies.size() == sent.size());
      for (std::size_t i = 0; i < sent.size(); ++i) tally.compare(sent[i].first, sent[i].second, replies[i], made[i]);
    }
    tally.finish();
  }
}

}  // namespace
}  // namespace hpo::text
