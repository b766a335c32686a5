// A config.json: refused, or read by every encoder and head, written and read back equal.
#include <string>

#include <hpo/checkpoint/folder.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/models.hpp>

#include "target.hpp"

namespace hpo {
namespace {

template <class Read>
void refused_or(Read read) {
  try {
    read();
  } catch (const CheckpointError& error) {
    fuzz::expect(std::string_view(error.what()).find('\n') == std::string_view::npos, "a message of several lines");
  }
}

}  // namespace
}  // namespace hpo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hpo;
  static const fuzz::Scratch scratch("config.json");
  const fuzz::Limits limits(size);
  refused_or([&] {
    const auto& path = scratch.write(fuzz::text_of(data, size));
    const Json config = checkpoint::read_json_object(path);
    for_each_type(nn::AllEncoders{},
                  [&]<class Encoder>() { refused_or([&] { (void)Encoder::Config::parse(config, path.string()); }); });
    refused_or([&] { (void)nn::sequence_classification(config, path.string()); });
    scratch.write(config.dump(2, ' ', false, Json::error_handler_t::replace));
    fuzz::expect(checkpoint::read_json_object(path) == config, "written and read differ");
  });
  return 0;
}
