#pragma once
/// \file  The only way to doctest: test files include hpo and torch headers first, this one last.

#ifdef HPO_TEST_TORCH
#include <hpo/testing/torch_check.hpp>
#endif
#include <hpo/testing/check.hpp>
#include <hpo/testing/temporary_folder.hpp>

#include <concepts>
#include <filesystem>
#include <optional>
#include <string>

#include <hpo/core/error.hpp>

namespace hpo::test {

using namespace testing;  // what is installed beside what only this repository needs

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

}  // namespace hpo::test
