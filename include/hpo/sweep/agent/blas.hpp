#pragma once
/// \file  Which BLAS multiplies libtorch's matrices, and whether it is one to work with.
/// Layer `sweep`, tier 0: asks the loaded libraries by name, whatever they are.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <dlfcn.h>

#include <hpo/core/error.hpp>

namespace hpo::sweep {

/// The BLAS of this process.
struct Blas {
  enum class Kind { openblas, other, reference, none };
  enum class Threads { none, posix, openmp };

  Kind kind = Kind::none;
  Threads threads = Threads::none;  ///< OpenBLAS's own
  std::string name{};               ///< "OpenBLAS 0.3.21"
  std::filesystem::path file{};
};

/// The file, links followed, that a symbol was loaded from; "" if there is none.
[[nodiscard]] inline std::filesystem::path file_of_symbol(const char* name) {
  Dl_info info{};
  void* const address = ::dlsym(RTLD_DEFAULT, name);
  if (address == nullptr || ::dladdr(address, &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code error;
  auto file = std::filesystem::canonical(info.dli_fname, error);
  return error ? std::filesystem::path(info.dli_fname) : file;
}

namespace detail {

struct CloseLibrary {
  void operator()(void* handle) const { ::dlclose(handle); }
};
/// A loaded library, held for as long as it is asked.
using Library = std::unique_ptr<void, CloseLibrary>;

/// A function of that library or of those that it needs, or null.
template <class Function>
[[nodiscard]] Function* function_of(const Library& library, const char* name) {
  return library ? reinterpret_cast<Function*>(::dlsym(library.get(), name)) : nullptr;
}

}  // namespace detail

/// The BLAS that this process calls. Asked is the library that `sgemm_` comes from: a second BLAS may be loaded beside
/// it because another library wants it. Debian's reference BLAS lies in a folder called `blas`.
[[nodiscard]] inline Blas loaded_blas() {
  Blas blas;
  blas.file = file_of_symbol("sgemm_");
  if (blas.file.empty()) {
    blas.name = "none by name (libtorch may hold one of its own)";
    return blas;
  }
  const detail::Library library(::dlopen(blas.file.c_str(), RTLD_NOW | RTLD_NOLOAD));
  if (auto* config = detail::function_of<char*()>(library, "openblas_get_config")) {
    blas.kind = Blas::Kind::openblas;
    const std::string_view text = config();  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
    blas.name = text.substr(0, text.find(' ', text.find(' ') + 1));
    if (auto* parallel = detail::function_of<int()>(library, "openblas_get_parallel"))
      blas.threads = parallel() == 2   ? Blas::Threads::openmp
                     : parallel() == 1 ? Blas::Threads::posix
                                       : Blas::Threads::none;
    return blas;
  }
  const bool reference = blas.file.parent_path().filename() == "blas";
  blas.kind = reference ? Blas::Kind::reference : Blas::Kind::other;
  blas.name = reference ? "reference BLAS" : blas.file.filename().string();
  return blas;
}

/// What is wrong with the BLAS and which package mends it; "" if nothing is. `threads` is how many a trial will use.
[[nodiscard]] inline std::string blas_warning(const Blas& blas, int threads) {
  if (blas.kind == Blas::Kind::reference)
    return "the reference BLAS multiplies matrices about 60 times slower than OpenBLAS: apt-get install "
           "libopenblas0-openmp";
  if (blas.threads == Blas::Threads::posix && threads > 1)
    return "OpenBLAS with its own threads gets in the way of libtorch's and may halve the speed: apt-get install "
           "libopenblas0-openmp && apt-get remove libopenblas0-pthread (if both are installed, -pthread wins)";
  return {};
}

}  // namespace hpo::sweep
