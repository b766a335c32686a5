#pragma once
/// \file  A name for content: equal content, equal key; other content, another key.
/// Layer `data`, tier 0. Links libxxhash, unless XXH_INLINE_ALL is defined for the whole program.

#include <array>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <xxhash.h>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>

namespace hpo::data {

/// Collects texts, numbers and files into a 128-bit key. Parts do not run together: ("ab", "c") and ("a", "bc") differ.
/// Not for secrets: whoever wants to can find two contents with one key.
/// Source   XXH3, 128 bits (xxHash 0.8).
class ContentKey {
 public:
  ContentKey() : state_(XXH3_createState()) {
    if (state_ == nullptr) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }

  ContentKey& add(std::string_view text) {
    add(text.size());
    XXH3_128bits_update(state_.get(), text.data(), text.size());
    return *this;
  }

  template <std::integral Number>
  ContentKey& add(Number number) {
    const auto wide = static_cast<std::uint64_t>(number);
    XXH3_128bits_update(state_.get(), &wide, sizeof wide);
    return *this;
  }

  /// The name of the file, without its folder, and its bytes.
  /// Errors   DataError if it cannot be read.
  ContentKey& add_file(const std::filesystem::path& path) {
    return add(path.filename().string()).add(read_file<DataError>(path));
  }

  /// 32 hexadecimal digits.
  [[nodiscard]] std::string hex() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    std::string digits;
    for (const std::uint64_t half : {hash.high64, hash.low64})
      for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[half >> shift & 15U];
    return digits;
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

/// 64 bits of the same family, to notice damaged bytes.
[[nodiscard]] inline std::uint64_t checksum(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace hpo::data
