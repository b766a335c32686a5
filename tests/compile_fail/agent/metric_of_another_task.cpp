// expect-error: cannot convert .const hpo::agent::ClassTally. to .*AnswerTally.*agent::TokenF1::of
// A metric of answers in a task that counts classes.
#include <hpo/agent/classification.hpp>

using namespace hpo;

using Task = agent::ClassificationTask<TypeList<agent::MacroF1, agent::TokenF1>>;
Task* task;
