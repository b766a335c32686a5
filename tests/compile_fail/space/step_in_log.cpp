// expect-error: error: call to non-.constexpr. function .*expected_a_step_above_zero_and_no_log.*FixedString<6>{.width
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::integer<"width">(8, 64).log().step(8));
