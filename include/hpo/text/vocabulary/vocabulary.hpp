#pragma once
/// \file  Tokens and their ids: a flat hash table that is asked with views.
/// Layer `text`, tier 0.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>

namespace hpo::text {

/// The hash of a token, byte by byte: the hash of every prefix falls out on the way to the whole.
/// Source   Fowler, Noll, Vo: FNV-1a, 64 bits.
class TokenHash {
 public:
  constexpr void add(char byte) { state_ = (state_ ^ static_cast<unsigned char>(byte)) * 1099511628211ULL; }
  constexpr void add(std::string_view bytes) {
    for (const char byte : bytes) add(byte);
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return state_ * 0x9E3779B97F4A7C15ULL; }

 private:
  std::uint64_t state_ = 14695981039346656037ULL;
};

/// An immutable set of tokens with ids. A token named twice keeps its later id.
class Vocabulary {
 public:
  static constexpr std::int32_t none = -1;

  Vocabulary() : Vocabulary(std::vector<std::pair<std::string, std::int32_t>>{}, "vocabulary") {}

  /// Errors   TokenizerError, naming `where`, if an id is negative or the ids have gaps larger than any real model's.
  Vocabulary(const std::vector<std::pair<std::string, std::int32_t>>& tokens, std::string_view where) {
    const std::size_t limit = 16 * tokens.size() + 65536;
    std::size_t bytes = 0;
    for (const auto& [token, id] : tokens) {
      require<TokenizerError>(id >= 0 && static_cast<std::size_t>(id) < limit, where, ": ", token,
                              ": expected an id from 0 to ", limit - 1, " (for ", tokens.size(), " tokens), got ", id);
      bytes += token.size();
    }
    text_.reserve(bytes);
    slots_.resize(std::bit_ceil(2 * tokens.size() + 2));
    shift_ = 64 - std::countr_zero(slots_.size());
    for (const auto& [token, id] : tokens) insert(token, id);
    for (std::size_t entry = 0; entry < entries_.size(); ++entry) {
      const auto id = static_cast<std::size_t>(entries_[entry].id);
      if (id >= by_id_.size()) by_id_.resize(id + 1, none);
      by_id_[id] = static_cast<std::int32_t>(entry);
    }
  }

  /// The id of a token, or `none`.
  [[nodiscard]] std::int32_t find(std::string_view token) const {
    TokenHash hash;
    hash.add(token);
    return find({}, token, hash);
  }

  /// The id of the token `prefix + rest`, or `none`, for a caller that has its hash.
  [[nodiscard]] std::int32_t find(std::string_view prefix, std::string_view rest, const TokenHash& hash) const {
    const Slot& slot = slots_[locate(prefix, rest, hash)];
    return slot.entry < 0 ? none : entries_[static_cast<std::size_t>(slot.entry)].id;
  }

  /// The token of an id; empty if there is none.
  [[nodiscard]] std::string_view token(std::int32_t id) const {
    if (id < 0 || static_cast<std::size_t>(id) >= by_id_.size()) return {};
    const std::int32_t entry = by_id_[static_cast<std::size_t>(id)];
    return entry < 0 ? std::string_view() : text_of(entries_[static_cast<std::size_t>(entry)]);
  }

  [[nodiscard]] bool contains(std::string_view token) const { return find(token) != none; }

  /// Different tokens.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  /// One more than the largest id: what an embedding must have rows for.
  [[nodiscard]] std::size_t id_limit() const { return by_id_.size(); }

  /// Bytes of the longest token.
  [[nodiscard]] std::size_t longest() const { return longest_; }

 private:
  struct Entry {
    std::size_t begin;
    std::uint32_t size;
    std::int32_t id;
  };
  struct Slot {
    std::uint32_t tag = 0;
    std::int32_t entry = none;
  };

  [[nodiscard]] std::string_view text_of(const Entry& entry) const { return {text_.data() + entry.begin, entry.size}; }

  /// The slot of the token `prefix + rest`, or the free one where it belongs.
  [[nodiscard]] std::size_t locate(std::string_view prefix, std::string_view rest, const TokenHash& hash) const {
    const auto tag = static_cast<std::uint32_t>(hash.value());
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = static_cast<std::size_t>(hash.value() >> shift_);
    for (;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.entry < 0) return at;
      if (slot.tag != tag) continue;
      const std::string_view token = text_of(entries_[static_cast<std::size_t>(slot.entry)]);
      if (token.size() == prefix.size() + rest.size() && token.starts_with(prefix) && token.ends_with(rest)) return at;
    }
  }

  void insert(std::string_view token, std::int32_t id) {
    TokenHash hash;
    hash.add(token);
    Slot& slot = slots_[locate({}, token, hash)];
    if (slot.entry >= 0) {
      entries_[static_cast<std::size_t>(slot.entry)].id = id;
      return;
    }
    slot = {static_cast<std::uint32_t>(hash.value()), static_cast<std::int32_t>(entries_.size())};
    entries_.push_back({text_.size(), static_cast<std::uint32_t>(token.size()), id});
    text_ += token;
    longest_ = std::max(longest_, token.size());
  }

  std::string text_;
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;
  std::vector<std::int32_t> by_id_;
  int shift_ = 0;
  std::size_t longest_ = 0;
};

}  // namespace hpo::text
