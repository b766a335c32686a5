#pragma once
/// \file  What a weight file is that is none of ours, and how its owner gets one that is.
/// Layer `checkpoint`, tier 0.

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

#include <hpo/core/error.hpp>

namespace hpo::checkpoint {

namespace detail {

/// A word for a shell, in quotes unless it is plain.
[[nodiscard]] inline std::string shell_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, plain)) return std::string(text);
  std::string out = "'";
  for (const char c : text) c == '\'' ? out += "'\\''" : out += c;
  return out + "'";
}

}  // namespace detail

/// The one command that makes `to` of the pickles in `folder` whose names match `from`; hpo itself never runs a pickle.
/// `from` and `to` hold no quotes.
[[nodiscard]] inline std::string conversion_command(const std::filesystem::path& folder,
                                                    std::string_view from = "pytorch_model*.bin",
                                                    std::string_view to = "model.safetensors") {
  return concat("cd ", detail::shell_word(folder.string()),
                " && python3 -c \"import glob, torch; from safetensors.torch import save_file; "
                "save_file({k: v.contiguous().clone() for f in sorted(glob.glob('",
                from, "')) for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}, '", to,
                "', metadata={'format': 'pt'})\"");
}

namespace detail {

/// What the file that begins with `first` is instead of a safetensors file, with the remedy; empty if nobody can tell.
/// To be asked only if its first 8 bytes cannot be a length: a valid file may begin with any of these.
[[nodiscard]] inline std::string what_instead(std::string_view first, const std::filesystem::path& path) {
  if (first.starts_with("PK\x03\x04") || first.starts_with("\x80\x02") || first.starts_with("\x80\x04")) {
    const std::string name = path.filename().string();
    const bool plain = shell_word(name) == name && name.find("..") == std::string::npos;
    return "a pickle of Python's; convert it with: " +
           conversion_command(path.parent_path().empty() ? "." : path.parent_path(), plain ? name : "FILE",
                              plain && name.ends_with(".safetensors") ? name : "model.safetensors");
  }
  if (first.starts_with("version https://git-lfs"))
    return "a pointer of Git LFS; fetch the file itself with: git lfs pull";
  if (first.starts_with("\x89HDF\r\n")) return "an HDF5 file (TensorFlow's weights); hpo reads PyTorch's";
  if (first.starts_with("GGUF")) return "a GGUF file; hpo reads the original weights";
  if (const auto text = first.find_first_not_of(" \t\r\n");
      text != std::string_view::npos && (first[text] == '<' || first[text] == '{'))
    return first[text] == '<' ? "a web page; download the file itself" : "JSON text; the weights are another file";
  return {};
}

}  // namespace detail

}  // namespace hpo::checkpoint
