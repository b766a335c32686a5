#pragma once
/// \file  The templates of the model families.
/// Layer `text`, tier 0.

#include <cstdint>

#include <hpo/text/pipeline/post_processor.hpp>

namespace hpo::text {

/// [CLS] A [SEP] and [CLS] A [SEP] B [SEP], the second part of type 1.
[[nodiscard]] inline PostProcessor bert_post_processor(std::int32_t cls, std::int32_t sep) {
  using Kind = TemplatePiece::Kind;
  PostProcessor processor;
  processor.single = {{Kind::special, 0, {cls}}, {Kind::first, 0, {}}, {Kind::special, 0, {sep}}};
  processor.pair = {{Kind::special, 0, {cls}},
                    {Kind::first, 0, {}},
                    {Kind::special, 0, {sep}},
                    {Kind::second, 1, {}},
                    {Kind::special, 1, {sep}}};
  return processor;
}

/// <s> A </s> and <s> A </s></s> B </s>, all of type 0.
[[nodiscard]] inline PostProcessor roberta_post_processor(std::int32_t cls, std::int32_t sep) {
  using Kind = TemplatePiece::Kind;
  PostProcessor processor;
  processor.single = {{Kind::special, 0, {cls}}, {Kind::first, 0, {}}, {Kind::special, 0, {sep}}};
  processor.pair = {{Kind::special, 0, {cls}},
                    {Kind::first, 0, {}},
                    {Kind::special, 0, {sep, sep}},
                    {Kind::second, 0, {}},
                    {Kind::special, 0, {sep}}};
  return processor;
}

}  // namespace hpo::text
