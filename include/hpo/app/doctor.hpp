#pragma once
/// \file  The verb `doctor`: what this machine is worth for a sweep, and what to mend.
/// Layer `app`, tier 3.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <ATen/Version.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <sqlite3.h>
#include <torch/version.h>

#include <hpo/app/exit_code.hpp>
#include <hpo/app/gemm_speed.hpp>
#include <hpo/app/machine.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/version.hpp>
#include <hpo/report/text_table.hpp>
#include <hpo/sweep/agent/blas.hpp>

namespace hpo::app {

using sweep::Blas;

/// GFLOP/s on one thread and on all.
struct GemmSpeed {
  double one = 0, all = 0;
};

/// Everything that the verdict rests on.
struct Examination {
  Blas blas{};
  Cores cores{};
  Memory memory{};
  int threads = 1;  ///< as many as this process may use
  GemmSpeed float32{}, bfloat16{};
  std::int64_t cuda_devices = 0;
  bool cuda_built = false;
  std::filesystem::path filesystem_library{};  ///< that has std::filesystem's functions
  std::filesystem::path temporary{};
  std::string temporary_fault{};  ///< why it cannot be written
};

/// A finding that hinders (a problem) or only costs (a warning).
struct Finding {
  std::string text;
  bool problem = false;
};

/// What the numbers mean.
[[nodiscard]] inline std::vector<Finding> findings(const Examination& seen) {
  std::vector<Finding> out;
  const std::string known = sweep::blas_warning(seen.blas, seen.threads);
  const bool openblas = seen.blas.kind == Blas::Kind::openblas;
  if (!known.empty())
    out.push_back({known, seen.blas.kind == Blas::Kind::reference});
  else if (seen.float32.one < 8.0)  // a core of the last ten years does 30 and more, the reference BLAS 1 to 7
    out.push_back({openblas ? "matrices are multiplied slowly: an old or busy machine"
                            : "matrices are multiplied slowly: apt-get install libopenblas0-openmp",
                   !openblas});
  if (seen.bfloat16.one < seen.float32.one)
    out.push_back({"bfloat16 is slower than float32 on this machine: train in float32"});
  if (seen.cuda_built && seen.cuda_devices == 0) out.push_back({"libtorch is built for CUDA, but no device is seen"});
  if (seen.filesystem_library.filename().string().starts_with("libtorch"))
    out.push_back(
        {"this program takes std::filesystem from libtorch, and will crash where it removes a folder: link "
         "libstdc++ before libtorch, as hpo's CMake target does",
         true});
  if (seen.memory.available < std::uint64_t{2} << 30)
    out.push_back({"less than 2 GiB of memory is free: one trial at a time"});
  if (!seen.temporary_fault.empty())
    out.push_back({concat(seen.temporary, ": cannot be written: ", seen.temporary_fault, "; set TMPDIR"), true});
  return out;
}

namespace detail {

[[nodiscard]] inline std::string gib(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1 << 30));
  return text;
}

[[nodiscard]] inline std::string speed_text(const char* type, GemmSpeed speed, int threads) {
  char text[96];
  std::snprintf(text, sizeof text, "%-8s  %.1f GFLOP/s on 1 thread, %.1f on %d", type, speed.one, speed.all, threads);
  return text;
}

[[nodiscard]] inline std::string cores_text(const Cores& cores) {
  return concat(cores.present, cores.allowed < cores.present ? concat(", this process may use ", cores.allowed) : "",
                cores.quota ? concat(", the container gets the time of ", *cores.quota) : "");
}

[[nodiscard]] inline std::string disk_text(const std::filesystem::path& folder) {
  const auto space = free_disk(folder);
  return concat(space ? gib(*space) : "unknown", " free in ", folder);
}

[[nodiscard]] inline std::string blas_text(const Blas& blas) {
  const char* threads = blas.threads == Blas::Threads::openmp  ? ", OpenMP threads"
                        : blas.threads == Blas::Threads::posix ? ", its own threads"
                                                               : "";
  return concat(blas.name, threads, blas.file.empty() ? "" : ", " + blas.file.string());
}

}  // namespace detail

/// Looks at this machine and measures it. Takes 1 to 5 seconds.
[[nodiscard]] inline Examination examine() {
  Examination seen;
  seen.blas = sweep::loaded_blas();
  seen.cores = cores();
  seen.memory = memory();
  seen.threads = static_cast<int>(std::max(1U, seen.cores.allowed));
  for (auto [type, speed] : {std::pair{at::kFloat, &seen.float32}, std::pair{at::kBFloat16, &seen.bfloat16}}) {
    speed->one = gemm_gflops(type, 1);
    speed->all = seen.threads > 1 ? gemm_gflops(type, seen.threads) : speed->one;
  }
  seen.cuda_built = at::show_config().find("USE_CUDA=ON") != std::string::npos;
  if (c10::impl::hasDeviceGuardImpl(c10::kCUDA))
    seen.cuda_devices = c10::impl::getDeviceGuardImpl(c10::kCUDA)->deviceCount();
  seen.filesystem_library = sweep::file_of_symbol("_ZNSt10filesystem10remove_allERKNS_7__cxx114pathE");
  std::error_code error;
  seen.temporary = std::filesystem::temp_directory_path(error);
  seen.temporary_fault = error ? error.message() : write_fault(seen.temporary);
  return seen;
}

/// The findings of an examination as a page.
[[nodiscard]] inline std::string doctor_text(const Examination& seen) {
  std::vector<std::vector<std::string>> rows{
      {"hpo", std::string(version)},
      {"libtorch", concat(TORCH_VERSION, ", ", sweep::file_of_symbol("_ZN2at15get_num_threadsEv"))},
      {"BLAS", detail::blas_text(seen.blas)},
      {"speed", detail::speed_text("float32", seen.float32, seen.threads)},
      {"", detail::speed_text("bfloat16", seen.bfloat16, seen.threads)},
      {"cores", detail::cores_text(seen.cores)},
      {"memory", detail::gib(seen.memory.available) + " free of " + detail::gib(seen.memory.total)},
      {"devices",
       seen.cuda_built ? concat("cpu, ", seen.cuda_devices, " cuda") : "cpu (libtorch is built without CUDA)"},
      {"disk", detail::disk_text(std::filesystem::current_path())},
      {"", detail::disk_text(seen.temporary)},
      {"SQLite", sqlite3_libversion()}};
  std::string out = report::text_table(rows) + "\n";
  const auto found = findings(seen);
  for (const Finding& finding : found) out += (finding.problem ? "problem: " : "warning: ") + finding.text + "\n";
  return found.empty() ? out + "all is well\n" : out;
}

/// The verb: a page for stdout, and whether a problem was found.
struct Diagnosis {
  std::string text;
  ExitCode code = ExitCode::done;
};

[[nodiscard]] inline Diagnosis doctor() {
  const Examination seen = examine();
  Diagnosis diagnosis{doctor_text(seen)};
  for (const Finding& finding : findings(seen))
    if (finding.problem) diagnosis.code = ExitCode::internal_error;
  return diagnosis;
}

}  // namespace hpo::app
