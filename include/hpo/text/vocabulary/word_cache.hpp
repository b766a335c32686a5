#pragma once
/// \file  The tokens of recent words, one cache a thread.
/// Layer `text`, tier 0.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include <hpo/text/vocabulary/vocabulary.hpp>
#include <hpo/text/vocabulary/word_token.hpp>

namespace hpo::text {

/// A number that no other model of this process has: two models never share cached words. Copies of a model may.
[[nodiscard]] inline std::uint32_t next_cache_id() {
  static std::atomic<std::uint32_t> last{0};
  return ++last;
}

/// Short words with few tokens, each in the one place that its hash gives; a newer word drives an older one out.
/// About 0.7 MiB.
class WordCache {
 public:
  /// Whether the word was there; then its tokens are appended.
  bool get(std::uint32_t model, std::string_view word, std::vector<WordToken>& out) const {
    const Slot& slot = at(model, word);
    if (slot.model != model || slot.size != word.size() || std::memcmp(slot.word, word.data(), word.size()) != 0)
      return false;
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < slot.count; ++i) {
      const std::uint32_t end = slot.ends[i];
      out.push_back({slot.ids[i], begin, end});
      begin = end;
    }
    return true;
  }

  /// Keeps the tokens of a word if they fit and follow each other.
  void put(std::uint32_t model, std::string_view word, const WordToken* tokens, std::size_t count) {
    if (word.size() > max_size || count > max_tokens) return;
    Slot& slot = at(model, word);
    std::uint32_t begin = 0;
    slot.model = 0;
    for (std::size_t i = 0; i < count; begin = tokens[i++].end) {
      if (tokens[i].begin != begin) return;
      slot.ids[i] = tokens[i].id;
      slot.ends[i] = static_cast<std::uint8_t>(tokens[i].end);
    }
    std::memcpy(slot.word, word.data(), word.size());
    slot.size = static_cast<std::uint8_t>(word.size());
    slot.count = static_cast<std::uint8_t>(count);
    slot.model = model;
  }

  static constexpr std::size_t max_size = 26;

 private:
  static constexpr std::size_t max_tokens = 8;
  static constexpr std::size_t slot_count = 8192;
  struct Slot {
    std::uint32_t model;
    std::uint8_t size, count;
    std::array<std::uint8_t, max_tokens> ends;
    char word[max_size];
    std::array<std::int32_t, max_tokens> ids;
  };

  [[nodiscard]] std::size_t index(std::uint32_t model, std::string_view word) const {
    TokenHash hash;
    hash.add(word);
    return static_cast<std::size_t>((hash.value() >> 40) + model) % slot_count;
  }
  [[nodiscard]] Slot& at(std::uint32_t model, std::string_view word) { return slots_[index(model, word)]; }
  [[nodiscard]] const Slot& at(std::uint32_t model, std::string_view word) const { return slots_[index(model, word)]; }

  std::unique_ptr<Slot[]> slots_ = std::make_unique<Slot[]>(slot_count);
};

/// Appends the tokens of `word`: from this thread's cache, or from `compute(word, tokens)`, which must be a pure
/// function.
template <class Compute>
void cached(std::uint32_t model, std::string_view word, std::vector<WordToken>& out, Compute compute) {
  thread_local WordCache cache;
  const bool fits = word.size() <= WordCache::max_size;
  if (fits && cache.get(model, word, out)) return;
  const std::size_t before = out.size();
  compute(word, out);
  if (fits) cache.put(model, word, out.data() + before, out.size() - before);
}

}  // namespace hpo::text
