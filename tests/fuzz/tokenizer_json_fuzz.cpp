// A tokenizer.json: refused, or loaded and used.
#include "tokenizer_probe.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hpo::fuzz::Scratch scratch("tokenizer.json");
  const hpo::fuzz::Limits limits(size);
  scratch.write(hpo::fuzz::text_of(data, size));
  hpo::fuzz::load_and_encode(scratch.folder());
  return 0;
}
