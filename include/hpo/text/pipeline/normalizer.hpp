#pragma once
/// \file  The steps that change a text before it is cut: cleaning, case, accents, normal forms, replacements.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/text/pipeline/aligned_text.hpp>
#include <hpo/text/pipeline/byte_level.hpp>
#include <hpo/text/pipeline/normal_form.hpp>
#include <hpo/text/pipeline/pattern.hpp>
#include <hpo/text/pipeline/precompiled.hpp>
#include <hpo/text/unicode/unicode.hpp>

namespace hpo::text {

namespace detail {

/// Copies the code points that `keep`, as `change` makes them.
template <class Keep, class Change>
void filter_map(const AlignedView& in, AlignedText& out, Keep keep, Change change) {
  for_each_code_point(in.bytes, [&](char32_t code, std::size_t at, std::size_t) {
    if (keep(code)) out.push(change(code), in.origin[at]);
  });
}

}  // namespace detail

/// Lower case without context.
struct Lowercase {
  void operator()(const AlignedView& in, AlignedText& out) const {
    for_each_code_point(in.bytes, [&](char32_t code, std::size_t at, std::size_t) {
      out.push(to_lower(code), in.origin[at]);
      if (code == 0x130) out.push(0x307, in.origin[at]);
    });
  }
};

/// A Unicode normal form.
struct ToNormalForm {
  NormalForm form;
  void operator()(const AlignedView& in, AlignedText& out) const { normalize(form, in, out); }
};

/// Drops all combining marks, vowel signs of Indic scripts among them.
struct StripAccents {
  void operator()(const AlignedView& in, AlignedText& out) const {
    detail::filter_map(
        in, out, [](char32_t code) { return !is_mark(code); }, [](char32_t code) { return code; });
  }
};

/// Drops white space at the ends.
struct Strip {
  bool left = true;
  bool right = true;
  void operator()(const AlignedView& in, AlignedText& out) const {
    std::size_t begin = in.bytes.size();
    std::size_t end = 0;
    for_each_code_point(in.bytes, [&](char32_t code, std::size_t at, std::size_t size) {
      if (is_white_space(code)) return;
      begin = std::min(begin, at);
      end = at + size;
    });
    if (!left) begin = 0;
    if (!right) end = in.bytes.size();
    if (begin < end) out.append(in.substr(begin, end - begin));
  }
};

/// Puts a text in front of a text that is not empty.
struct Prepend {
  std::string text;
  void operator()(const AlignedView& in, AlignedText& out) const {
    if (in.bytes.empty()) return;
    for_each_code_point(text, [&](char32_t code, std::size_t, std::size_t) { out.push(code, in.origin.front()); });
    out.append(in);
  }
};

/// Puts `content` in the place of every match.
struct Replace {
  Pattern pattern;
  std::string content;
  void operator()(const AlignedView& in, AlignedText& out) const {
    thread_local std::vector<Stretch> stretches;
    stretches.clear();
    pattern.find(in.bytes, stretches);
    for (const Stretch& stretch : stretches) {
      if (!stretch.match) {
        out.append(in.substr(stretch.begin, stretch.end - stretch.begin));
        continue;
      }
      const Span from = stretch.end > 0 ? in.origin[stretch.end - 1] : Span{in.base, in.base};
      for_each_code_point(content, [&](char32_t code, std::size_t, std::size_t) { out.push(code, from); });
    }
  }
};

/// The rules of sentencepiece's "nmt" normalization: controls vanish, odd spaces become plain ones.
struct Nmt {
  void operator()(const AlignedView& in, AlignedText& out) const {
    const auto keep = [](char32_t code) {
      return !((code >= 0x1 && code <= 0x8) || code == 0xB || (code >= 0xE && code <= 0x1F) || code == 0x7F ||
               code == 0x8F || code == 0x9F);
    };
    const auto change = [](char32_t code) {
      const bool space = code == 0x9 || code == 0xA || code == 0xC || code == 0xD || code == 0x1680 ||
                         (code >= 0x200B && code <= 0x200F) || code == 0x2028 || code == 0x2029 || code == 0x2581 ||
                         code == 0xFEFF || code == 0xFFFD;
      return space ? U' ' : code;
    };
    detail::filter_map(in, out, keep, change);
  }
};

/// Bytes as printable characters, before added tokens are looked for.
struct ByteCharacters {
  void operator()(const AlignedView& in, AlignedText& out) const { to_byte_characters(in, out); }
};

/// BERT's cleaning: controls vanish, white space becomes plain, ideographs stand alone, accents and capitals go.
struct BertNormalizer {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  std::optional<bool> strip_accents;  ///< as `lowercase` if not said
  bool lowercase = true;

