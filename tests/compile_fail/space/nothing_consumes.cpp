// expect-error: error: use of deleted function .*nothing_consumes_the_parameter.*FixedString<19>{.optim.weight_decay
#include <hpo/space/consumption.hpp>

using namespace hpo;
constexpr auto declared = space::of(space::real<"optim.lr">(1e-5, 5e-3), space::real<"optim.weight_decay">(0, 0.1));

struct Optimizer {
  using consumes = space::Names<"optim.lr">;
};
static_assert(space::consumed_by<decltype(declared), Optimizer>);
