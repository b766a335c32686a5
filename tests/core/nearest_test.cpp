// Mirrors include/hpo/core/nearest.hpp.
#include <hpo/core/nearest.hpp>
#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/nearest") {
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
}

}  // namespace
}  // namespace hpo
