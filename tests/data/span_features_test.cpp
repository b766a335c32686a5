// Mirrors include/hpo/data/span_features.hpp and tokenize.hpp.
#include <hpo/data/span_features.hpp>
#include <hpo/data/tokenize.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <hpo/data/load.hpp>
#include <hpo/text/tokenizer.hpp>

#include "../check.hpp"

namespace hpo::data {
namespace {

static_assert(Tokenizes<text::Tokenizer>);

const std::filesystem::path bundled = std::filesystem::path(HPO_SOURCE_DIR) / "examples/data";

/// A tokenizer of one word a letter: "[CLS] a b [SEP] c [SEP]" for ("ab", "c").
text::Tokenizer letters() {
  const test::TemporaryFolder folder;
  std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
  for (char c = 'a'; c <= 'z'; ++c) vocabulary += std::string(1, c) + "\n##" + std::string(1, c) + "\n";
  AtomicFile::write(folder / "vocab.txt", vocabulary + ".\n");
  return text::Tokenizer::load(folder.path());
}

SpanExample asked(const std::string& context, const std::string& answer, std::int64_t start) {
  return {.id = "q", .context = context, .question = "q", .answers = {{answer, start}}, .row = 1};
}

SpanWindows windows_of(const SpanExample& example, const TokenizeOptions& options, TokenStore* kept = nullptr) {
  const std::vector<SpanExample> examples{example};
  const TokenStore store = tokenize(letters(), examples, options);
  if (kept != nullptr) *kept = store;
  return answer_windows(store, examples);
}

/// Whether a token reaches over an end of the answer, other than with white space.
bool cuts_a_token(const TokenStore& store, const AnswerWindow& window, std::string_view context, text::Span answer) {
  const text::CodePointMap map(context);
  const auto offsets = store.offsets(window.row);
  const text::Span first = offsets[static_cast<std::size_t>(window.start)];
  const text::Span last = offsets[static_cast<std::size_t>(window.end)];
  return !text_of(context, {first.begin, answer.begin}).empty() || !text_of(context, {answer.end, last.end}).empty();
}

/// Of the answers that a window holds, how many come back as they were, or with more of the token that they end within.
struct Round {
  std::size_t answers = 0, exact = 0, held = 0, within_token = 0;
};

Round round_trip(const text::Tokenizer& tokenizer, std::span<const SpanExample> examples,
                 const TokenizeOptions& options) {
  const TokenStore store = tokenize(tokenizer, examples, options);
  const SpanWindows windows = answer_windows(store, examples);
  CHECK(windows.windows.size() == store.size());
  Round round;
  round.answers =
      static_cast<std::size_t>(std::ranges::count_if(examples, [](const auto& e) { return !e.answers.empty(); }));
  round.held = round.answers - windows.not_held.size();
  std::vector<bool> exact(examples.size(), false), within(examples.size(), false);
  for (const auto& window : windows.windows) {
    CHECK(static_cast<std::int64_t>(store.length(window.row)) <= options.max_length);
    if (window.end == 0) continue;
    const auto& example = examples[window.example];
    const auto& answer = example.answers[0];
    const auto start = static_cast<std::int32_t>(answer.start);
    const text::Span span{start, start + static_cast<std::int32_t>(count_code_points(answer.text))};
    const TokenRange tokens{static_cast<std::size_t>(window.start), static_cast<std::size_t>(window.end)};
    const std::string text = text_of(example.context, characters_of(store.offsets(window.row), tokens));
    const bool cuts = cuts_a_token(store, window, example.context, span);
    CHECK((text == answer.text) == !cuts);
    CHECK(text.find(answer.text) != std::string::npos);
    (cuts ? within : exact)[window.example] = true;
  }
  const auto count = [](const std::vector<bool>& flags) {
    return static_cast<std::size_t>(std::ranges::count(flags, true));
  };
  round.exact = count(exact);
  round.within_token = count(within);
  return round;
}

TEST_SUITE("data/span_features") {
  TEST_CASE("an answer in the only window: tokens count from [CLS] over the question") {
    // [CLS] q [SEP] ab c def . [SEP]: the words cut into letters begin at token 3
    const auto found = windows_of(asked("ab c def.", "c de", 3), {.max_length = 32, .stride = 0});
    CHECK(found.windows == std::vector<AnswerWindow>{{0, 0, 5, 7}});
    CHECK(found.not_held.empty());
  }
  TEST_CASE("windows with a stride: only those that hold the whole answer name it") {
    // 10 letters, room for 4 in a window of 8, 2 of them shared: abcd cdef efgh ghij
    TokenStore store = TokenStoreBuilder().in_memory();
    const auto inside = windows_of(asked("abcdefghij", "cd", 2), {.max_length = 8, .stride = 2}, &store);
    REQUIRE(store.size() == 4);
    CHECK(inside.windows == std::vector<AnswerWindow>{{0, 0, 5, 6}, {1, 0, 3, 4}, {2, 0, 0, 0}, {3, 0, 0, 0}});
    const auto across = windows_of(asked("abcdefghij", "de", 3), {.max_length = 8, .stride = 2});
    CHECK(across.windows == std::vector<AnswerWindow>{{0, 0, 0, 0}, {1, 0, 4, 5}, {2, 0, 0, 0}, {3, 0, 0, 0}});
    const auto ends = windows_of(asked("abcdefghij", "ij", 8), {.max_length = 8, .stride = 2});
    CHECK(ends.windows.back() == AnswerWindow{3, 0, 5, 6});
  }
  TEST_CASE("an answer that no window holds whole is told, never cut") {
    const auto found = windows_of(asked("abcdefghij", "defgh", 3), {.max_length = 8, .stride = 2});
    CHECK(found.not_held == std::vector<std::size_t>{0});
    CHECK(std::ranges::all_of(found.windows, [](const auto& window) { return window.start == 0 && window.end == 0; }));
  }
  TEST_CASE("without a question the context is the first text; without an answer every window says so") {
    SpanExample example{.context = "abc", .answers = {{"bc", 1}}};
    CHECK(windows_of(example, {.max_length = 8, .stride = 0}).windows == std::vector<AnswerWindow>{{0, 0, 2, 3}});
    example.answers.clear();
    const auto none = windows_of(example, {.max_length = 8, .stride = 0});
    CHECK(none.windows == std::vector<AnswerWindow>{{0, 0, 0, 0}});
    CHECK(none.not_held.empty());
  }
  TEST_CASE("a token may stick out of the answer, white space around it is cut") {
    const std::vector<text::Span> offsets{{0, 0}, {0, 3}, {4, 9}, {9, 10}, {0, 0}};
    CHECK(tokens_of(offsets, {1, 3}, {5, 7}) == TokenRange{2, 2});
    CHECK(tokens_of(offsets, {1, 3}, {2, 10}) == TokenRange{1, 3});
    CHECK(!tokens_of(offsets, {1, 3}, {3, 4}));
    CHECK(characters_of(offsets, {1, 2}).end == 9);
    CHECK(text_of("é abc ", {1, 6}) == "abc");
    CHECK(text_of("  ", {0, 2}).empty());
  }
  TEST_CASE("characters that the tokenizer drops do not hide an answer at either end of the context") {
    const std::string dropped = "\u200b";
    const std::string context = dropped + "abc" + dropped;
    CHECK(windows_of(asked(context, context, 0), {.max_length = 8, .stride = 0}).windows ==
          std::vector<AnswerWindow>{{0, 0, 3, 5}});
  }
  TEST_CASE("a question that leaves no room is refused with its row") {
    TokenStoreBuilder builder;
    const std::vector<SpanExample> examples{{.id = "q7", .context = "abc", .question = "abcdefgh", .row = 4}};
    try {
      tokenize(letters(), std::span<const SpanExample>(examples), {.max_length = 8, .stride = 2}, builder);
      FAIL("no error");
    } catch (const DataError& error) {
      CHECK(std::string(error.what())
                .starts_with("data: row 4 (q7): max_length 8 and stride 2 leave no room for the context: "));
    }
  }
  TEST_CASE("classification: one row an example, pairs with two types, cut rows are counted") {
    TokenStoreBuilder builder;
    const std::vector<ClassificationExample> examples{
        {.text = "ab"}, {.text = "ab", .pair = "c"}, {.text = "abcdefghijkl", .pair = "cde"}};
    CHECK(tokenize(letters(), std::span<const ClassificationExample>(examples), {.max_length = 10}, builder) == 1);
    const TokenStore store = builder.in_memory();
    REQUIRE(store.size() == 3);
    CHECK(store.length(0) == 4);
    CHECK(store.type_ids(1)[4] == 1);
    CHECK(store.length(2) == 10);
    const TokenStore at_once = tokenize(letters(), examples, {.max_length = 10});
    REQUIRE(at_once.size() == store.size());
    for (std::size_t row = 0; row < store.size(); ++row) {
      CHECK(std::ranges::equal(at_once.ids(row), store.ids(row)));
      CHECK(at_once.example(row) == row);
    }
  }
  TEST_CASE("the key follows every text, the options and the tokenizer's files, not the labels") {
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "vocab.txt", "a\n");
    const std::vector<std::filesystem::path> files{folder / "vocab.txt"};
    std::vector<ClassificationExample> examples{{.text = "ab", .label = 0}, {.text = "c", .label = 1}};
    const auto key = [&](const TokenizeOptions& options) {
      return token_key(files, std::span<const ClassificationExample>(examples), options);
    };
    const std::string first = key({});
    CHECK(first == key({}));
    CHECK(first != key({.max_length = 64}));
    examples[0].label = 1;
    CHECK(first == key({}));
    examples[0].pair = "";
    CHECK(first != key({}));
    examples[0].pair.reset();
    examples[0].text = "abc";
    CHECK(first != key({}));
    examples[0].text = "ab";
    AtomicFile::write(folder / "vocab.txt", "b\n");
    CHECK(first != key({}));
  }
  TEST_CASE("the bundled data: no text has unknown tokens or is too long, every answer comes back exactly") {
    const auto tokenizer = text::Tokenizer::load(bundled / "tiny-bert");
    const auto unknown = tokenizer.id_of("[UNK]");
    REQUIRE(unknown);
    const auto check = [&](const std::string& text) {
      const auto encoding = tokenizer.encode(text);
      CHECK(std::ranges::count(encoding.ids, *unknown) == 0);
      CHECK(encoding.ids.size() <= 128);
    };
    for (const auto& example : read_classification(bundled / "criteria.csv", {}, {}).examples) check(example.text);
    const auto evidence = read_spans(bundled / "evidence.csv", {}, {.start = "start"}).examples;
    for (const auto& example : evidence) check(example.context + " " + *example.question);
    for (const TokenizeOptions& options : {TokenizeOptions{128, 32}, TokenizeOptions{48, 16}}) {
      const Round round = round_trip(tokenizer, evidence, options);
      CHECK(round.answers == 588);
      CHECK(round.exact == round.answers);
    }
  }
  TEST_CASE("XQuAD: every answer comes back from its windows, exactly unless it ends within a token") {
    struct Expected {
      std::string tokenizer, language;
      TokenizeOptions options;
      std::size_t within_token;
    };
    for (const Expected& expected : {Expected{"data/vocab/bert-base-uncased", "en", {128, 32}, 1},
                                     Expected{"data/vocab/bert-base-uncased", "zh", {128, 32}, 0},
                                     Expected{"data/vocab/roberta-base", "en", {384, 128}, 13},
                                     Expected{"data/vocab/roberta-base", "zh", {384, 128}, 1},
                                     Expected{"data/vocab/t5-small", "en", {384, 128}, 29},
                                     Expected{"fixtures/hf/tokenizers/xlm-roberta-test", "en", {384, 128}, 1}}) {
      const auto data = test::shared("data/xquad/xquad." + expected.language + ".json");
      const auto folder = test::shared(expected.tokenizer);
      if (!data || !folder) continue;
      CAPTURE(expected.tokenizer);
      CAPTURE(expected.language);
      const Round round =
          round_trip(text::Tokenizer::load(*folder), read_spans(*data, {}, {}).examples, expected.options);
      CHECK(round.answers == 1190);
      CHECK(round.held == 1190);
      CHECK(round.exact == 1190 - expected.within_token);
      CHECK(round.within_token == expected.within_token);
    }
  }
}
}  // namespace
}  // namespace hpo::data
