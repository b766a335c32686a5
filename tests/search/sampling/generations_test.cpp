// Mirrors include/hpo/search/sampling/generations.hpp.
#include <hpo/search/sampling/generations.hpp>

#include <string>

#include "../../check.hpp"

namespace hpo::search {
namespace {

/// The state is all that was learned, as text.
struct Told {
  Generations<int, std::string> generations;
  int learned = 0;

  void learn() {
    generations.learn([] { return std::string(); }, [](const std::string&) { return std::size_t{2}; },
                      [&](std::string state, const std::vector<int>& results, std::int64_t) {
                        ++learned;
                        for (const int result : results) state += std::to_string(result);
                        return state + "|";
                      });
  }
};

TEST_SUITE("search/sampling/generations") {
  TEST_CASE("a generation ends when it has enough; its results are in order") {
    Told told;
    told.learn();
    CHECK(told.generations.current() == 0);
    told.generations.add(0, 5);
    told.learn();
    CHECK(told.generations.current() == 0);
    told.generations.add(0, 3);
    told.learn();
    CHECK(told.generations.current() == 1);
    CHECK(told.generations.state() == "35|");
    CHECK(told.learned == 1);
  }
  TEST_CASE("a late result is learned where it belongs, and only what follows again") {
    Told told;
    for (int g = 0; g < 4; ++g)
      for (const int i : {1, 2}) told.generations.add(g, 10 * g + i);
    told.learn();
    CHECK(told.generations.state() == "12|1112|2122|3132|");
    CHECK(told.learned == 4);
    told.generations.add(2, 20);
    told.learn();
    CHECK(told.generations.state() == "12|1112|202122|3132|");
    CHECK(told.learned == 6);
    told.generations.add(4, 41);
    told.learn();
    CHECK(told.generations.current() == 4);
    CHECK(told.learned == 6);
  }
  TEST_CASE("results older than what is remembered, generations that were left out or never filled") {
    Told told;
    for (int g = 0; g < 60; ++g)
      for (const int i : {1, 2}) told.generations.add(g, i);
    told.learn();
    const auto before = told.generations.state();
    told.generations.add(0, 0);
    told.learn();
    CHECK(told.generations.state() == "0" + before);
    CHECK(told.generations.current() == 60);

    Told gaps;
    gaps.generations.add(3, 1);  // one result, and yet a later generation was begun
    gaps.generations.add(7, 2);
    gaps.learn();
    CHECK(gaps.generations.current() == 7);
    CHECK(gaps.generations.state() == "1|");
    gaps.generations.add(5, 9);
    gaps.learn();
    CHECK(gaps.generations.state() == "1|9|");
  }
}

}  // namespace
}  // namespace hpo::search
