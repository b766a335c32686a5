#pragma once
/// \file  The [data] section of a task.
/// Layer `agent`. No torch.

#include <concepts>

#include <hpo/config/write.hpp>
#include <hpo/data/options.hpp>

namespace hpo::agent {

/// The options of [data], with their defaults: an aggregate with a describe() beside it. The library itself uses
/// `source`: it makes its paths absolute, names `source.train` in a model's card, and lifts `source.limit` when a
/// trained model is applied to another file.
template <class S>
concept TaskSection =
    std::default_initializable<S> && std::copyable<S> && requires(S& section, config::SectionWriter& visitor) {
      describe(visitor, section);
      { section.source } -> std::same_as<data::SourceOptions&>;
    };

/// `T::Section` is what a configuration's [data] is read into.
template <class T>
concept HasSection = requires { typename T::Section; } && TaskSection<typename T::Section>;

}  // namespace hpo::agent
