// expect-error: .read.split. is invalid
// A task whose data do not say which examples train.
#include "../../agent/archetypes.hpp"

using namespace hpo;

struct Unsplit {
  std::vector<std::string> notes;
  std::string hash;
  test::RatingRows rows(const std::vector<std::size_t>&, std::int64_t) const;
};
struct UnsplitTask : test::RatingTask {
  using Data = Unsplit;
};
static_assert(agent::Task<UnsplitTask>);
