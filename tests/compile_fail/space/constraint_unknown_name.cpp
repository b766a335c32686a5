// expect-error: error: use of deleted function
// .*the_constraint_compares_what_is_no_numeric_parameter.*FixedString<6>{.a < c
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::real<"a">(0.0, 1.0), space::real<"b">(0.0, 1.0)).where<"a < c">();
