// expect-error: error: use of deleted function .*the_space_lacks_what_is_consumed_by.*Consumer =
// FocalLoss.*FixedString<11>{.loss.gamma
#include <hpo/space/consumption.hpp>

using namespace hpo;
constexpr auto declared = space::of(space::real<"optim.lr">(1e-5, 5e-3));

struct Optimizer {
  using consumes = space::Names<"optim.lr">;
};
struct FocalLoss {
  using consumes = space::Names<"loss.gamma">;
};
static_assert(space::consumed_by<decltype(declared), Optimizer, FocalLoss>);
