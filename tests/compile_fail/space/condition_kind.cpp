// expect-error: error: use of deleted function
// .*the_condition_does_not_fit_the_kind_of_the_parent.*FixedString<9>{.momentum.}
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::choice<"optimizer">("sgd", "adam"),
                                    space::real<"momentum">(0, 1).when<"optimizer">(space::at_least(1)));
