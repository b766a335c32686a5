// Runs a fuzz target over its committed inputs, each whole and cut short: `replay FOLDER...`. No libFuzzer needed.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "target.hpp"

namespace {

void run(const std::string& bytes) {
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());  // no byte behind the input to lean on
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void run_file(const std::filesystem::path& path) {
  std::fprintf(stderr, "%s\n", path.filename().c_str());  // a finding stands below the name of its input
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  run(bytes);
  constexpr std::size_t cuts = 16;
  for (std::size_t i = 0; i < cuts; ++i) run(bytes.substr(0, bytes.size() * i / cuts));
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> inputs;
  for (int i = 1; i < argc; ++i)
    for (const auto& each : std::filesystem::directory_iterator(argv[i])) inputs.push_back(each.path());
  std::ranges::sort(inputs);
  if (inputs.empty()) {
    std::fprintf(stderr, "replay: expected folders with inputs, got none\n");
    return 2;
  }
  for (const auto& path : inputs) run_file(path);
  std::printf("%zu inputs\n", inputs.size());
  return 0;
}
