// Mirrors include/hpo/app/exit_code.hpp.
#include <hpo/app/exit_code.hpp>

#include "../check.hpp"

namespace hpo::app {
namespace {

TEST_SUITE("app/exit_code") {
  TEST_CASE("a sweep that was stopped or given up is told apart from one that is done") {
    using enum search::StopReason;
    for (const auto reason : {trials, timed_out, target, stalled, exhausted}) CHECK(status(exit_code(reason)) == 0);
    CHECK(status(exit_code(stopped)) == 3);
    CHECK(status(exit_code(too_many_failed)) == 4);
  }
}

}  // namespace
}  // namespace hpo::app
