// A data file: refused, or read, as each format and for each task.
#include <string>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/data/classification_reader.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/span_reader.hpp>

#include "target.hpp"

namespace hpo::data {
namespace {

void check(const ClassificationFile& file) {
  for (const auto& example : file.examples)
    fuzz::expect(is_well_formed(example.text) && example.label < file.labels.size(), "an example that cannot be");
}

void check(const SpanFile& file) {
  for (const auto& example : file.examples) fuzz::expect(is_well_formed(example.context), "an example that cannot be");
}

template <class Read>
void refused_or(Read read) {
  try {
    check(read());
  } catch (const DataError& error) {
    fuzz::expect(std::string_view(error.what()).find('\n') == std::string_view::npos, "a message of several lines");
  } catch (const ConfigError&) {
  }
}

}  // namespace
}  // namespace hpo::data

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hpo::data;
  static const hpo::fuzz::Scratch scratch("data");
  const std::string path = scratch.write(hpo::fuzz::text_of(data, size)).string();
  for (const FileFormat format : {FileFormat::csv, FileFormat::tsv, FileFormat::jsonl, FileFormat::squad}) {
    for (const bool quotes : {true, false}) {
      if (!quotes && format != FileFormat::csv) continue;
      const SourceOptions source{.train = path, .format = format, .quotes = quotes};
      const hpo::fuzz::Limits limits(size);
      refused_or([&] { return read_classification(path, source, {.pair = "pair", .group = "group", .id = "id"}); });
      refused_or([&] { return read_spans(path, source, {.start = "start", .unaligned = UnalignedPolicy::drop}); });
    }
  }
  return 0;
}
