// Mirrors include/hpo/search/process_id.hpp.
#include <hpo/search/process_id.hpp>

#include <sys/wait.h>

#include "../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/process_id") {
  TEST_CASE("a process knows itself, and comes back from JSON") {
    const auto self = ProcessId::self();
    CHECK(self.pid == ::getpid());
    CHECK(self.start > 0);
    CHECK_FALSE(self.host.empty());
    CHECK_FALSE(self.is_dead(self));
    CHECK(ProcessId::from_json(self.to_json()) == self);
  }
  TEST_CASE("dead: gone, waiting to be buried, replaced by another with its number, or before the last boot") {
    const auto here = ProcessId::self();
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
    auto other = here;
    other.pid = child;
    other.start = 0;
    CHECK(other.is_dead(here));
    ::waitpid(child, nullptr, 0);
    CHECK(other.is_dead(here));
    auto replaced = here;
    replaced.start -= 1;
    CHECK(replaced.is_dead(here));
    auto before = here;
    before.boot = "another";
    CHECK(before.is_dead(here));
  }
  TEST_CASE("in doubt it lives: another host, another container, or nobody knows") {
    const auto here = ProcessId::self();
    auto elsewhere = here;
    elsewhere.pid = 999999999;
    CHECK(elsewhere.is_dead(here));
    elsewhere.pid_namespace = "pid:[1]";
    CHECK_FALSE(elsewhere.is_dead(here));
    elsewhere = here;
    elsewhere.host += "x";
    elsewhere.pid = 999999999;
    CHECK_FALSE(elsewhere.is_dead(here));
    CHECK_FALSE(ProcessId::from_json("{").is_dead(here));
    CHECK_FALSE(ProcessId::from_json("{\"pid\": 1}").is_dead(here));
  }
}

}  // namespace
}  // namespace hpo::search
