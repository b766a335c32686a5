#pragma once
/// \file  The name of a study's type, for headers that need no more.
/// Layer `search`, tier 0.

#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::search {

template <storage::Storage S, Sampler Sm, Pruner P = NopPruner>
class Study;

}  // namespace hpo::search
