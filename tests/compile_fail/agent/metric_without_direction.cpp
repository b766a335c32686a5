// expect-error: .direction. is not a member of .Cost
// A metric that does not say whether more of it is better.
#include <hpo/agent/classification.hpp>

using namespace hpo;

struct Cost {
  static constexpr std::string_view name = "cost";
  static double of(const agent::ClassTally& tally) { return 1.0 - tally.accuracy(); }
};
agent::ClassificationTask<TypeList<Cost>>* task;
