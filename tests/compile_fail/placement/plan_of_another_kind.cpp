// expect-error: _Tp = int; _Up = hpo::placement::Plan
#include <hpo/placement/place.hpp>

struct WrongPlan {
  int plan(const hpo::placement::Inventory&, const c10::Device&) const;
};

static_assert(hpo::placement::DevicePlacement<WrongPlan>);
