#pragma once
/// \file  The stream that progress is written to, and what it can show.
/// Layer `report`, tier 0.

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

namespace hpo::report {

/// What a stream can show.
struct ConsoleStyle {
  bool in_place = false;  ///< a terminal whose lines can be written again
  bool color = false;
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
  style.color = style.in_place && variable("NO_COLOR").empty();
  for (const char* name : {"UTF-8", "utf-8", "UTF8", "utf8"})
    style.unicode |= locale.find(name) != std::string_view::npos;
  return style;
}

namespace detail {

/// Keeps SIGPIPE from this thread for the length of a scope, and takes away one that a write has caused.
class WithoutPipeSignal {
 public:
  WithoutPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  WithoutPipeSignal(const WithoutPipeSignal&) = delete;
  WithoutPipeSignal& operator=(const WithoutPipeSignal&) = delete;
  ~WithoutPipeSignal() {
    const timespec at_once{};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_, before_;
  bool was_pending_;
};

}  // namespace detail

/// An output stream that never fails its caller: a sweep does not die of a closed terminal, or of the end of a pipe.
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
    const detail::WithoutPipeSignal guard;
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
