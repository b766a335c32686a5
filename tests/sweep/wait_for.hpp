#pragma once
/// \file  Waiting for what another process does.

#include <chrono>
#include <thread>

#include "../check.hpp"

namespace hpo::test {

/// Asks until it is so; fails after half a minute.
template <class Condition>
void wait_for(Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace hpo::test
