#pragma once
/// \file  JSON: the library's type under one name.
/// Layer `core`, tier 0. Costs about 2 s to parse: include it where JSON is read or written, not in interfaces.

#include <nlohmann/json.hpp>

namespace hpo {

/// Keeps the order of keys, so that a config.json that is read and written again differs only where it was changed.
using Json = nlohmann::ordered_json;

}  // namespace hpo
