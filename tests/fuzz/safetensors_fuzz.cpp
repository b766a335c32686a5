// A safetensors file: refused, or read, written again and read back equal. Then once more with the header's length set
// right, since few random lengths are.
#include <bit>
#include <cstring>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/checkpoint/safetensors.hpp>
#include <hpo/checkpoint/safetensors_writer.hpp>
#include <hpo/core/error.hpp>

#include "target.hpp"

namespace hpo::checkpoint {
namespace {

bool same(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() &&
         (a.nbytes() == 0 || std::memcmp(a.data_ptr(), b.data_ptr(), a.nbytes()) == 0);
}

void read(std::string_view bytes) {
  static const fuzz::Scratch in("in.safetensors"), out("out.safetensors");
  const fuzz::Limits limits(bytes.size());
  try {
    const auto file = SafetensorsFile::open(in.write(bytes));
    NamedTensors tensors;
    for (const Entry& entry : file.entries()) {
      fuzz::expect(file.find(entry.name) == &entry, "an entry is not found by its name");
      if (!entry.dtype.in_torch) continue;
      tensors.emplace_back(entry.name, file.read(entry.name));
      fuzz::expect(tensors.back().second.nbytes() == entry.bytes(), "a tensor of another size than its entry");
      fuzz::expect(same(tensors.back().second, file.view(entry.name)), "a view differs from what is read");
    }
    const auto& written = out.write("");
    write_safetensors(written, tensors, file.metadata());
    const auto again = SafetensorsFile::open(written);
    fuzz::expect(again.entries().size() == tensors.size() && again.metadata() == file.metadata(),
                 "written and read differ");
    for (const auto& [name, tensor] : tensors) fuzz::expect(same(tensor, again.read(name)), "written and read differ");
  } catch (const CheckpointError&) {
  }
}

}  // namespace
}  // namespace hpo::checkpoint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = hpo::fuzz::text_of(data, size);
  hpo::checkpoint::read(bytes);
  if (size <= 8) return 0;
  const std::size_t brace = bytes.rfind('}');
  const std::uint64_t length = brace == std::string_view::npos || brace < 8 ? size - 8 : brace + 1 - 8;
  const auto front = std::bit_cast<std::array<char, 8>>(length);
  hpo::checkpoint::read(std::string(front.data(), 8).append(bytes.substr(8)));
  return 0;
}
