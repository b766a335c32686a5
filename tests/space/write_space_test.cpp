// Mirrors include/hpo/space/write_space.hpp.
#include <hpo/space/write_space.hpp>

#include <hpo/space/read_space.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

constexpr auto declared = space::of(
    real<"optim.lr">(1e-5, 5e-3).log(), real<"head.dropout">(0.0, 0.5).step(0.05), integer<"head.layers">(1, 3),
    integer<"head.width">(32, 512).log().when<"head.layers">(at_least(2)), integer<"head.heads">(2, 8).step(2),
    choice<"head.pooling">("cls", "mean \"x\"", "max"), choice<"clip">(none, 0.5, 1.0), choice<"norm">(true, false));

SearchSpace read_text(const std::string& text) {
  config::Problems problems;
  SearchSpace space = read_space(config::Document::parse(text, "x.toml"), declared, problems);
  problems.throw_if_any();
  return space;
}

TEST_SUITE("space/write_space") {
  TEST_CASE("each parameter is written, with what was declared beside it") {
    const SearchSpace used = read_text(
        "[space]\noptim.lr = 1e-4\nhead.width = { low = 1, high = 9, log = false, step = 4 }\nhead.pooling = 'max'");
    CHECK(write_space(used, declared.search_space()) == R"([space]
clip = ["none", 0.5, 1.0]  # declared: none, 0.5, 1
norm = [true, false]       # declared: true, false

[space.optim]
lr = 1e-04  # declared: 1e-05 to 0.005, log

[space.head]
dropout = [0.0, 0.5]  # declared: 0 to 0.5, step 0.05
layers = [1, 3]       # declared: 1 to 3
width = { low = 1, high = 9, log = false, step = 4 }  # declared: 32 to 512, log; only if head.layers is 2 or more
heads = [2, 8]        # declared: 2 to 8, step 2
pooling = "max"       # declared: cls, mean "x", max
)");
  }

  TEST_CASE("what is written reads back equal") {
    for (const char* text :
         {"", "space.optim.lr = 0.1", "space.optim.lr = { low = 0, log = false }",
          "space.optim.lr = { low = 0, step = 1e-3, log = false }", "space.head.dropout = 0.07",
          "space.head.dropout = { low = 0.1, log = true }", "space.head.dropout = [0.1, 0.33]",
          "space.head.dropout = { step = 0.2 }", "space.head.width = 4",
          "space.head.width = { low = 4, high = 4, log = false }", "space.head.heads = { low = 1, log = true }",
          "space.head.heads = { step = 1 }", "space.head.layers = [-9007199254740992, 9007199254740992]",
          "space.head.pooling = ['mean \"x\"']", "space.clip = 'none'", "space.clip = [1, 'none']",
          "space.norm = false"}) {
      CAPTURE(std::string(text));
      const SearchSpace used = read_text(text);
      CHECK(read_text(write_space(used, declared.search_space())) == used);
    }
  }

  TEST_CASE("a space that was made from another one is refused") {
    CHECK_THROWS_WITH_AS((void)write_space(SearchSpace{{{"x", FloatDistribution{0, 1}}}}, declared.search_space()),
                         "space: expected the parameter 'x' as it is declared", ConfigError);
    CHECK_THROWS_AS((void)write_space(SearchSpace{{{"norm", FloatDistribution{0, 1}}}}, declared.search_space()),
                    ConfigError);
  }
}

}  // namespace
}  // namespace hpo::space
