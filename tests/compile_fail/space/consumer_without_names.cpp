// expect-error: error: use of deleted function .*a_consumer_needs_a_member_type_consumes.*Consumer = Silent
#include <hpo/space/consumption.hpp>

using namespace hpo;
constexpr auto declared = space::of(space::real<"optim.lr">(1e-5, 5e-3));

struct Silent {};
static_assert(space::consumed_by<decltype(declared), Silent>);
