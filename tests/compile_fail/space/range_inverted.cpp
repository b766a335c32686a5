// expect-error: error: call to non-.constexpr. function .*expected_low_below_high.*FixedString<9>{.optim.lr
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::real<"optim.lr">(1e-3, 1e-5));
