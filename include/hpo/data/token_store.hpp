#pragma once
/// \file  Tokenized texts as flat arrays in one file: written once, mapped by every trial.
/// Layer `data`, tier 0.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/mapped_file.hpp>
#include <hpo/data/token_layout.hpp>
#include <hpo/text/pipeline/encoding.hpp>
#include <hpo/text/unicode/span.hpp>

namespace hpo::data {

/// Rows of tokens. A row is a text, a pair, or one window of a pair; `example(row)` says
/// whose. Copies share the memory.
class TokenStore {
 public:
  /// Maps a file that a TokenStoreBuilder wrote under the same key; nothing if there is none, or if it is cut short,
  /// damaged, of another program, version or key: write it anew then.
  /// Errors   DataError if the file is there and cannot be read.
  [[nodiscard]] static std::optional<TokenStore> open(const std::filesystem::path& path, std::string_view key) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
    auto file = MappedFile::open<DataError>(path);
    const std::string_view bytes(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
    return from(std::move(file), bytes, key);
  }

  [[nodiscard]] std::size_t size() const { return arrays_.lengths.size(); }

  /// Tokens of each row, special ones included.
  [[nodiscard]] std::span<const std::int32_t> lengths() const { return arrays_.lengths; }
  [[nodiscard]] std::int32_t length(std::size_t row) const { return arrays_.lengths[row]; }
  [[nodiscard]] std::size_t example(std::size_t row) const { return static_cast<std::size_t>(arrays_.examples[row]); }

  [[nodiscard]] std::span<const std::int32_t> ids(std::size_t row) const { return of_row(arrays_.ids, row); }
  [[nodiscard]] std::span<const std::uint8_t> type_ids(std::size_t row) const { return of_row(arrays_.type_ids, row); }
  /// Code points of the text that `sequence` names.
  [[nodiscard]] std::span<const text::Span> offsets(std::size_t row) const { return of_row(arrays_.offsets, row); }
  /// 0 or 1: the first or second text; -1 at special tokens.
  [[nodiscard]] std::span<const std::int8_t> sequence(std::size_t row) const { return of_row(arrays_.sequence, row); }

 private:
  friend class TokenStoreBuilder;

  static std::optional<TokenStore> from(std::shared_ptr<const void> owner, std::string_view bytes,
                                        std::string_view key) {
    const auto arrays = detail::parse_token_arrays(bytes, key);
    if (!arrays) return std::nullopt;
    TokenStore store;
    store.owner_ = std::move(owner);
    store.arrays_ = *arrays;
    store.begins_.reserve(arrays->lengths.size());
    std::size_t begin = 0;
    for (const auto length : arrays->lengths) {
      store.begins_.push_back(begin);
      begin += static_cast<std::size_t>(length);
    }
    return store;
  }

  template <class T>
  [[nodiscard]] std::span<const T> of_row(std::span<const T> all, std::size_t row) const {
    return all.subspan(begins_[row], static_cast<std::size_t>(arrays_.lengths[row]));
  }

  TokenStore() = default;

  std::shared_ptr<const void> owner_;
  detail::TokenArrays arrays_;
  std::vector<std::size_t> begins_;
};

/// Gathers rows, then writes them to a file or keeps them in memory.
class TokenStoreBuilder {
 public:
  /// Adds the tokens of one window (its `overflow` is not looked at; padding is not expected).
  void add(const text::Encoding& window, std::size_t example) {
    lengths_.push_back(static_cast<std::int32_t>(window.ids.size()));
    examples_.push_back(static_cast<std::int32_t>(example));
    ids_.insert(ids_.end(), window.ids.begin(), window.ids.end());
    offsets_.insert(offsets_.end(), window.offsets.begin(), window.offsets.end());
    type_ids_.insert(type_ids_.end(), window.type_ids.begin(), window.type_ids.end());
    sequence_.insert(sequence_.end(), window.sequence.begin(), window.sequence.end());
  }

  [[nodiscard]] std::size_t size() const { return lengths_.size(); }

  /// Errors   DataError if the file cannot be written; an older one is then untouched.
  void write(const std::filesystem::path& path, std::string_view key) const {
    AtomicFile::write<DataError>(path, detail::token_bytes(arrays(), key));
  }

  [[nodiscard]] TokenStore in_memory() const {
    const auto bytes = std::make_shared<const std::string>(detail::token_bytes(arrays(), ""));
    return *TokenStore::from(bytes, *bytes, "");
  }

 private:
  [[nodiscard]] detail::TokenArrays arrays() const {
    return {lengths_, examples_, ids_, offsets_, type_ids_, sequence_};
  }

  std::vector<std::int32_t> lengths_;
  std::vector<std::int32_t> examples_;
  std::vector<std::int32_t> ids_;
  std::vector<text::Span> offsets_;
  std::vector<std::uint8_t> type_ids_;
  std::vector<std::int8_t> sequence_;
};

/// The store of a file, built by `build(builder)` and written if the file has none for the key. With an empty path the
/// store is built and stays in memory.
/// Errors   DataError if the file cannot be written or read back.
template <class Build>
[[nodiscard]] TokenStore open_or_build(const std::filesystem::path& path, std::string_view key, Build&& build) {
  if (!path.empty())
    if (auto store = TokenStore::open(path, key)) return *std::move(store);
  TokenStoreBuilder builder;
  build(builder);
  if (path.empty()) return builder.in_memory();
  builder.write(path, key);
  auto store = TokenStore::open(path, key);
  require<DataError>(store.has_value(), path,
                     ": expected the tokens just written, got other bytes; is another program writing it?");
  return *std::move(store);
}

}  // namespace hpo::data
