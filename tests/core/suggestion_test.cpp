// Mirrors include/hpo/core/suggestion.hpp.
#include <hpo/core/suggestion.hpp>
#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/suggestion") {
  TEST_CASE("edits are counted") {
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("tune", "tune") == 0);
    CHECK(edit_distance("tnue", "tune") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
  }
  TEST_CASE("the nearest name is offered only if it may have been meant") {
    const std::vector<std::string> known = {"trials", "timeout_s", "seed"};
    CHECK(nearest("trails", known) == "trials");
    CHECK(nearest("timeout", known) == "timeout_s");
    CHECK(nearest("elephants", known).empty());
    CHECK(known_names("trails", known) == "; did you mean 'trials'?; known: trials, timeout_s, seed");
  }
  TEST_CASE("names that a file holds leave a message one line, and are compared in no time") {
    const std::vector<std::string> known = {std::string(1'000'000, 'a'), "two\nlines"};
    CHECK(known_names(std::string(1'000'001, 'a'), known) == "; known: " + std::string(100, 'a') + ", two lines");
    const std::string all = known_names("x", std::vector<std::string>(1000, "name"));
    CHECK(all.ends_with("name, ..."));
    CHECK(all.size() < 300);
  }
}

}  // namespace
}  // namespace hpo
