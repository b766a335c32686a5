#pragma once
/// \file  Safetensors files made by hand, valid and broken, for the tests.

#include <array>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace hpo::test {

/// The bytes of a file with this header and this many bytes of data (0, 1, 2 ...).
[[nodiscard]] inline std::string safetensors_bytes(std::string_view header, std::size_t data_bytes) {
  const auto length = std::bit_cast<std::array<char, 8>>(static_cast<std::uint64_t>(header.size()));
  std::string out(length.data(), length.size());
  out += header;
  for (std::size_t i = 0; i < data_bytes; ++i) out += static_cast<char>(i & 0x7F);
  return out;
}

inline void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace hpo::test
