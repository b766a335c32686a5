// Mirrors include/hpo/agent/tokens.hpp.
#include <hpo/agent/tokens.hpp>

#include "model_folder.hpp"

#include "../check.hpp"

namespace hpo::agent {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

TEST_SUITE("agent/tokens") {
  TEST_CASE("tokens are made once for a content, and anew for another") {
    const test::TemporaryFolder folder;
    const auto tokenizer = text::Tokenizer::load(test::lookup_folder(folder));
    const std::filesystem::path cache = folder / "cache";
    std::filesystem::create_directory(cache);
    std::vector<data::ClassificationExample> examples{{.text = "the pump leaks"}, {.text = "the pump runs on day 3"}};
    const std::span<const data::ClassificationExample> all(examples);
    EncoderSection section;
    const auto first = tokens_of(tokenizer, all, section, cache);
    CHECK(first->size() == 2);
    CHECK(first->ids(0)[0] == *tokenizer.id_of("[CLS]"));
    CHECK(files_in(cache) == 1);
    const auto again = tokens_of(tokenizer, all, section, cache);
    CHECK(files_in(cache) == 1);
    CHECK(std::ranges::equal(again->ids(1), first->ids(1)));
    section.max_length = 8;
    static_cast<void>(tokens_of(tokenizer, all, section, cache));
    CHECK(files_in(cache) == 2);
    examples[0].text = "the pump sings";
    static_cast<void>(tokens_of(tokenizer, all, section, cache));
    CHECK(files_in(cache) == 3);
    CHECK(tokens_of(tokenizer, all, section, {})->size() == 2);  // in memory
    CHECK(files_in(cache) == 3);
  }
  TEST_CASE("a data set is named by the content of all its files") {
    const test::TemporaryFolder folder;
    test::write_text(folder / "a.csv", "text,label\nx,1\n");
    test::write_text(folder / "b.csv", "text,label\ny,1\n");
    data::SourceOptions source;
    source.train = folder / "a.csv";
    const std::string alone = hash_of(source);
    CHECK(hash_of(source) == alone);
    source.valid = folder / "b.csv";
    const std::string both = hash_of(source);
    CHECK(both != alone);
    test::write_text(folder / "b.csv", "text,label\ny,2\n");
    CHECK(hash_of(source) != both);
  }
}

}  // namespace
}  // namespace hpo::agent
