// expect-error: error: use of deleted function .*the_name_is_declared_twice.*FixedString<9>{.optim.lr
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::real<"optim.lr">(0, 1), space::integer<"optim.lr">(1, 3));
