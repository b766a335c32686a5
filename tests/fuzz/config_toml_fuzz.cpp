// A configuration: refused, or read, written and read back equal. Its first line is also taken as a `--set` over it.
#include <string>
#include <string_view>

#include <hpo/agent/config.hpp>
#include <hpo/config/document.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/data/options.hpp>
#include <hpo/space/space.hpp>

#include "target.hpp"

namespace hpo {
namespace {

struct Criteria {
  static constexpr std::string_view name = "criteria";
  struct Task {
    using Section = data::ClassificationDataOptions;
    using Metrics = TypeList<agent::MacroF1, agent::Accuracy>;
  };
  static constexpr auto space =
      space::of(space::real<"optim.lr">(1e-5, 5e-3).log(), space::choice<"train.batch_size">(8, 16, 32),
                space::real<"encoder.dropout">(0.0, 0.3), space::choice<"head.pooling">("cls", "mean", "max"),
                space::integer<"head.layers">(1, 3), space::integer<"head.width">(32, 512).log());
};

template <class Read>
void refused_or(Read read) {
  try {
    read();
  } catch (const ConfigError&) {
  }
}

}  // namespace
}  // namespace hpo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hpo;
  const fuzz::Limits limits(size);
  const std::string text(fuzz::text_of(data, size));
  refused_or([&] {
    auto document = config::Document::parse(text, "fuzz.toml");
    refused_or([&] {
      const std::string written = agent::to_toml(agent::read_config<Criteria>(document));
      const auto again = agent::read_config<Criteria>(config::Document::parse(written, "written.toml"));
      fuzz::expect(agent::to_toml(again) == written, "written and read differ");
    });
    document.set(std::string_view(text).substr(0, text.find('\n')));
    refused_or([&] { (void)agent::read_config<Criteria>(document); });
  });
  return 0;
}
