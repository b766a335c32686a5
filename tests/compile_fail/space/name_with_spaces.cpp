// expect-error: error: use of deleted function .*a_name_is_words_joined_by_dots.*FixedString<14>{.learning rate
#include <hpo/space/space.hpp>

using namespace hpo;

constexpr auto declared = space::of(space::real<"learning rate">(0, 1));
