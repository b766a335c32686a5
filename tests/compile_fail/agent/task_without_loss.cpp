// expect-error: has no member named .loss.
// An agent whose task nothing could be learnt from.
#include "../../agent/archetypes.hpp"

using namespace hpo;

struct Lossless {
  using Section = test::RatingTask::Section;
  using Data = test::RatingTask::Data;
  using Tally = test::Errors;
  using Metrics = test::RatingTask::Metrics;
  static constexpr std::string_view pipeline_tag = "text-classification";
  Lossless(const Data&, std::string);
  static Data read(const Section&, std::int64_t);
  static Data read_file(const std::filesystem::path&, const Section&, const Json&, data::Labels);
  static void tokenize(Data&, const text::Tokenizer&, const agent::EncoderSection&, const std::filesystem::path&);
  static void configure(auto&, const Data&);
  static void write_config(Json&, const Data&, bool);
  static Json to_json(const Data&);
  test::RatingTask::Evaluator evaluator(const test::RatingRows&) const;
  template <class Model>
  std::size_t predict(Model&, const test::RatingRows&, const Data&, std::int64_t, const std::filesystem::path&) const;
};
struct Aimless : test::Rater {
  using Task = Lossless;
};
static_assert(agent::Agent<Aimless>);
