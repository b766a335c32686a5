// Mirrors include/hpo/search/gp/kernel_text.hpp.
#include <hpo/search/gp/kernel_text.hpp>

#include <hpo/space/python_json.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

std::optional<KernelParams> kernel_from_json(const std::string& text, std::size_t dimensions) {
  return kernel_from({{"kernel", text}}, "kernel", dimensions);
}

TEST_SUITE("search/gp/kernel_text") {
  TEST_CASE("a rounded kernel reads back equal, as JSON that anybody can read") {
    const auto params = rounded({{0.000123456, 98765.4, 1}, 2.71828, 1e-6});
    CHECK(params.relevance[0] == doctest::Approx(0.000123));
    CHECK(params.relevance[1] == doctest::Approx(98800));
    const auto text = kernel_to_json(params);
    CHECK(kernel_from_json(text, 3) == params);
    CHECK(space::parse_python_json(text).items.size() == 5);
    CHECK(text.size() < 60);
    CHECK(kernel_from_json(kernel_to_json({{}, 1, 0.5}), 0) == KernelParams{{}, 1, 0.5});
  }
  TEST_CASE("what is no such list is nothing") {
    for (const char* text : {"", "[]", "[1, 2]", "[1, 2, 3, 4]", "{\"a\": 1}", "[1, x, 3]", "[1, 2, -3]", "[1, 0, 3]",
                             "[1, nan, 3]", "[1, inf, 3]", "null", "[1, NaN, 3]", "[1, Infinity, 3]", "[1, 2, true]"})
      CHECK_FALSE(kernel_from_json(text, 1));
    CHECK(kernel_from_json("[1, 2, 3]", 1));
    CHECK_FALSE(kernel_from({}, "kernel", 1));
  }
}

}  // namespace
}  // namespace hpo::search
