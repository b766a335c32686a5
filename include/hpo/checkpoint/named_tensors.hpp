#pragma once
/// \file  Tensors by name: the form in which weights and states are written and read.
/// Layer `checkpoint`, tier 2.

#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace hpo::checkpoint {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

}  // namespace hpo::checkpoint
