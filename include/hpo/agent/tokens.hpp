#pragma once
/// \file  The tokens of a data set, from the cache if they are there.
/// Layer `agent`. No torch.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <hpo/agent/options.hpp>
#include <hpo/data/content_key.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/token_store.hpp>
#include <hpo/data/tokenize.hpp>
#include <hpo/text/tokenizer.hpp>

namespace hpo::agent {

/// Tokenized once per content: the file in `cache` is named after texts, tokenizer and options. With an empty `cache`
/// the tokens stay in memory.
/// Errors   DataError if the cache cannot be written; TokenizerError.
template <class Example>
[[nodiscard]] std::shared_ptr<const data::TokenStore> tokens_of(const text::Tokenizer& tokenizer,
                                                                std::span<const Example> examples,
                                                                const EncoderSection& section,
                                                                const std::filesystem::path& cache) {
  const data::TokenizeOptions options{.max_length = section.max_length, .stride = section.stride};
  const std::string key = data::token_key(tokenizer.files(), examples, options);
  const auto path = cache.empty() ? cache : cache / ("tokens-" + key + ".bin");
  return std::make_shared<const data::TokenStore>(data::open_or_build(
      path, key, [&](data::TokenStoreBuilder& builder) { data::tokenize(tokenizer, examples, options, builder); }));
}

/// One name for the content of all files of a data set: what a model card says that it was trained on.
[[nodiscard]] inline std::string hash_of(const data::SourceOptions& source) {
  data::ContentKey key;
  for (const std::string& file : {source.train, source.valid, source.test})
    if (!file.empty()) key.add_file(file);
  return key.hex();
}

}  // namespace hpo::agent
