// expect-error: Metric<hpo::agent::TokenF1, hpo::agent::ClassTally>.*M::of.tally.. is invalid
// A metric of answers in a task that counts classes.
#include <hpo/agent/classification.hpp>

using namespace hpo;

using Task = agent::ClassificationTask<TypeList<agent::MacroF1, agent::TokenF1>>;
Task* task;
