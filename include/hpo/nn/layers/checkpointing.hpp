#pragma once
/// \file  Gradient checkpointing: a layer of which only the inputs are kept, and that is computed again in backward.
/// Layer `nn`, tier 3.

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/model/pass.hpp>

namespace hpo::nn {

namespace detail {

/// One call of a layer, to be made once in forward and once more in each backward.
struct LayerCall : torch::CustomClassHolder {
  std::function<at::Tensor(at::TensorList inputs, const Pass& pass)> run;
  std::vector<bool> defined;           // for each tensor input; undefined ones cannot be inputs of a node
  Pass pass;                           // whose stream may be gone by the time of backward, therefore:
  std::optional<DropoutStream> masks;  // the stream as it was before the call

  /// The node's inputs: first those of the layer, then its parameters.
  [[nodiscard]] std::size_t inputs() const {
    return static_cast<std::size_t>(std::count(defined.begin(), defined.end(), true));
  }

  [[nodiscard]] at::Tensor once(at::TensorList tensors, const Pass& with) const {
    std::vector<at::Tensor> all;
    std::size_t next = 0;
    for (const bool is_defined : defined) all.push_back(is_defined ? tensors[next++] : at::Tensor());
    return run(all, with);
  }

  [[nodiscard]] at::Tensor again(at::TensorList tensors) const {
    Pass same = pass;
    auto stream = masks;
    if (stream) same.dropout = &*stream;
    return once(tensors, same);
  }
};

/// A layer as one node of the graph. Its parameters are inputs of the node, so that their gradients leave it as all
/// others do: they add up over passes, and `torch::autograd::grad` finds them.
class CheckpointFunction : public torch::autograd::Function<CheckpointFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const c10::intrusive_ptr<LayerCall>& call,
                            const at::TensorList& tensors) {
    context->save_for_backward(tensors.vec());
    context->saved_data["call"] = at::IValue::make_capsule(call);
    return call->once(tensors, call->pass);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    require<Error>(!at::GradMode::is_enabled(),
                   "nn.checkpointing: expected first derivatives alone to be asked for, got create_graph = true");
    const auto call = c10::static_intrusive_pointer_cast<LayerCall>(context->saved_data["call"].toCapsule());
    torch::autograd::variable_list tensors = context->get_saved_variables(), differentiable;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (!tensors[i].requires_grad()) continue;
      if (i < call->inputs()) tensors[i] = tensors[i].detach().set_requires_grad(true);  // the second graph ends here
      differentiable.push_back(tensors[i]);
    }
    const at::Tensor output = [&] {
      const at::AutoGradMode record(true);
      return call->again(tensors);
    }();
    const auto found = torch::autograd::grad({output}, differentiable, {gradients[0]}, /*retain_graph=*/false,
                                             /*create_graph=*/false, /*allow_unused=*/true);
    torch::autograd::variable_list result(1);  // the call itself has no gradient
    std::size_t next = 0;
    for (const at::Tensor& tensor : tensors) result.push_back(tensor.requires_grad() ? found[next++] : at::Tensor());
    return result;
  }
};

template <class T>
inline constexpr bool is_tensor = std::is_same_v<T, at::Tensor>;

/// Among arguments of these types, which tensor is the i-th argument?
template <class... Inputs>
[[nodiscard]] consteval std::size_t tensors_before(std::size_t i) {
  constexpr std::array<bool, sizeof...(Inputs)> tensor{is_tensor<Inputs>...};
  std::size_t count = 0;
  for (std::size_t j = 0; j < i; ++j) count += tensor[j] ? 1U : 0U;
  return count;
}

/// `layer->forward(inputs..., pass)` as a function of the tensors among the inputs; the other inputs are bound to it.
template <class Layer, class... Inputs>
[[nodiscard]] auto bind_layer(const std::shared_ptr<Layer>& layer, const Inputs&... inputs) {
  const auto hold = []<class Input>(const Input& input) {
    if constexpr (is_tensor<Input>)
      return std::monostate();  // not held here: the graph frees what it saved
    else
      return input;
  };
  return [layer, held = std::tuple(hold(inputs)...)](at::TensorList tensors, const Pass& pass) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto input = [&]<std::size_t At>() -> const auto& {
        if constexpr (is_tensor<std::tuple_element_t<At, std::tuple<Inputs...>>>)
          return tensors[tensors_before<Inputs...>(At)];
        else
          return std::get<At>(held);
      };
      return layer->forward(input.template operator()<I>()..., pass);
    }(std::index_sequence_for<Inputs...>());
  };
}

}  // namespace detail

/// `layer->forward(inputs..., pass)`. If `pass.checkpointing`, what the layer computes on its way is not kept: backward
/// computes it again from the inputs, under the same dropout masks. Outputs and gradients are equal bit for bit.
///
/// The loop over an encoder's layers calls it for each:
///
///   for (const auto& layer : layers_) hidden = run_layer(layer, pass, hidden, bias);
///
/// Inputs may be tensors, undefined ones too, and other things, which are copied. Apart from its own parameters, a
/// layer may read nothing that needs a gradient but its inputs: vectors of relative positions that all layers share,
/// say, must be one of them. A gradient does not find its way to a tensor that `forward` comes by otherwise.
///
/// Errors   Error in a backward pass that is asked for second derivatives.
/// Source   Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost, 2016.
template <class Layer, class... Inputs>
[[nodiscard]] at::Tensor run_layer(const std::shared_ptr<Layer>& layer, const Pass& pass, const Inputs&... inputs) {
  if (!at::GradMode::is_enabled()) return layer->forward(inputs..., pass);
  if (!pass.checkpointing) {
    // The gradient of an input that several layers share is summed up layer by layer, as it is with checkpointing.
    const auto own = []<class Input>(const Input& input) {
      if constexpr (detail::is_tensor<Input>)
        return input.requires_grad() ? input.view_as(input) : input;
      else
        return std::cref(input);
    };
    return layer->forward(static_cast<const Inputs&>(own(inputs))..., pass);
  }
  const auto call = c10::make_intrusive<detail::LayerCall>();
  std::vector<at::Tensor> tensors;
  const auto collect = [&]<class Input>(const Input& input) {
    if constexpr (detail::is_tensor<Input>) {
      call->defined.push_back(input.defined());
      if (input.defined()) tensors.push_back(input);
    }
  };
  (collect(inputs), ...);
  call->run = detail::bind_layer(layer, inputs...);
  call->pass = pass;
  if (pass.dropout != nullptr) call->masks = *pass.dropout;
  std::set<const at::TensorImpl*> seen;  // a module registered twice lists its parameters twice
  for (const at::Tensor& parameter : layer->parameters())
    if (parameter.requires_grad() && seen.insert(parameter.unsafeGetTensorImpl()).second) tensors.push_back(parameter);
  return detail::CheckpointFunction::apply(call, at::TensorList(tensors));
}

}  // namespace hpo::nn
