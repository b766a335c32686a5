#pragma once
/// \file  A function as an argument: called, never kept.
/// Layer `core`, tier 0.

#include <memory>
#include <type_traits>
#include <utility>

namespace hpo {

template <class Signature>
class FunctionRef;

/// Refers to anything that can be called with these arguments. It costs a pointer and an indirect call, where
/// std::function may allocate and a template would be compiled for each caller.
///
/// What it refers to must outlive it: for parameters of functions, not for members.
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_object_v<std::remove_reference_t<F>> &&
             std::is_invocable_r_v<R, F&, Args...>)
  FunctionRef(F&& function)  // NOLINT: implicit, so that a lambda is an argument
      : function_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* target, Args... args) -> R {
          return static_cast<R>((*static_cast<std::remove_reference_t<F>*>(target))(std::forward<Args>(args)...));
        }) {}

  R operator()(Args... args) const { return call_(function_, std::forward<Args>(args)...); }

 private:
  void* function_;
  R (*call_)(void*, Args...);
};

}  // namespace hpo
