// Mirrors include/hpo/storage/memory_storage.hpp.
#include <hpo/storage/memory_storage.hpp>

#include <memory>

#include <hpo/testing/storage_contract.hpp>

#include "../check.hpp"

namespace hpo::storage {
namespace {

TEST_SUITE("storage/memory_storage") {
  TEST_CASE("MemoryStorage obeys the storage contract") {
    test::obeys_storage_contract([] { return std::make_unique<MemoryStorage>(); });
  }
}

}  // namespace
}  // namespace hpo::storage
