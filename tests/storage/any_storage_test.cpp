// Mirrors include/hpo/storage/any_storage.hpp.
#include <hpo/storage/any_storage.hpp>

#include <memory>

#include <hpo/testing/storage_contract.hpp>

#include "../check.hpp"

namespace hpo::storage {
namespace {

TEST_SUITE("storage/any_storage") {
  TEST_CASE("AnyStorage obeys the storage contract, whatever it stands for") {
    test::obeys_storage_contract([] { return std::make_unique<AnyStorage>("memory"); });
    test::TemporaryFolder folder;
    int files = 0;
    test::obeys_storage_contract(
        [&] { return std::make_unique<AnyStorage>("sqlite:///" + (folder / concat(files++, ".db")).string()); });
  }
  TEST_CASE("a URL of another kind is refused with the kinds that are known") {
    CHECK_THROWS_WITH_AS(
        AnyStorage("mysql://x"),
        "storage: expected sqlite:///relative.db, sqlite:////absolute.db, a path or memory, got 'mysql://x'",
        ConfigError);
  }
}

}  // namespace
}  // namespace hpo::storage
