// expect-error: error: use of deleted function
// .*the_parent_is_not_declared_before.*FixedString<11>{.head.width.}.*FixedString<12>{.head.layers
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::integer<"head.width">(8, 64).when<"head.layers">(space::at_least(2)),
                                    space::integer<"head.layers">(1, 3));
