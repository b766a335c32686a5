// expect-error: error: call to non-.constexpr. function
// .*expected_low_above_zero_for_a_log_range.*FixedString<9>{.optim.lr
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::real<"optim.lr">(0, 1e-3).log());
