#pragma once
// A terminal made of a real pseudo-terminal and a screen that obeys what is written to it.

#include <hpo/report/display_width.hpp>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../check.hpp"

namespace hpo::test {

/// What a terminal of so many columns shows: lines broken at the edge, the cursor moved up, the rest cleared.
class Screen {
 public:
  explicit Screen(std::size_t columns) : columns_(columns) {}

  void obey(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      if (bytes[at] == '\x1b') {
        REQUIRE(bytes[at + 1] == '[');
        std::size_t end = at + 2;
        while (bytes[end] >= '0' && bytes[end] <= '?') ++end;
        escape(bytes[end], std::string(bytes.substr(at + 2, end - at - 2)));
        at = end + 1;
      } else if (bytes[at] == '\r') {
        column_ = 0;
        ++at;
      } else if (bytes[at] == '\n') {
        next_row();
        ++at;
      } else {
        const std::size_t start = at;
        const auto width = static_cast<std::size_t>(report::width_of(report::next_code_point(bytes, at)));
        if (column_ + width > columns_) next_row();
        rows_[row_] += bytes.substr(start, at - start);
        column_ += width;
      }
    }
  }

  /// A window made narrower: rows that do not fit are broken, and the cursor stays behind the same text.
  void resize(std::size_t columns) {
    columns_ = columns;
    std::vector<std::string> rows;
    std::size_t cursor = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i == row_) cursor = rows.size();
      std::string_view rest = rows_[i];
      do {
        const std::string_view part = report::cut(rest, columns);
        rows.emplace_back(part);
        rest.remove_prefix(part.size());
      } while (!rest.empty());
    }
    rows_ = rows;
    row_ = cursor;
  }

  [[nodiscard]] const std::vector<std::string>& rows() const { return rows_; }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& row : rows_) all += row + "\n";
    return all;
  }

 private:
  void next_row() {
    column_ = 0;
    if (++row_ == rows_.size()) rows_.emplace_back();
  }
  void escape(char command, const std::string& argument) {
    if (command == 'A') {
      const auto up = static_cast<std::size_t>(std::atoi(argument.c_str()));
      REQUIRE(up <= row_);
      row_ -= up;
    } else if (command == 'J') {
      REQUIRE(column_ == 0);
      rows_.resize(row_ + 1);
      rows_[row_].clear();
    } else {
      REQUIRE(command == 'm');
      ++colors;
    }
  }

  std::size_t columns_, row_ = 0, column_ = 0;
  std::vector<std::string> rows_{""};

 public:
  int colors = 0;
};

/// A pseudo-terminal; what is written to `fd()` can be read back.
class PseudoTerminal {
 public:
  PseudoTerminal(unsigned short columns, unsigned short rows) {
    REQUIRE(master_ >= 0);
    REQUIRE(::grantpt(master_) == 0);
    REQUIRE(::unlockpt(master_) == 0);
    slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    REQUIRE(slave_ >= 0);
    resize(columns, rows);
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;
  ~PseudoTerminal() {
    ::close(slave_);
    ::close(master_);
  }

  [[nodiscard]] int fd() const { return slave_; }
  void resize(unsigned short columns, unsigned short rows) const {
    const winsize window{rows, columns, 0, 0};
    REQUIRE(::ioctl(master_, TIOCSWINSZ, &window) == 0);
  }
  [[nodiscard]] std::string written() const {
    std::string all;
    for (pollfd ready{master_, POLLIN, 0}; ::poll(&ready, 1, 0) == 1;) {
      char part[4096];
      const ssize_t got = ::read(master_, part, sizeof part);
      if (got <= 0) break;
      all.append(part, static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int master_ = ::posix_openpt(O_RDWR | O_NOCTTY);
  int slave_ = -1;
};

/// An environment variable for the length of a scope.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    if (value != nullptr)
      ::setenv(name, value, 1);
    else
      ::unsetenv(name);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (old_)
      ::setenv(name_.c_str(), old_->c_str(), 1);
    else
      ::unsetenv(name_.c_str());
  }

 private:
  std::string name_;
  std::optional<std::string> old_;
};

}  // namespace hpo::test
