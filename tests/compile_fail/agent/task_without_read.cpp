// expect-error: .T::read.section, seed.. is invalid.*.read. is not a member of .Unread
// A task that can read a file for a trained model, and none to train on.
#include <string_view>

#include "../../agent/archetypes.hpp"

using namespace hpo;

struct Unread {
  using Section = test::RatingTask::Section;
  using Data = test::RatingTask::Data;
  using Tally = test::Errors;
  using Metrics = test::RatingTask::Metrics;
  static constexpr std::string_view pipeline_tag = "text-classification";
  Unread(const Data&, std::string);
  static Data read_file(const std::filesystem::path&, const Section&, const Json&, data::Labels);
  static void tokenize(Data&, const text::Tokenizer&, const agent::EncoderSection&, const std::filesystem::path&);
  static void write_config(Json&, const Data&, bool);
  static Json to_json(const Data&);
};
static_assert(agent::Task<Unread>);
