// Mirrors include/hpo/agent/unsearched.hpp.
#include <hpo/agent/options.hpp>
#include <hpo/agent/unsearched.hpp>
#include <hpo/config/write.hpp>

#include "../check.hpp"

namespace hpo::agent {
namespace {

template <class Space>
std::string keys_of(const Space&) {
  TrainSection section;
  return config::write("train", Unsearched<Space, TrainSection>{section});
}

bool has_line(const std::string& text, const std::string& begin) {
  return text.find("\n" + begin) != std::string::npos;
}

TEST_SUITE("agent/unsearched") {
  TEST_CASE("what the space decides is no key, what it does not decide is one") {
    const std::string none = keys_of(space::of(space::real<"other">(0.0, 1.0)));
    CHECK(has_line(none, "batch_size ="));
    CHECK(has_line(none, "[train.optim]"));
    CHECK(has_line(none, "lr ="));
    const std::string some =
        keys_of(space::of(space::real<"optim.lr">(1e-5, 1e-3).log(), space::choice<"train.batch_size">(8, 16)));
    CHECK_FALSE(has_line(some, "batch_size ="));
    CHECK_FALSE(has_line(some, "lr ="));
    CHECK(has_line(some, "weight_decay ="));
    CHECK(has_line(some, "epochs ="));
  }
  TEST_CASE("a table whose keys are all searched is not there") {
    const std::string all = keys_of(
        space::of(space::choice<"schedule.kind">("linear", "cosine"), space::real<"schedule.warmup">(0.0, 0.3)));
    CHECK_FALSE(has_line(all, "[train.schedule]"));
    CHECK(has_line(all, "[train.optim]"));
  }
}

}  // namespace
}  // namespace hpo::agent
