#pragma once
/// \file  What hpo throws, and the one way to check a condition.
/// Layer `core`, tier 0.
///
/// A message reads `<where>: <key>: expected <what>, got <this>[; known: ...]`: one line, the key as the user typed it.

#include <charconv>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace hpo {

/// Root of everything hpo throws on purpose. `what()` is one line that a user can act on.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A verb or option of the command line that does not exist or does not fit. Exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A configuration, space or option that cannot be used. Exit code 2.
class ConfigError : public Error {
 public:
  using Error::Error;
};

/// Input data that cannot be used: names the file and line. Exit code 2.
class DataError : public Error {
 public:
  using Error::Error;
};

/// A vocabulary or tokenizer file that cannot be used. Exit code 2.
class TokenizerError : public Error {
 public:
  using Error::Error;
};

/// A model folder, config.json or weight file that cannot be used. Exit code 2.
class CheckpointError : public Error {
 public:
  using Error::Error;
};

/// Tensors whose shapes do not fit each other.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// Tensors that cannot be placed on a device, the meta device above all.
class PlacementError : public Error {
 public:
  using Error::Error;
};

/// A study database that cannot be opened, read or written.
class StorageError : public Error {
 public:
  using Error::Error;
};

namespace detail {
// One template with one order of questions: overloads would take a literal for a pointer, a bool or a path.
template <class Part>
void append(std::string& out, const Part& part) {
  if constexpr (std::convertible_to<const Part&, std::string_view>) {
    out += std::string_view(part);
  } else if constexpr (std::same_as<Part, std::filesystem::path>) {
    out += part.string();
  } else if constexpr (std::same_as<Part, bool>) {
    out += part ? "true" : "false";
  } else if constexpr (std::same_as<Part, char>) {
    out += part;
  } else {
    static_assert(std::integral<Part> || std::floating_point<Part>, "concat takes text, paths, numbers, bools, characters");
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, part).ptr;  // shortest form that reads back equal
    out.append(text, end);
  }
}
}  // namespace detail

/// Joins text, numbers (shortest form that reads back equal), paths and bools into one string.
template <class... Parts>
[[nodiscard]] std::string concat(const Parts&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

/// Throws `E` with the joined parts as its message.
template <std::derived_from<Error> E, class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  throw E(concat(parts...));
}

/// Throws `E` with the joined parts unless `holds`. The message is built only on failure.
template <std::derived_from<Error> E, class... Parts>
void require(bool holds, const Parts&... parts) {
  if (!holds) [[unlikely]]
    fail<E>(parts...);
}

}  // namespace hpo
