// Mirrors include/hpo/sweep/best_models.hpp.
#include <hpo/sweep/best_models.hpp>

#include <limits>
#include <set>

#include <hpo/core/file.hpp>

#include "../check.hpp"

namespace hpo::sweep {
namespace {
using storage::Direction;

// A trial writes its model if that is wanted, as the loop lets it.
void end(BestModels& models, std::int64_t number, double value, Direction direction) {
  if (!models.wants(number, value, direction)) return;
  AtomicFile::write(models.model(number) / "config.json", "{}");
  models.add(number, value, direction);
}

std::set<std::int64_t> kept(const BestModels& models) {
  std::set<std::int64_t> numbers;
  for (std::int64_t number = 0; number < 10; ++number)
    if (std::filesystem::exists(models.model(number))) numbers.insert(number);
  return numbers;
}

TEST_SUITE("sweep/best_models") {
  TEST_CASE("the best few stay, the earlier of equals, in either direction") {
    const double values[] = {2, 1, 3, 1, 2.5};
    for (const auto direction : {Direction::minimize, Direction::maximize}) {
      const test::TemporaryFolder folder;
      BestModels models(folder.path(), 2);
      for (std::int64_t number = 0; number < 5; ++number) end(models, number, values[number], direction);
      CHECK(kept(models) ==
            (direction == Direction::minimize ? std::set<std::int64_t>{1, 3} : std::set<std::int64_t>{2, 4}));
      CHECK(!models.wants(9, direction == Direction::minimize ? 1 : 2.5, direction));  // a later equal
    }
  }
  TEST_CASE("a model of an earlier run counts if it still lies there") {
    const test::TemporaryFolder folder;
    BestModels first(folder.path(), 1);
    end(first, 0, 5, Direction::maximize);
    BestModels second(folder.path(), 1);
    second.recall(0, 5, Direction::maximize);
    second.recall(1, 9, Direction::maximize);  // its folder is gone
    CHECK(!second.wants(2, 4, Direction::maximize));
    end(second, 3, 6, Direction::maximize);
    CHECK(kept(second) == std::set<std::int64_t>{3});
  }
  TEST_CASE("none is wanted where none is kept; the folder is named after the number") {
    BestModels models("trials", 0);
    CHECK(!models.wants(0, std::numeric_limits<double>::infinity(), Direction::maximize));
    CHECK(models.model(12) == "trials/0012/model");
  }
}

}  // namespace
}  // namespace hpo::sweep
