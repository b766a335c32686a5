// expect-error: error: use of deleted function
// .*the_name_is_also_the_beginning_of_a_longer_one.*FixedString<6>{.optim.}.*FixedString<9>{.optim.lr
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::choice<"optim">("sgd", "adam"), space::real<"optim.lr">(0, 1));
