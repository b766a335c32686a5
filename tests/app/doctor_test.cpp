// Mirrors include/hpo/app/doctor.hpp, gemm_speed.hpp, machine.hpp and blas.hpp.
#include <hpo/app/doctor.hpp>

#include <chrono>
#include <string>

#include <hpo/core/file.hpp>

#include "../check.hpp"

namespace hpo::app {
namespace {

Examination healthy() {
  return {.blas = {.kind = Blas::Kind::openblas, .threads = Blas::Threads::openmp, .name = "OpenBLAS 0.3.21"},
          .cores = {2, 2},
          .memory = {std::uint64_t{8} << 30, std::uint64_t{6} << 30},
          .threads = 2,
          .float32 = {100, 190},
          .bfloat16 = {400, 700},
          .temporary = "/tmp"};
}

std::string all(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) text += (finding.problem ? "problem: " : "warning: ") + finding.text + "\n";
  return text;
}

TEST_SUITE("app/doctor") {
  TEST_CASE("examines this machine within ten seconds and names every part") {
    const auto start = std::chrono::steady_clock::now();
    const Diagnosis diagnosis = doctor();
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
    MESSAGE(diagnosis.text);
    for (const char* part : {"hpo ", "libtorch  ", "BLAS ", "float32 ", "bfloat16 ", " GFLOP/s on 1 thread", "cores ",
                             "memory ", " GiB free of ", "devices ", "disk ", "SQLite "})
      CHECK_MESSAGE(diagnosis.text.find(part) != std::string::npos, part);
    CHECK(diagnosis.text.find("libtorch_cpu.so") != std::string::npos);
    CHECK(diagnosis.text.find(sqlite3_libversion()) != std::string::npos);
  }

  TEST_CASE("a healthy machine has no findings") {
    CHECK(all(findings(healthy())).empty());
    CHECK(doctor_text(healthy()).ends_with("\nall is well\n"));
  }

  TEST_CASE("a slow BLAS is a problem and names the package") {
    Examination seen = healthy();
    seen.blas = {.kind = Blas::Kind::reference, .name = "reference BLAS"};
    seen.float32 = seen.bfloat16 = {2.5, 2.5};
    CHECK(all(findings(seen)) ==
          "problem: the reference BLAS multiplies matrices about 60 times slower than OpenBLAS: "
          "apt-get install libopenblas0-openmp\n");
    seen.blas = {.kind = Blas::Kind::none, .name = "none"};
    CHECK(all(findings(seen)) == "problem: matrices are multiplied slowly: apt-get install libopenblas0-openmp\n");
    seen.blas = healthy().blas;
    CHECK(all(findings(seen)) == "warning: matrices are multiplied slowly: an old or busy machine\n");
  }

  TEST_CASE("OpenBLAS with threads of its own is a warning, where there is more than one") {
    Examination seen = healthy();
    seen.blas.threads = Blas::Threads::posix;
    CHECK(all(findings(seen)).starts_with("warning: OpenBLAS with its own threads"));
    CHECK(all(findings(seen)).find("-pthread wins") != std::string::npos);
    seen.threads = 1;
    CHECK(findings(seen).empty());
  }

  TEST_CASE("this program takes std::filesystem from the standard library, and doctor sees where it does not") {
    const std::string library = examine().filesystem_library.filename().string();
    CHECK_MESSAGE(library.starts_with("libstdc++"), library);
    Examination seen = healthy();
    seen.filesystem_library = "/opt/torch/lib/libtorch_cpu.so";
    CHECK(all(findings(seen)).starts_with("problem: this program takes std::filesystem from libtorch"));
  }

  TEST_CASE("other findings") {
    Examination seen = healthy();
    seen.bfloat16.one = 50;
    seen.cuda_built = true;
    seen.memory.available = 1 << 20;
    seen.temporary_fault = "Permission denied";
    CHECK(all(findings(seen)) ==
          "warning: bfloat16 is slower than float32 on this machine: train in float32\n"
          "warning: libtorch is built for CUDA, but no device is seen\n"
          "warning: less than 2 GiB of memory is free: one trial at a time\n"
          "problem: /tmp: cannot be written: Permission denied; set TMPDIR\n");
  }

  TEST_CASE("a container's share counts") {
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "cpu.max", "150000 100000\n");
    AtomicFile::write(folder / "memory.max", "1073741824\n");
    AtomicFile::write(folder / "memory.current", "73741824\n");
    AtomicFile::write(
        folder / "meminfo",
        "MemTotal:       8000000 kB\nMemFree: 1 kB\nHugePages_Total:       0\nMemAvailable:    6000000 kB\n");
    CHECK(cores(folder.path()).quota == 1.5);
    CHECK(memory(folder / "meminfo", folder.path()).total == 1073741824);
    CHECK(memory(folder / "meminfo", folder.path()).available == 1000000000);
    AtomicFile::write(folder / "cpu.max", "max 100000\n");
    AtomicFile::write(folder / "memory.max", "max\n");
    CHECK(!cores(folder.path()).quota);
    CHECK(memory(folder / "meminfo", folder.path()).total == 8192000000);
    CHECK(memory(folder / "meminfo", folder.path()).available == 6144000000);
    CHECK(memory(folder / "absent", folder / "absent").total == 0);
  }

  TEST_CASE("folders that cannot be written are said to be so") {
    const test::TemporaryFolder folder;
    CHECK(write_fault(folder.path()).empty());
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(write_fault(folder / "absent") == "No such file or directory");
    CHECK(!free_disk(folder / "absent"));
    CHECK(*free_disk(folder.path()) > 0);
  }

  TEST_CASE("measuring leaves the number of threads as it was") {
    const int before = at::get_num_threads();
    CHECK(gemm_gflops(at::kFloat, 1) > 0.1);
    CHECK(at::get_num_threads() == before);
  }
}
}  // namespace
}  // namespace hpo::app
