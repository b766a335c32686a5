#pragma once
/// \file  The sampler of a study that names none: TPE.
/// Layer `search`, tier 0. Apart from search/study.hpp, so that a study of another sampler does not compile TPE.

#include <hpo/search/study_declaration.hpp>
#include <hpo/search/study_options.hpp>
#include <hpo/search/tpe/tpe_sampler.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::search {

// `Study<S>`: the default stands in a declaration of its own.
template <storage::Storage S, Sampler Sm = TpeSampler, Pruner P>
class Study;

// `Study study(storage, options, space)`.
template <storage::Storage S>
Study(S&, StudyOptions, space::SearchSpace) -> Study<S, TpeSampler, NopPruner>;

}  // namespace hpo::search
