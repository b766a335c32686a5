#pragma once
/// \file  The byte-pair encoding model: merges by rank.
/// Layer `text`, tier 0.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/text/vocabulary/byte_tokens.hpp>
#include <hpo/text/vocabulary/vocabulary.hpp>
#include <hpo/text/vocabulary/word_cache.hpp>
#include <hpo/text/vocabulary/word_token.hpp>

namespace hpo::text {

struct BpeOptions {
  std::optional<std::string> unknown;  ///< without one, symbols that the vocabulary lacks vanish
  std::string continuing_prefix;
  std::string end_suffix;
  bool fuse_unknown = false;
  bool byte_fallback = false;  ///< an unknown symbol becomes <0xE9>-like tokens if all of its bytes have one
  bool ignore_merges = false;  ///< a word that is a token is not merged up to
};

/// The merge of two neighbors: what it gives, and how early it is made.
struct Merge {
  std::uint32_t rank;
  std::int32_t result;
};

/// Merges by the pair of ids, flat.
class MergeTable {
 public:
  explicit MergeTable(std::size_t count)
      : slots_(std::bit_ceil(2 * count + 2)), shift_(64 - std::countr_zero(slots_.size())) {}

  /// A pair that is named twice keeps its later merge.
  void set(std::int32_t left, std::int32_t right, Merge merge) {
    slots_[locate(key(left, right))] = {key(left, right), merge};
  }

  [[nodiscard]] const Merge* find(std::int32_t left, std::int32_t right) const {
    const Slot& slot = slots_[locate(key(left, right))];
    return slot.key == empty ? nullptr : &slot.merge;
  }

 private:
  static constexpr std::uint64_t empty = ~std::uint64_t{0};
  struct Slot {
    std::uint64_t key = empty;
    Merge merge{};
  };

  static std::uint64_t key(std::int32_t left, std::int32_t right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
  }
  [[nodiscard]] std::size_t locate(std::uint64_t wanted) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at =
        static_cast<std::size_t>((wanted * 0x9E3779B97F4A7C15ULL ^ wanted >> 29) * 0xBF58476D1CE4E5B9ULL >> shift_);
    while (slots_[at].key != wanted && slots_[at].key != empty) at = (at + 1) & mask;
    return at;
  }

  std::vector<Slot> slots_;
  int shift_;
};

