#pragma once
/// \file  What differs between the libtorch versions that hpo supports (1.13, and 2.x), in this one place.
/// Layer `checkpoint`, tier 3.

#include <string>

#include <c10/util/Exception.h>
#include <torch/version.h>

#include <hpo/core/one_line.hpp>

namespace hpo::checkpoint {

/// The libtorch that this program was compiled against.
inline constexpr int libtorch_major = TORCH_VERSION_MAJOR;
inline constexpr int libtorch_minor = TORCH_VERSION_MINOR;

/// What a libtorch error says, as one line: without the stack of calls that `what()` carries.
[[nodiscard]] inline std::string one_line(const c10::Error& error) {
  std::string line(first_line(error.what_without_backtrace()));
  // Failed allocations put a C++ file and condition in front: "[enforce fail at alloc_cpu.cpp:75] err == 0. Default..."
  if (const auto allocator = line.find("DefaultCPUAllocator"); allocator != std::string::npos) line.erase(0, allocator);
  return line;
}

}  // namespace hpo::checkpoint
