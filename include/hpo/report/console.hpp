#pragma once
/// \file  The stream that progress is written to, and what it can show.
/// Layer `report`, tier 0.

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace hpo::report {

/// What a stream can show.
struct ConsoleStyle {
  bool in_place = false;  ///< a terminal whose lines can be written again
  bool colour = false;
  bool unicode = false;
};

/// Asks the stream and the environment: TERM, NO_COLOR (https://no-color.org), and the locale's character set.
[[nodiscard]] inline ConsoleStyle style_of(int fd) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  std::string_view locale = variable("LC_ALL");
  if (locale.empty()) locale = variable("LC_CTYPE");
  if (locale.empty()) locale = variable("LANG");
  ConsoleStyle style;
  style.in_place = ::isatty(fd) == 1 && !variable("TERM").empty() && variable("TERM") != "dumb";
  style.colour = style.in_place && variable("NO_COLOR").empty();
  for (const char* name : {"UTF-8", "utf-8", "UTF8", "utf8"}) style.unicode |= locale.find(name) != std::string_view::npos;
  return style;
}

/// An output stream that never fails its caller: a sweep does not die of a closed terminal. The process is expected to
/// ignore SIGPIPE.
class Console {
 public:
  struct Size {
    std::size_t columns = 80, rows = 24;
  };

  explicit Console(int fd) : Console(fd, style_of(fd)) {}
  Console(int fd, ConsoleStyle style) : fd_(fd), style_(style) {}

  [[nodiscard]] const ConsoleStyle& style() const { return style_; }

  /// As it is now: a window may have been resized.
  [[nodiscard]] Size size() const {
    winsize window{};
    if (::ioctl(fd_, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return {};
    return {window.ws_col, window.ws_row};
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t put = ::write(fd_, text.data(), text.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(put));
    }
  }

 private:
  int fd_;
  ConsoleStyle style_;
};

}  // namespace hpo::report
