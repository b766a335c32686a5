#pragma once
/// \file  doctest beside libtorch: whatever is included first, CHECK is doctest's and not glog's.
/// Layer `testing`, tier 2.

#pragma push_macro("CHECK")
#include <c10/util/Logging.h>
#pragma pop_macro("CHECK")

#include <hpo/testing/check.hpp>
