#pragma once
/// \file  A model folder of the archetype's family, and small files of data.

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "../check.hpp"

namespace hpo::test {

inline void write_text(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// config.json for LookupEncoder, with the bundled tokenizer.
inline std::filesystem::path lookup_folder(const TemporaryFolder& folder) {
  const std::filesystem::path bundled = std::filesystem::path(HPO_SOURCE_DIR) / "examples/data/tiny-bert";
  write_text(folder / "model/config.json", R"({"model_type": "lookup", "vocab_size": 359, "width": 8})");
  for (const char* name : {"vocab.txt", "tokenizer_config.json"})
    std::filesystem::copy_file(bundled / name, folder / "model" / name);
  return folder / "model";
}

/// 24 notes with a number each: column `rating`, 0 to 2.
inline std::string rated_notes(const TemporaryFolder& folder) {
  std::string text = "text,rating\n";
  for (int i = 0; i < 24; ++i)
    text += "the pump " + std::string(i % 3 == 0 ? "leaks" : "runs") + " on day " + std::to_string(i) + ',' +
            std::to_string(i % 3) + '\n';
  write_text(folder / "rated.csv", text);
  return folder / "rated.csv";
}

/// 24 notes of two classes: column `label`, "fine" or "fault".
inline std::string labelled_notes(const TemporaryFolder& folder) {
  std::string text = "text,label\n";
  for (int i = 0; i < 24; ++i)
    text += "the pump " + std::string(i % 3 == 0 ? "leaks" : "runs") + " on day " + std::to_string(i) + ',' +
            (i % 3 == 0 ? "fault" : "fine") + '\n';
  write_text(folder / "labelled.csv", text);
  return folder / "labelled.csv";
}

/// 24 notes with an answer each, and every sixth without.
inline std::string answered_notes(const TemporaryFolder& folder) {
  std::string text = "context,question,answer\n";
  for (int i = 0; i < 24; ++i)
    text += "the pump " + std::string(i % 3 == 0 ? "leaks" : "runs") + " on day " + std::to_string(i) +
            " and the crew waits,what happens," +
            (i % 6 == 5   ? ""
             : i % 3 == 0 ? "leaks"
                          : "runs") +
            '\n';
  write_text(folder / "answered.csv", text);
  return folder / "answered.csv";
}

}  // namespace hpo::test
