// expect-error: error: use of deleted function
// .*expected_a_comparison_such_as_a_times_b_less_than_64.*FixedString<6>{.a [+] b
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::real<"a">(0.0, 1.0), space::real<"b">(0.0, 1.0)).where<"a + b">();
