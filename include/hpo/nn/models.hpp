#pragma once
/// \file  From the `model_type` of a config.json to one of the models a program was compiled with.
/// Layer `nn`, tier 3.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/distilbert.hpp>
#include <hpo/nn/encoders/electra.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/encoders/roberta.hpp>
#include <hpo/nn/model/task_model.hpp>

namespace hpo::nn {

/// Every encoder hpo has.
using AllEncoders =
    TypeList<BertEncoder, RobertaEncoder, DistilBertEncoder, ElectraEncoder, DebertaEncoder, ModernBertEncoder>;

namespace detail {
template <class Encoders, Head H>
struct JoinEach;
template <Encoder... E, Head H>
struct JoinEach<TypeList<E...>, H> {
  using type = TypeList<TaskModel<E, H>...>;
};
}  // namespace detail

/// The models of one head on each of a list of encoders.
template <Head H, class Encoders = AllEncoders>
using ModelsOf = typename detail::JoinEach<Encoders, H>::type;

/// Calls `visitor.template operator()<Model>()` for the model whose encoder is of the family `model_type`.
///
/// Errors   CheckpointError: `<where>: model_type: no model is called 'x'; known: ...`
template <class... Models, class Visitor>
decltype(auto) visit_model(TypeList<Models...>, std::string_view model_type, Visitor&& visitor,
                           std::string_view where = "config.json") {
  using Result = std::common_type_t<decltype(visitor.template operator()<Models>())...>;
  const auto picked = [&]<class Model>() {
    return std::ranges::count(Model::EncoderType::model_types, model_type) > 0;
  };
  if constexpr (std::is_void_v<Result>) {
    if (visit_first(TypeList<Models...>{}, picked, visitor)) return;
  } else {
    std::optional<Result> result;
    visit_first(TypeList<Models...>{}, picked,
                [&]<class Model>() { result.emplace(visitor.template operator()<Model>()); });
    if (result) return Result(std::move(*result));
  }
  std::vector<std::string_view> known;
  for_each_type(TypeList<Models...>{}, [&]<class Model>() {
    known.insert(known.end(), Model::EncoderType::model_types.begin(), Model::EncoderType::model_types.end());
  });
  require<CheckpointError>(model_type != "deberta", where,
                           ": model_type: expected deberta-v2, which is version 3's word ",
                           "too, got deberta: version 1 is another architecture; known: ", join(known));
  fail<CheckpointError>(where, ": model_type: no model is called '", model_type, "'", known_names(model_type, known));
}

}  // namespace hpo::nn
