#pragma once
/// \file  The weights of a model, in one file or in several, under one roof.
/// Layer `checkpoint`, tier 2.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <range/v3/view/enumerate.hpp>

#include <hpo/checkpoint/safetensors.hpp>
#include <hpo/core/error.hpp>

namespace hpo::checkpoint {

/// Names to stored tensors, over one or more safetensors files. A handle: copies share the
/// files; reading is thread-safe.
class Weights {
 public:
  [[nodiscard]] static Weights open(const std::filesystem::path& file) {
    return Weights({SafetensorsFile::open(file)});
  }

  /// Errors   CheckpointError if two files hold the same name.
  explicit Weights(std::vector<SafetensorsFile> files) : files_(std::move(files)) {
    for (const auto& [i, file] : ranges::views::enumerate(files_))
      for (const Entry& entry : file.entries()) {
        const auto [at, fresh] = file_of_.emplace(entry.name, i);
        require<CheckpointError>(fresh, file.path(), ": ", entry.name, ": expected in one file, got it in ",
                                 files_[at->second].path(), " too");
      }
  }

  [[nodiscard]] const std::vector<SafetensorsFile>& files() const { return files_; }
  [[nodiscard]] std::size_t size() const { return file_of_.size(); }
  [[nodiscard]] bool contains(std::string_view name) const { return file_of_.contains(name); }

  /// The file that holds `name`.
  /// Errors   CheckpointError if none does.
  [[nodiscard]] const SafetensorsFile& file(std::string_view name) const { return files_[index(name)]; }
  [[nodiscard]] const Entry& entry(std::string_view name) const { return file(name).entry(name); }

  /// Sorted.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& each : file_of_) out.push_back(each.first);
    return out;
  }

  /// Memory that all callers share: for reading only. See SafetensorsFile::view.
  [[nodiscard]] at::Tensor view(std::string_view name) const { return file(name).view(name); }
  [[nodiscard]] at::Tensor read(std::string_view name) const { return file(name).read(name); }
  void read_into(std::string_view name, at::Tensor& out) const { file(name).read_into(name, out); }

  /// Private mappings of the files, made on first use: whoever will write to the weights has one of these.
  class Mapping {
   public:
    explicit Mapping(const Weights& weights) : weights_(&weights), mapped_(weights.files_.size()) {}
    [[nodiscard]] at::Tensor view(std::string_view name) {
      const std::size_t i = weights_->index(name);
      if (mapped_[i] == nullptr) mapped_[i] = weights_->files_[i].map();
      return weights_->files_[i].view(name, mapped_[i]);
    }

   private:
    const Weights* weights_;
    std::vector<std::shared_ptr<MappedFile>> mapped_;
  };

 private:
  [[nodiscard]] std::size_t index(std::string_view name) const {
    const auto at = file_of_.find(name);
    require<CheckpointError>(at != file_of_.end(),
                             files_.empty() ? std::filesystem::path("weights") : files_.front().path(), ": ", name,
                             ": no such tensor");
    return at->second;
  }

  std::vector<SafetensorsFile> files_;
  std::map<std::string, std::size_t, std::less<>> file_of_;
};

}  // namespace hpo::checkpoint
