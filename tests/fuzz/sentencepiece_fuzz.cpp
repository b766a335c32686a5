// A sentencepiece file: refused, or loaded and used, as the tokenizer of each family that comes with one.
#include "tokenizer_probe.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hpo::fuzz::Scratch deberta("spm.model"), xlm_roberta("sentencepiece.bpe.model");
  for (const auto* scratch : {&deberta, &xlm_roberta}) {
    const hpo::fuzz::Limits limits(size);
    scratch->write(hpo::fuzz::text_of(data, size));
    hpo::fuzz::load_and_encode(scratch->folder());
  }
  return 0;
}
