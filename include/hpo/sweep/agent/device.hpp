#pragma once
/// \file  Where a configuration trains.
/// Layer `sweep`, tier 2.

#include <ATen/Context.h>
#include <c10/core/Device.h>

#include <hpo/agent/options.hpp>
#include <hpo/core/error.hpp>

namespace hpo::sweep {

/// The device that a configuration means.
/// Errors   ConfigError if it asks for a GPU that is not there.
[[nodiscard]] inline c10::Device device_of(const agent::TrainSection& section) {
  if (section.device == "cpu" || (section.device == "auto" && !at::hasCUDA())) return c10::kCPU;
  require<ConfigError>(at::hasCUDA(), "train.device: expected a device of this machine, got cuda; use auto or cpu");
  return c10::Device(c10::kCUDA, 0);
}

}  // namespace hpo::sweep
