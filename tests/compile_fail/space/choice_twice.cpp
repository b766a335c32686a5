// expect-error: error: call to non-.constexpr. function .*expected_each_choice_once.*FixedString<8>{.pooling
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::choice<"pooling">("cls", "mean", "cls"));
