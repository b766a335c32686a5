// Mirrors include/hpo/core/version.hpp.
#include <hpo/core/version.hpp>

#include <string>

#include <hpo/core/file.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

TEST_SUITE("core/version") {
  TEST_CASE("the version is the project's") {
    const std::string project = read_file<Error>(std::string(HPO_SOURCE_DIR) + "/CMakeLists.txt");
    CHECK(project.find("project(hpo VERSION " + std::string(version) + " ") != std::string::npos);
  }
}
}  // namespace
}  // namespace hpo
