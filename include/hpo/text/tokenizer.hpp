#pragma once
/// \file  A tokenizer, equal to the one in the Hugging Face folder that it was loaded from.
/// Layer `text`, tier 0 (with JSON: about 2 s to parse).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <hpo/text/folder/tokenizer_folder.hpp>
#include <hpo/text/pipeline/encoding.hpp>
#include <hpo/text/pipeline/pipeline.hpp>
#include <hpo/text/pipeline/post_processor.hpp>

namespace hpo::text {

/// Turns texts into token ids. Const and thread-safe; copies share the vocabulary.
/// Source   the tokenizers library of Hugging Face, whose results it equals; tests/text/tokenizer_reference_test.cpp.
class Tokenizer {
 public:
  /// From tokenizer.json, else vocab.txt, else vocab.json and merges.txt, else a sentencepiece file;
  /// tokenizer_config.json, special_tokens_map.json and added_tokens.json are heeded.
  /// Errors   TokenizerError that names the file and the key.
  [[nodiscard]] static Tokenizer load(const std::filesystem::path& folder) {
    Tokenizer tokenizer(read_tokenizer_folder(folder));
    for (const std::string_view name : tokenizer_files)
      if (std::filesystem::is_regular_file(folder / name)) tokenizer.files_.push_back(folder / name);
    return tokenizer;
  }

  explicit Tokenizer(TokenizerParts parts) : pipeline_(std::make_shared<const Pipeline>(std::move(parts))) {}

  [[nodiscard]] Encoding encode(std::string_view text) const { return encode(text, std::nullopt, {}); }

  /// Offsets count code points of the text that `sequence` names; ill-formed UTF-8 is read as in core/utf8.hpp.
  /// Errors   TokenizerError if `options` cannot be met (see post_process), or for a text of 512 MiB or more.
  [[nodiscard]] Encoding encode(std::string_view first, std::optional<std::string_view> second,
                                const EncodeOptions& options) const {
    thread_local std::vector<Token> tokens;
    tokens.clear();
    pipeline_->tokenize(first, options.parse_special, tokens);
    const std::size_t middle = tokens.size();
    if (second) pipeline_->tokenize(*second, options.parse_special, tokens);
    const std::span<const Token> all(tokens);
    const auto other = second ? std::optional(all.subspan(middle)) : std::nullopt;
    Encoding encoding = post_process(pipeline_->parts().post_processor, all.first(middle), other, options);
    if (options.pad_to > 0) pad(encoding, static_cast<std::size_t>(options.pad_to), pad_id(), 0, options.pad_side);
    return encoding;
  }

  /// The same for many texts, by `threads` threads: the order and the results do not depend on their number.
  [[nodiscard]] std::vector<Encoding> encode_batch(std::span<const std::string> texts,
                                                   const EncodeOptions& options = {}, std::size_t threads = 1) const {
    return encode_batch(texts, {}, options, threads);
  }

  /// Pairs; `seconds` is empty or as long as `firsts`.
  [[nodiscard]] std::vector<Encoding> encode_batch(std::span<const std::string> firsts,
                                                   std::span<const std::string> seconds, const EncodeOptions& options,
                                                   std::size_t threads = 1) const {
    require<TokenizerError>(seconds.empty() || seconds.size() == firsts.size(), "encode_batch: seconds: expected ",
                            firsts.size(), " texts or none, got ", seconds.size());
    std::vector<Encoding> encodings(firsts.size());
    const std::size_t workers = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(firsts.size(), 1));
    std::vector<std::exception_ptr> errors(workers);
    const auto work = [&](std::size_t worker) {
      try {
        const std::size_t end = firsts.size() * (worker + 1) / workers;
        for (std::size_t i = firsts.size() * worker / workers; i < end; ++i)
          encodings[i] =
              encode(firsts[i], seconds.empty() ? std::nullopt : std::optional<std::string_view>(seconds[i]), options);
      } catch (...) {
        errors[worker] = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> others;
      for (std::size_t worker = 1; worker < workers; ++worker) others.emplace_back(work, worker);
      work(0);
    }
    for (const std::exception_ptr& error : errors)
      if (error) std::rethrow_exception(error);
    return encodings;
  }

  /// Different tokens, added ones included.
  [[nodiscard]] std::size_t vocab_size() const {
    const Vocabulary& vocabulary = vocabulary_of(pipeline_->parts().model);
    std::size_t size = vocabulary.size();
    for (const AddedToken& token : pipeline_->parts().added_tokens) size += vocabulary.contains(token.content) ? 0 : 1;
    return size;
  }

  /// One more than the largest id: the rows that an embedding must have at least. A template and the padding may name
  /// ids that no token has.
  [[nodiscard]] std::size_t id_limit() const {
    std::size_t limit = vocabulary_of(pipeline_->parts().model).id_limit();
    const auto include = [&](std::int32_t id) { limit = std::max(limit, static_cast<std::size_t>(id) + 1); };
    for (const AddedToken& token : pipeline_->parts().added_tokens) include(token.id);
    for (const bool pair : {false, true})
      for (const TemplatePiece& piece : pipeline_->parts().post_processor.pick(pair))
        std::ranges::for_each(piece.ids, include);
    include(pad_id());
    return limit;
  }

  /// The id that fills short rows; 0 if the tokenizer names none.
  [[nodiscard]] std::int32_t pad_id() const { return pipeline_->parts().pad_id; }

  [[nodiscard]] std::optional<std::int32_t> id_of(std::string_view token) const {
    for (const AddedToken& added : pipeline_->parts().added_tokens)
      if (added.content == token) return added.id;
    const std::int32_t id = vocabulary_of(pipeline_->parts().model).find(token);
    return id == Vocabulary::none ? std::nullopt : std::optional(id);
  }

  /// The token of an id, as the vocabulary writes it; empty if there is none.
  [[nodiscard]] std::string token_of(std::int32_t id) const {
    for (const AddedToken& added : pipeline_->parts().added_tokens)
      if (added.id == id) return added.content;
    return std::string(vocabulary_of(pipeline_->parts().model).token(id));
  }

  /// Special tokens of one text, or of a pair.
  [[nodiscard]] std::size_t special_count(bool pair) const {
    return count_special(pipeline_->parts().post_processor.pick(pair));
  }

  /// The files it was loaded from: what an exported folder must hold.
  [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return files_; }

 private:
  std::shared_ptr<const Pipeline> pipeline_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace hpo::text
