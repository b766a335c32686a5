// expect-error: .List::size. > 0 .with List = hpo::TypeList<>.. evaluated to .false.
// A task without a metric: nothing to search for.
#include <hpo/agent/span_extraction.hpp>

using namespace hpo;

agent::SpanExtractionTask<TypeList<>>* task;
