#pragma once
/// \file  The only way to doctest: test files include hpo and torch headers first, this one last.

#ifdef HPO_TEST_TORCH
#include <hpo/testing/torch_check.hpp>
#endif
#include <hpo/testing/check.hpp>
#include <hpo/testing/temporary_folder.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace hpo::test {

using namespace testing;  // what is installed beside what only this repository needs

/// The folder of public data beside the checkout (`../shared`), or nothing: tests that want it say that they skip.
[[nodiscard]] inline std::optional<std::filesystem::path> shared(const std::string& below) {
  const std::filesystem::path path = std::filesystem::path(HPO_SOURCE_DIR).parent_path() / "shared" / below;
  if (std::filesystem::exists(path)) return path;
  MESSAGE("skipped: no " << path.string() << " beside the checkout");
  return std::nullopt;
}

/// A fixture of the repository, below tests/fixtures.
[[nodiscard]] inline std::filesystem::path fixture(const std::string& below) {
  return std::filesystem::path(HPO_SOURCE_DIR) / "tests" / "fixtures" / below;
}

}  // namespace hpo::test
