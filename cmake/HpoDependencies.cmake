# Finds what hpo stands on. Used by the build and by the installed package, so that both find the same.

# One line that says what is missing and which Debian package has it.
function(hpo_require_header variable header package)
  find_path(${variable} NAMES ${header})
  if(NOT ${variable})
    message(FATAL_ERROR "hpo: header <${header}>: expected to find it, got nothing; install it: apt-get install ${package}")
  endif()
  mark_as_advanced(${variable})
endfunction()

# hpo::search: header-only libraries are found by their headers, the others as CMake targets.
macro(hpo_find_search_dependencies)
  hpo_require_header(HPO_TOMLPLUSPLUS_INCLUDE toml++/toml.h libtomlplusplus-dev)
  hpo_require_header(HPO_NLOHMANN_JSON_INCLUDE nlohmann/json.hpp nlohmann-json3-dev)
  hpo_require_header(HPO_CLI11_INCLUDE CLI/CLI.hpp libcli11-dev)
  hpo_require_header(HPO_RANGE_V3_INCLUDE range/v3/version.hpp librange-v3-dev)
  hpo_require_header(HPO_XXHASH_INCLUDE xxhash.h libxxhash-dev)
  hpo_require_header(HPO_SQLITE3_INCLUDE sqlite3.h libsqlite3-dev)
  hpo_require_header(HPO_ICU_INCLUDE unicode/uchar.h libicu-dev)
  find_library(HPO_XXHASH_LIBRARY NAMES xxhash REQUIRED)
  mark_as_advanced(HPO_XXHASH_LIBRARY)
  find_package(Threads REQUIRED)
  find_package(SQLite3 REQUIRED)
  find_package(ICU REQUIRED COMPONENTS uc)
  # Prefixes other than the compiler's own; CMake drops those that the compiler searches anyway.
  set(HPO_SEARCH_INCLUDES ${HPO_TOMLPLUSPLUS_INCLUDE} ${HPO_NLOHMANN_JSON_INCLUDE} ${HPO_CLI11_INCLUDE}
      ${HPO_RANGE_V3_INCLUDE} ${HPO_XXHASH_INCLUDE})
  list(REMOVE_DUPLICATES HPO_SEARCH_INCLUDES)
  set(HPO_SEARCH_LIBRARIES SQLite::SQLite3 ICU::uc ${HPO_XXHASH_LIBRARY} Threads::Threads ${CMAKE_DL_LIBS})
endmacro()

# Inside a function: Torch's package file sets flags and options of whoever calls it.
function(hpo_find_torch)
  find_package(Torch QUIET)
  if(NOT TARGET torch)
    message(FATAL_ERROR "hpo: libtorch: expected to find it, got nothing; install it (apt-get install libtorch-dev "
                        "libopenblas0-openmp), or set CMAKE_PREFIX_PATH to a libtorch folder, or -DHPO_TORCH=OFF")
  endif()
  if(NOT TARGET hpo_libtorch)
    add_library(hpo_libtorch INTERFACE)
    set_target_properties(hpo_libtorch PROPERTIES EXPORT_NAME libtorch)
    # PyTorch's own builds of libtorch export parts of std::filesystem (pytorch#133437). A program that finds them before
    # the standard library's mixes the two, and crashes in remove_all.
    if("stdc++" IN_LIST CMAKE_CXX_IMPLICIT_LINK_LIBRARIES)
      target_link_libraries(hpo_libtorch INTERFACE stdc++)
    endif()
    # hpo's own kernels share libtorch's threads by OpenMP.
    find_package(OpenMP REQUIRED COMPONENTS CXX)
    target_link_libraries(hpo_libtorch INTERFACE torch OpenMP::OpenMP_CXX)
  endif()
  set(HPO_TORCH_LIBRARIES hpo_libtorch PARENT_SCOPE)
endfunction()
