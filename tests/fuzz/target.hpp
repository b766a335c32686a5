#pragma once
/// \file  What every fuzz target shares: its entry, a file for what the reader expects to find on disk, and the limits
/// that no input may exceed.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <stdlib.h>
#include <time.h>

/// libFuzzer's entry: reads one input. Bad input is refused by an hpo::Error and nothing else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace hpo::fuzz {

/// Bytes that operator new has given out and not got back (counted by memory.cpp, or with a sanitizer by
/// memory_sanitizer.cpp): now, and at most since reset_peak().
[[nodiscard]] std::size_t live_bytes();
[[nodiscard]] std::size_t peak_bytes();
void reset_peak();

/// Ends the process with a message: the input is a finding.
[[noreturn]] inline void finding(std::string_view what) {
  std::fprintf(stderr, "finding: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

/// What must hold whatever the input.
inline void expect(bool holds, std::string_view what) {
  if (!holds) finding(what);
}

/// Measures from its making to its end: 1 s of processor time, and 4 times the input + 64 MB.
class Limits {
 public:
  explicit Limits(std::size_t input) : most_(4 * input + (std::size_t{64} << 20)) {
    reset_peak();
    before_ = live_bytes();
    begin_ = seconds();
  }
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;
  ~Limits() {
    expect(seconds() - begin_ <= 1.0, "more than 1 s");
    expect(peak_bytes() - before_ <= most_, "more memory than 4 times the input + 64 MB");
  }

 private:
  /// Of this process: a busy machine is no hang.
  [[nodiscard]] static double seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
  }

  std::size_t most_, before_ = 0;
  double begin_ = 0;
};

/// A folder in memory that is gone at the end of the process, and one file in it that each input is written to.
class Scratch {
 public:
  explicit Scratch(const std::string& file) {
    const char* place = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
    std::string pattern = std::string(place) + "/hpo-fuzz-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    file_ = folder_ / file;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// The file, now with these bytes.
  const std::filesystem::path& write(std::string_view bytes) const {
    std::FILE* out = std::fopen(file_.c_str(), "wb");
    expect(out != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size() && std::fclose(out) == 0,
           "the scratch file cannot be written");
    return file_;
  }

 private:
  std::filesystem::path folder_, file_;
};

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace hpo::fuzz
