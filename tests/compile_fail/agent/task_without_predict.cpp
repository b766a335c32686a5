// expect-error: .task.predict.model, rows, data, batch_size, output.. is invalid
// An agent whose task learns, and then has nothing to say about new rows.
#include "../../agent/archetypes.hpp"

using namespace hpo;

struct Silent : test::RatingTask {
  using RatingTask::RatingTask;

 private:
  using RatingTask::predict;
};
struct Mute : test::Rater {
  using Task = Silent;
};
static_assert(agent::Agent<Mute>);
