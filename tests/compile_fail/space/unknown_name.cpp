// expect-error: error: use of deleted function .*the_space_has_no_parameter.*FixedString<8>{.optm.lr
#include <hpo/space/values.hpp>

using namespace hpo;
constexpr auto declared = space::of(space::real<"optim.lr">(1e-5, 5e-3).log(), space::integer<"head.layers">(1, 3));

double read(const space::Values<decltype(declared)>& values) {
  return values.get<"optm.lr">();
}
