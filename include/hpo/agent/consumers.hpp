#pragma once
/// \file  Who reads which hyperparameter: each consumer names its parameters and writes their values into options.
/// Layer `agent`, tier 3 (the heads' options).
///
/// A consumer is a type with `consumes`, the names, and `apply(values, options)`, that reads each of them. A space
/// whose names and those of its consumers differ does not compile: see space::consumed_by.

#include <optional>
#include <string_view>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/fixed_string.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/space/consumption.hpp>
#include <hpo/train/options.hpp>

namespace hpo::agent {

namespace detail {
/// The enum value called `word`.
/// Errors   ConfigError that lists the known names.
template <NamedEnum E>
[[nodiscard]] E enum_of(std::string_view word, std::string_view where) {
  std::vector<std::string_view> known;
  for (const auto& [name, value] : enum_names(E{})) {
    if (name == word) return value;
    known.push_back(name);
  }
  fail<ConfigError>(where, ": expected one of ", join(known), ", got '", word, "'");
}

/// Writes the value of a parameter; one that is conditional and not active leaves the option at its default.
template <FixedString Name, class V, class Option>
void assign(const V& values, Option& option) {
  const auto write = [&](const auto& value) {
    if constexpr (NamedEnum<Option>)
      option = enum_of<Option>(value, Name.view());
    else
      option = value;
  };
  const auto value = values.template get<Name>();
  if constexpr (requires { value.has_value(); }) {
    if (value) write(*value);
  } else {
    write(value);
  }
}
}  // namespace detail

/// The optimizer's step.
struct AdamWParams {
  using consumes = space::Names<"optim.lr", "optim.weight_decay">;
  template <class V>
  static void apply(const V& values, train::AdamWOptions& options) {
    detail::assign<"optim.lr">(values, options.lr);
    detail::assign<"optim.weight_decay">(values, options.weight_decay);
  }
};

/// The learning rate's course.
struct ScheduleParams {
  using consumes = space::Names<"schedule.kind", "schedule.warmup">;
  template <class V>
  static void apply(const V& values, train::ScheduleOptions& options) {
    detail::assign<"schedule.kind">(values, options.kind);
    detail::assign<"schedule.warmup">(values, options.warmup);
  }
};

/// Rows per optimizer step.
struct BatchParams {
  using consumes = space::Names<"train.batch_size">;
  template <class V>
  static void apply(const V& values, train::TrainOptions& options) {
    detail::assign<"train.batch_size">(values, options.batch_size);
  }
};

/// The classification head. Width and activation matter only between layers: they may be conditional on "head.layers".
struct ClassificationHeadParams {
  using consumes = space::Names<"head.pooling", "head.layers", "head.width", "head.activation", "head.dropout">;
  template <class V>
  static void apply(const V& values, nn::ClassificationOptions& options) {
    detail::assign<"head.pooling">(values, options.pooling);
    detail::assign<"head.layers">(values, options.layers);
    detail::assign<"head.width">(values, options.width);
    detail::assign<"head.activation">(values, options.activation);
    detail::assign<"head.dropout">(values, options.dropout);
  }
};

/// The span head.
struct SpanHeadParams {
  using consumes = space::Names<"head.dropout">;
  template <class V>
  static void apply(const V& values, nn::SpanOptions& options) {
    detail::assign<"head.dropout">(values, options.dropout);
  }
};

/// Dropout inside the encoder: one rate for all places that its configuration names.
struct EncoderDropoutParams {
  using consumes = space::Names<"encoder.dropout">;
  template <class V, class Config>
    requires requires(Config& config) { config.set_dropout(0.1); }
  static void apply(const V& values, Config& config) {
    std::optional<double> rate;
    detail::assign<"encoder.dropout">(values, rate);
    if (rate) config.set_dropout(*rate);
  }
};

/// The consumers of an agent that fine-tunes an encoder, with those of its head: the optimizer's parameters, the
/// schedule's, the batch size and the encoder's dropout. See examples/criteria.cpp for a space that fits.
template <class... HeadConsumers>
using TextConsumers = TypeList<AdamWParams, ScheduleParams, BatchParams, EncoderDropoutParams, HeadConsumers...>;

}  // namespace hpo::agent