/// Splits a word into characters and joins neighbors, the earliest rule first and the leftmost of equals.
/// Source   Sennrich, Haddow, Birch, ACL 2016.
class Bpe {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  /// Errors   TokenizerError, naming `where`, if a merge or the unknown token is not in the vocabulary, or for
  /// byte_fallback
  ///          beside a prefix or suffix: their bytes would become tokens that stand for nothing in the text.
  Bpe(Vocabulary vocabulary, const Pairs& merges, BpeOptions options, std::string_view where)
      : vocabulary_(std::move(vocabulary)), options_(std::move(options)), merges_(merges.size()) {
    require<TokenizerError>(
        !options_.byte_fallback || (options_.continuing_prefix.empty() && options_.end_suffix.empty()), where,
        ".byte_fallback: expected false beside continuing_subword_prefix or end_of_word_suffix, got true");
    if (options_.unknown) {
      unknown_ = vocabulary_.find(*options_.unknown);
      require<TokenizerError>(unknown_ != Vocabulary::none, where,
                              ": unk_token: expected a token of the vocabulary, got '", *options_.unknown, "'");
    }
    for (std::size_t rank = 0; rank < merges.size(); ++rank)
      add_merge(merges[rank], static_cast<std::uint32_t>(rank), where);
  }

  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }

  /// Appends the tokens of a well-formed word.
  void tokenize(std::string_view word, std::vector<WordToken>& out) const {
    if (options_.ignore_merges) {
      if (const std::int32_t id = vocabulary_.find(word); id != Vocabulary::none) {
        out.push_back({id, 0, static_cast<std::uint32_t>(word.size())});
        return;
      }
    }
    cached(cache_id_, word, out,
           [this](std::string_view text, std::vector<WordToken>& tokens) { merge_word(text, tokens); });
  }

 private:
  /// A part of the word; parts are linked, and one of size 0 is gone.
  struct Symbol {
    std::int32_t id;
    std::uint32_t size;
    std::int32_t previous;
    std::int32_t next;
  };
  struct Candidate {
    std::uint32_t rank;
    std::int32_t position;
    std::int32_t result;
    [[nodiscard]] bool operator>(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : position > other.position;
    }
  };
  struct Workspace {
    std::vector<Symbol> symbols;
    std::vector<Candidate> queue;  // a heap, smallest first
    std::string key;
  };

  void add_merge(const std::pair<std::string, std::string>& pair, std::uint32_t rank, std::string_view where) {
    const auto id = [&](const std::string& token) {
      const std::int32_t found = vocabulary_.find(token);
      require<TokenizerError>(found != Vocabulary::none, where, ": merges: ", rank,
                              ": expected tokens of the vocabulary, got '", token, "'");
      return found;
    };
    const std::int32_t left = id(pair.first);
    const std::int32_t right = id(pair.second);
    const std::size_t prefix = std::min(options_.continuing_prefix.size(), pair.second.size());
    merges_.set(left, right, {rank, id(pair.first + pair.second.substr(prefix))});
  }

  void merge_word(std::string_view word, std::vector<WordToken>& out) const {
    thread_local Workspace work;
    work.symbols.clear();
    work.queue.clear();
    split(word, work);
    for (std::size_t i = 0; i + 1 < work.symbols.size(); ++i) offer(static_cast<std::int32_t>(i), work);
    merge_all(work);
    std::uint32_t begin = 0;
    for (const Symbol& symbol : work.symbols) {
      if (symbol.size == 0) continue;
      out.push_back({symbol.id, begin, begin + symbol.size});
      begin += symbol.size;  // symbols that vanished take no room: the offsets after them move to the left
    }
  }

  static void add(std::int32_t id, std::size_t size, Workspace& work) {
    const auto index = static_cast<std::int32_t>(work.symbols.size());
    if (index > 0) work.symbols.back().next = index;
    work.symbols.push_back({id, static_cast<std::uint32_t>(size), index - 1, -1});
  }

  void split(std::string_view word, Workspace& work) const {
    std::size_t unknown = 0;  // bytes of the unknown symbol that waits to be added
    const auto flush = [&] {
      if (unknown > 0) add(unknown_, std::exchange(unknown, 0), work);
    };
    for (std::size_t at = 0; at < word.size();) {
      const std::size_t size = decode_valid_utf8(word.substr(at)).size;
      const bool last = at + size == word.size();
      work.key.clear();
      if (at > 0) work.key += options_.continuing_prefix;
      work.key += word.substr(at, size);
      if (last) work.key += options_.end_suffix;
      at += size;
      if (const std::int32_t id = vocabulary_.find(work.key); id != Vocabulary::none) {
        flush();
        add(id, size, work);
      } else if (!(options_.byte_fallback && add_bytes(work)) && unknown_ != Vocabulary::none) {
        if (!options_.fuse_unknown) flush();
        unknown += size;
      }
    }
    flush();
  }

  /// Adds the tokens of the bytes of `work.key`, if there is one for each.
  bool add_bytes(Workspace& work) const {
    std::vector<std::int32_t> ids;
    if (!find_byte_tokens(vocabulary_, work.key, ids)) return false;
    for (const std::int32_t id : ids) add(id, 1, work);
    return true;
  }

  /// Queues the merge of a symbol with the next one, if there is a rule.
  void offer(std::int32_t position, Workspace& work) const {
    const Symbol& left = work.symbols[static_cast<std::size_t>(position)];
    if (left.next < 0) return;
    const Merge* merge = merges_.find(left.id, work.symbols[static_cast<std::size_t>(left.next)].id);
    if (merge == nullptr) return;
    work.queue.push_back({merge->rank, position, merge->result});
    std::ranges::push_heap(work.queue, std::greater<>());
  }

  void merge_all(Workspace& work) const {
    while (!work.queue.empty()) {
      std::ranges::pop_heap(work.queue, std::greater<>());
      const Candidate top = work.queue.back();
      work.queue.pop_back();
      Symbol& left = work.symbols[static_cast<std::size_t>(top.position)];
      if (left.size == 0 || left.next < 0) continue;
      Symbol& right = work.symbols[static_cast<std::size_t>(left.next)];
      const Merge* merge = merges_.find(left.id, right.id);
      if (merge == nullptr || merge->result != top.result) continue;  // a neighbor has changed since
      left.id = top.result;
      left.size += right.size;
      right.size = 0;
      left.next = right.next;
      if (left.next >= 0) work.symbols[static_cast<std::size_t>(left.next)].previous = top.position;
      if (left.previous >= 0) offer(left.previous, work);
      offer(top.position, work);
    }
  }

  Vocabulary vocabulary_;
  BpeOptions options_;
  MergeTable merges_;
  std::int32_t unknown_ = Vocabulary::none;
  std::uint32_t cache_id_ = next_cache_id();
};

}  // namespace hpo::text