  void operator()(const AlignedView& in, AlignedText& out) const {
    for (std::size_t at = 0; at < in.bytes.size();) {
      const std::size_t begin = at;
      const bool simple = is_simple(in.bytes[at]);
      while (at < in.bytes.size() && is_simple(in.bytes[at]) == simple) ++at;
      const AlignedView run = in.substr(begin, at - begin);
      if (simple)
        normalize_ascii(run, out);
      else
        normalize_other(run, out);
    }
  }

 private:
  /// ASCII that stays. (What vanishes does not keep the accents on its sides apart.)
  [[nodiscard]] bool is_simple(char byte) const {
    const auto code = static_cast<unsigned char>(byte);
    return code < 0x80 && !(clean_text && removes(code));
  }
  [[nodiscard]] static bool removes(char32_t code) { return code == 0 || code == 0xFFFD || is_control(code); }

  void normalize_ascii(const AlignedView& in, AlignedText& out) const {
    for (std::size_t i = 0; i < in.bytes.size(); ++i) {
      auto code = static_cast<char32_t>(in.bytes[i]);
      if (clean_text && is_white_space(code)) code = ' ';
      out.bytes.push_back(static_cast<char>(lowercase ? to_lower(code) : code));
      out.origin.push_back(in.origin[i]);
    }
  }

  /// Such runs are short in most texts. Accents never move across their borders: this form only decomposes.
  void normalize_other(const AlignedView& in, AlignedText& out) const {
    thread_local AlignedText cleaned, decomposed;
    cleaned.clear();
    for_each_code_point(in.bytes, [&](char32_t code, std::size_t at, std::size_t) {
      if (clean_text && removes(code)) return;
      const bool alone = handle_chinese_chars && is_cjk(code);
      if (alone) cleaned.push(' ', in.origin[at]);
      cleaned.push(clean_text && is_white_space(code) ? U' ' : code, in.origin[at]);
      if (alone) cleaned.push(' ', in.origin[at]);
    });
    if (strip_accents.value_or(lowercase)) {
      decomposed.clear();
      normalize(NormalForm::nfd, cleaned.view(0, cleaned.size()), decomposed);
      cleaned.clear();
      detail::filter_map(
          decomposed.view(0, decomposed.size()), cleaned, [](char32_t code) { return !is_nonspacing_mark(code); },
          [](char32_t code) { return code; });
    }
    const AlignedView view = cleaned.view(0, cleaned.size());
    if (lowercase)
      Lowercase{}(view, out);
    else
      out.append(view);
  }
};

/// One step.
using NormalizerStep = std::variant<BertNormalizer, Lowercase, ToNormalForm, StripAccents, Strip, Prepend, Replace, Nmt,
                                    ByteCharacters, Precompiled>;

/// All steps, in order.
class Normalizer {
 public:
  Normalizer() = default;
  explicit Normalizer(std::vector<NormalizerStep> steps) : steps_(std::move(steps)) {}

  /// Appends the normalized form of `in` to `out`.
  void operator()(const AlignedView& in, AlignedText& out) const {
    thread_local AlignedText buffers[2];
    AlignedView view = in;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const bool last = i + 1 == steps_.size();
      AlignedText& target = last ? out : buffers[i % 2];
      if (!last) target.clear();
      std::visit([&](const auto& step) { step(view, target); }, steps_[i]);
      if (!last) view = {target.bytes, target.origin, in.base};
    }
    if (steps_.empty()) out.append(in);
  }

 private:
  std::vector<NormalizerStep> steps_;
};

}  // namespace hpo::text
