#pragma once
/// \file  The only way to doctest: glog, which torch headers may bring, redefines CHECK after it and aborts the run.
/// Test files include hpo and torch headers first, this one last.

#if __has_include(<c10/util/Logging.h>) && defined(HPO_TEST_TORCH)
#include <c10/util/Logging.h>
#endif
#undef CHECK

#include <doctest/doctest.h>

#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include <stdlib.h>

#include <hpo/core/error.hpp>

namespace hpo::test {

/// The folder of public data beside the checkout (`../shared`), or nothing: tests that want it say that they skip.
[[nodiscard]] inline std::optional<std::filesystem::path> shared(const std::string& below) {
  const std::filesystem::path path = std::filesystem::path(HPO_SOURCE_DIR).parent_path() / "shared" / below;
  if (std::filesystem::exists(path)) return path;
  MESSAGE("skipped: no " << path.string() << " beside the checkout");
  return std::nullopt;
}

/// What a call is refused with: the words of the error that it throws, or "" if it throws none.
template <std::derived_from<Error> E = Error, class Call>
[[nodiscard]] std::string refusal(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

/// A fixture of the repository, below tests/fixtures.
[[nodiscard]] inline std::filesystem::path fixture(const std::string& below) {
  return std::filesystem::path(HPO_SOURCE_DIR) / "tests" / "fixtures" / below;
}

/// An empty folder that is gone at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hpo-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
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

}  // namespace hpo::test
