#pragma once
/// \file  What hpo throws, and the one way to check a condition.
/// Layer `core`, tier 0.
///
/// A message reads `<where>: <key>: expected <what>, got <this>[; known: ...]`: one line, the key as the user typed it.

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <hpo/core/one_line.hpp>

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

/// Root of what may be wrong with a file. Messages quote what stands in it: they are one line of bearable length
/// whatever that is.
class FileError : public Error {
 public:
  explicit FileError(std::string message) : Error(shortened(one_line(std::move(message)))) {}

 private:
  [[nodiscard]] static std::string shortened(std::string text) {
    constexpr std::size_t longest = 4000, kept = 2000;
    if (text.size() > longest) text.replace(kept, text.size() - 2 * kept + 5, " ... ");
    return text;
  }
};

/// Input data that cannot be used: names the file and line. Exit code 2.
class DataError : public FileError {
 public:
  using FileError::FileError;
};

/// A vocabulary or tokenizer file that cannot be used. Exit code 2.
class TokenizerError : public FileError {
 public:
  using FileError::FileError;
};

/// A model folder, config.json or weight file that cannot be used. Exit code 2.
class CheckpointError : public FileError {
 public:
  using FileError::FileError;
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

/// One part of a message as text. Type-erased, so that joining parts is one function and not one for each combination
/// of types: a message costs the compiler next to nothing.
class MessagePart {
 public:
  // Not a template: one for every length of a literal would be compiled otherwise.
  explicit MessagePart(const char* text) : text_(text) {}
  // One constructor with one order of questions: overloads would take a number for a bool or a path.
  template <class Part>
  explicit MessagePart(const Part& part) {
    if constexpr (std::convertible_to<const Part&, std::string_view>) {
      text_ = part;
    } else if constexpr (requires { std::string_view(part.native()); }) {  // std::filesystem::path
      text_ = part.native();
    } else if constexpr (std::same_as<Part, bool>) {
      text_ = part ? "true" : "false";
    } else if constexpr (std::same_as<Part, char>) {
      digits_[0] = part;
      text_ = {digits_, 1};
    } else if constexpr (std::same_as<Part, float>) {
      set_float(part);
    } else if constexpr (std::floating_point<Part>) {
      set_double(static_cast<double>(part));
    } else if constexpr (std::unsigned_integral<Part>) {
      set_unsigned(part);
    } else {
      static_assert(std::integral<Part>, "concat takes text, paths, numbers, bools, characters");
      set_signed(part);
    }
  }
  MessagePart(const MessagePart&) = delete;  // text_ may point into digits_
  MessagePart& operator=(const MessagePart&) = delete;

  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  // The shortest form that reads back equal.
  template <class Number>
  void set(Number number) {
    text_ = {digits_, static_cast<std::size_t>(std::to_chars(digits_, digits_ + sizeof digits_, number).ptr - digits_)};
  }
  void set_float(float number) { set(number); }
  void set_double(double number) { set(number); }
  void set_signed(long long number) { set(number); }
  void set_unsigned(unsigned long long number) { set(number); }

  std::string_view text_;
  char digits_[32];
};

[[nodiscard]] inline std::string join_parts(std::initializer_list<MessagePart> parts) {
  std::size_t size = 0;
  for (const auto& part : parts) size += part.text().size();
  std::string out;
  out.reserve(size);
  for (const auto& part : parts) out += part.text();
  return out;
}

template <class E>
[[noreturn, gnu::cold, gnu::noinline]] void throw_parts(std::initializer_list<MessagePart> parts) {
  throw E(join_parts(parts));
}

}  // namespace detail

/// Joins text, numbers (shortest form that reads back equal), paths and bools into one string.
template <class... Parts>
[[nodiscard]] std::string concat(const Parts&... parts) {
  return detail::join_parts({detail::MessagePart(parts)...});
}

/// Throws `E` with the joined parts as its message.
template <std::derived_from<Error> E, class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  detail::throw_parts<E>({detail::MessagePart(parts)...});
}

/// Throws `E` with the joined parts unless `holds`. The message is built only on failure.
template <std::derived_from<Error> E, class... Parts>
void require(bool holds, const Parts&... parts) {
  if (!holds) [[unlikely]]
    detail::throw_parts<E>({detail::MessagePart(parts)...});
}

}  // namespace hpo
