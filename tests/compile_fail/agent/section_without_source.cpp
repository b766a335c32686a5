// expect-error: has no member named .source.
// A task whose [data] names no files.
#include "../../agent/archetypes.hpp"

using namespace hpo;

struct Nowhere {
  std::string rating = "rating";
};
template <class Visitor>
void describe(Visitor& v, Nowhere& o) {
  v.field("rating", o.rating, "column of the number");
}
struct NowhereTask : test::RatingTask {
  using Section = Nowhere;
};
static_assert(agent::Task<NowhereTask>);
