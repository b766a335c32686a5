// expect-error: has no member named .plan.
#include <hpo/placement/place.hpp>

struct NoPolicy {};  // decides nothing

void use(torch::nn::Module& module) {
  hpo::placement::place(module, NoPolicy{}, c10::kCPU);
}
