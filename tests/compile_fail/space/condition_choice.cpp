// expect-error: error: call to non-.constexpr. function
// .*expected_a_choice_that_the_parent_has.*FixedString<9>{.momentum
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::choice<"optimizer">("sgd", "adam"),
                                    space::real<"momentum">(0, 1).when<"optimizer">(space::equals("rmsprop")));
