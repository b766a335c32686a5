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
inline void append(std::string& out, std::string_view part) { out += part; }
inline void append(std::string& out, const std::filesystem::path& part) { out += part.string(); }
inline void append(std::string& out, bool part) { out += part ? "true" : "false"; }
inline void append(std::string& out, char part) { out += part; }
template <class Number>
  requires(std::integral<Number> || std::floating_point<Number>)
void append(std::string& out, Number part) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, part).ptr;  // shortest form that reads back equal
  out.append(text, end);
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
