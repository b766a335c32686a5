// Counts what any allocation takes, by the hooks of AddressSanitizer. Linked into the targets that libFuzzer runs.
#include <atomic>
#include <cstddef>

#include <sanitizer/allocator_interface.h>

#include "target.hpp"

namespace {

std::atomic<std::size_t> live{0}, peak{0};

void on_malloc(const volatile void*, std::size_t size) {
  const std::size_t now = live += size;
  std::size_t before = peak;
  while (now > before && !peak.compare_exchange_weak(before, now)) {
  }
}

void on_free(const volatile void* block) {
  live -= __sanitizer_get_allocated_size(block);
}

const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);

}  // namespace

namespace hpo::fuzz {
std::size_t live_bytes() {
  return live;
}
std::size_t peak_bytes() {
  return peak;
}
void reset_peak() {
  expect(installed != 0, "memory is not counted");
  peak = live.load();
}
}  // namespace hpo::fuzz
