#pragma once
/// \file  Reads the post_processor of a tokenizer.json.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/text/folder/json_field.hpp>
#include <hpo/text/folder/sequence_depth.hpp>
#include <hpo/text/pipeline/post_processor.hpp>
#include <hpo/text/pipeline/templates.hpp>

namespace hpo::text {

namespace detail {

/// What a sequence of post-processors has gathered: trims add up, a template comes once.
struct PostProcessorReader {
  PostProcessor result;
  bool has_template = false;

  void read(const JsonField& field, int depth) {
    require_shallow(field, depth);
    const JsonField type = field.at("type");
    const std::string& name = type.text();
    if (name == "Sequence") {
      field.at("processors").for_each([&](const JsonField& one) { read(one, depth + 1); });
    } else if (name == "ByteLevel") {
      read_trim(field);
    } else if (name == "RobertaProcessing") {
      read_trim(field);
      take(field, roberta_post_processor(token_id(field.at("cls")), token_id(field.at("sep"))));
    } else if (name == "BertProcessing") {
      take(field, bert_post_processor(token_id(field.at("cls")), token_id(field.at("sep"))));
    } else if (name == "TemplateProcessing") {
      PostProcessor templates;
      templates.single = read_template(field.at("single"), field, false);
      templates.pair = read_template(field.at("pair"), field, true);
      take(field, std::move(templates));
    } else {
      type.fail_unknown("a post_processor",
                        std::array<std::string_view, 5>{"BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence",
                                                        "TemplateProcessing"});
    }
  }

 private:
  void read_trim(const JsonField& field) {
    if (field.boolean_or("trim_offsets", true)) result.trims.push_back({field.boolean_or("add_prefix_space", true)});
  }

  void take(const JsonField& field, PostProcessor templates) {
    require<TokenizerError>(!has_template, field.where(), ": expected one template in a sequence, got a second");
    has_template = true;
    result.single = std::move(templates.single);
    result.pair = std::move(templates.pair);
  }

  /// ["[CLS]", 101]
  [[nodiscard]] static std::int32_t token_id(const JsonField& field) {
    require<TokenizerError>(field.array().size() == 2, field.where(), ": expected a token and its id, got ",
                            field.value().size(), " values");
    return non_negative(JsonField(field.value()[1], field.where() + "[1]"));
  }

  [[nodiscard]] static std::int32_t non_negative(const JsonField& field) {
    const std::int32_t id = field.integer();
    require<TokenizerError>(id >= 0, field.where(), ": expected an id, 0 or more, got ", id);
    return id;
  }

  [[nodiscard]] static Template read_template(const JsonField& field, const JsonField& owner, bool pair) {
    Template pieces;
    field.for_each([&](const JsonField& one) {
      const auto special = one.find("SpecialToken");
      const JsonField body = special ? *special : one.at("Sequence");
      const std::int32_t type_id = body.integer_or("type_id", 0);
      require<TokenizerError>(type_id >= 0 && type_id < 256, body.where(), ".type_id: expected 0 to 255, got ",
                              type_id);
      TemplatePiece piece{TemplatePiece::Kind::special, static_cast<std::uint8_t>(type_id), {}};
      const JsonField id = body.at("id");
      if (special) {
        owner.at("special_tokens").at(id.text()).at("ids").for_each([&](const JsonField& each) {
          piece.ids.push_back(non_negative(each));
        });
      } else {
        const bool known = id.text() == "A" || (pair && id.text() == "B");
        require<TokenizerError>(known, id.where(), ": expected ", pair ? "A or B" : "A", ", got '", id.text(), "'");
        piece.kind = id.text() == "A" ? TemplatePiece::Kind::first : TemplatePiece::Kind::second;
      }
      pieces.push_back(std::move(piece));
    });
    return pieces;
  }
};

}  // namespace detail

/// Errors   TokenizerError for an unknown type, a special token without ids, or two templates in one sequence.
[[nodiscard]] inline PostProcessor read_post_processor(const JsonField& field) {
  detail::PostProcessorReader reader;
  reader.read(field, 0);
  return std::move(reader.result);
}

}  // namespace hpo::text
