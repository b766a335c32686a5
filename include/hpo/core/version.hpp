#pragma once
/// \file  Which hpo this is.
/// Layer `core`, tier 0.

#include <string_view>

namespace hpo {

/// The version of CMakeLists.txt (a test holds the two together).
inline constexpr std::string_view version = "0.1.0";

}  // namespace hpo
