#pragma once
/// \file  A folder for the length of a test.
/// Layer `testing`. No torch.

#include <filesystem>
#include <string>
#include <system_error>

#include <stdlib.h>

#include <hpo/core/error.hpp>

namespace hpo::testing {

/// An empty folder that is gone at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hpo-test-XXXXXX").string();
    require<Error>(::mkdtemp(pattern.data()) != nullptr, pattern, ": expected a new folder, got none");
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace hpo::testing
