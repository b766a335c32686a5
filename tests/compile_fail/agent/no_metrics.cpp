// expect-error: NotEmptyList<hpo::TypeList<>.*.List::size > 0. .*evaluated to .false.
// A task without a metric: nothing to search for.
#include <hpo/agent/span_extraction.hpp>

using namespace hpo;

agent::SpanExtractionTask<TypeList<>>* task;
