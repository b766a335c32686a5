#pragma once
/// \file  What the machine offers this process: cores, memory, disk.
/// Layer `app`, tier 0.

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <hpo/core/file.hpp>

namespace hpo::app {

/// Units: cores may be a fraction where a container is given a share of time.
struct Cores {
  unsigned present = 0;           ///< in the machine
  unsigned allowed = 0;           ///< to this process (affinity)
  std::optional<double> quota{};  ///< of the container
};

namespace detail {
/// The first two words of a file, "" where it has less.
[[nodiscard]] inline std::pair<std::string, std::string> two_words(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string first, second;
  in >> first >> second;
  return {first, second};
}

[[nodiscard]] inline std::optional<double> positive(const std::string& text) {
  double number = 0;
  std::istringstream in(text);
  if (in >> number && number > 0) return number;
  return std::nullopt;
}
}  // namespace detail

[[nodiscard]] inline Cores cores(const std::filesystem::path& cgroup = "/sys/fs/cgroup") {
  Cores out;
  out.present = std::max(1U, std::thread::hardware_concurrency());
  cpu_set_t set;
  CPU_ZERO(&set);
  out.allowed = ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : out.present;
  const auto [quota, period] = detail::two_words(cgroup / "cpu.max");  // "max 100000" or "150000 100000"
  if (const auto time = detail::positive(quota), of = detail::positive(period); time && of) out.quota = *time / *of;
  return out;
}

/// Units: bytes.
struct Memory {
  std::uint64_t total = 0, available = 0;
};

/// Of the machine, or of the container if that allows less.
[[nodiscard]] inline Memory memory(const std::filesystem::path& meminfo = "/proc/meminfo",
                                   const std::filesystem::path& cgroup = "/sys/fs/cgroup") {
  Memory out;
  std::ifstream in(meminfo);
  std::string key, unit;
  for (std::uint64_t kib = 0; in >> key >> kib; std::getline(in, unit)) {
    if (key == "MemTotal:") out.total = kib * 1024;
    if (key == "MemAvailable:") out.available = kib * 1024;
  }
  const auto limit = detail::positive(detail::two_words(cgroup / "memory.max").first);
  const auto used = detail::positive(detail::two_words(cgroup / "memory.current").first);
  if (limit && *limit < static_cast<double>(out.total)) {
    out.total = static_cast<std::uint64_t>(*limit);
    out.available = std::min(out.available, static_cast<std::uint64_t>(std::max(0.0, *limit - used.value_or(0))));
  }
  return out;
}

/// Bytes that may still be written below a folder, or nothing if the system does not say.
[[nodiscard]] inline std::optional<std::uint64_t> free_disk(const std::filesystem::path& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return std::nullopt;
  return space.available;
}

/// Why no file can be written in the folder; "" if one can.
[[nodiscard]] inline std::string write_fault(const std::filesystem::path& folder) {
  std::string name = (folder / "hpo-XXXXXX").string();
  const FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.open()) return std::strerror(errno);
  const bool written = ::write(file.get(), "hpo", 3) == 3;
  const std::string fault = written ? "" : std::strerror(errno);
  ::unlink(name.c_str());
  return fault;
}

}  // namespace hpo::app
