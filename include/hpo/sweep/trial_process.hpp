#pragma once
/// \file  A trial in a process of its own: it takes its memory and its crashes with it.
/// Layer `sweep`, tier 0: the parent must never run a kernel, or its children could not use more than one thread.

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <hpo/core/answer.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/sweep/messages.hpp>

namespace hpo::sweep {

namespace detail {
/// An answer on the wire.
enum class Byte : char { go_on = 'g', prune = 'p', stop = 's', keep = 'k', drop = 'd' };
}  // namespace detail

/// A trial's end of the line to its sweep. report() and end() wait for the answer.
class TrialLink {
 public:
  explicit TrialLink(FileDescriptor socket) : socket_(std::move(socket)) {}

  /// Tells an evaluation. \return the sweep's answer, which is the pruner's.
  [[nodiscard]] Answer report(const Evaluation& evaluation) {
    const auto answer = ask(to_line(evaluation));
    return answer == detail::Byte::go_on ? Answer::go_on : answer == detail::Byte::prune ? Answer::prune : Answer::stop;
  }

  /// Tells how the trial ended. \return whether the trained model should be written out.
  [[nodiscard]] bool end(const EndMessage& message) { return ask(to_line(message)) == detail::Byte::keep; }

  /// Tells what needs no answer.
  template <class Message>
  void say(const Message& message) {
    send(to_line(message));
  }

 private:
  detail::Byte ask(const std::string& line) {
    send(line);
    char answer = 0;
    ssize_t got = 0;
    while ((got = ::read(socket_.get(), &answer, 1)) < 0 && errno == EINTR) {
    }
    require<Error>(got == 1, "trial process: the sweep is gone");
    return static_cast<detail::Byte>(answer);
  }

  void send(std::string_view line) {
    while (!line.empty()) {
      const ssize_t put = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
      if (put < 0 && errno == EINTR) continue;
      require<Error>(put >= 0, "trial process: the sweep is gone: ", std::strerror(errno));
      line.remove_prefix(static_cast<std::size_t>(put));
    }
  }

  FileDescriptor socket_;
};

/// How a process ended, in words: "killed by signal 9 (Killed): out of memory, or killed by hand".
[[nodiscard]] inline std::string describe_exit(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const std::string text =
        concat("the trial's process was killed by signal ", number, " (", ::strsignal(number), ")");
    if (number == SIGBUS) return text + ": a file that it had mapped, such as the model's weights, was cut short";
    return number == SIGKILL ? text + ": most often the system ran out of memory" : text;
  }
  return concat("the trial's process ended with code ", WEXITSTATUS(status), " and no result");
}

/// The sweep's handle on one running trial. Destroying it kills the process if it still runs.
class TrialProcess {
 public:
  using Body = std::function<void(TrialLink&)>;

  /// Forks; the child runs `body` with its standard output and error going to `log` (if that is empty, where the
  /// parent's go), and never returns from here.
  /// It ignores SIGINT (the sweep decides what Ctrl-C means) and dies with its parent.
  /// Errors   Error if no process can be made.
  [[nodiscard]] static TrialProcess start(const std::filesystem::path& log, const Body& body) {
    int ends[2];
    require<Error>(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0,
                   "trial process: cannot be connected: ", std::strerror(errno));
    FileDescriptor ours(ends[0]);
    FileDescriptor theirs(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    require<Error>(pid >= 0, "trial process: cannot be started: ", std::strerror(errno));
    if (pid == 0) {
      ours.reset();
      live(parent, log, body, TrialLink(std::move(theirs)));
    }
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    return TrialProcess(pid, std::move(ours));
  }

  TrialProcess(TrialProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)), buffer_(std::move(other.buffer_)) {}
  TrialProcess& operator=(TrialProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(socket_, other.socket_);
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~TrialProcess() {
    if (pid_ < 0) return;
    kill();
    (void)wait();
  }

  [[nodiscard]] int socket() const { return socket_.get(); }
  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Reads what has arrived and calls `on_line` for each whole line. \return false once the child has closed its end.
  template <class OnLine>
  [[nodiscard]] bool read_lines(OnLine&& on_line) {
    char chunk[4096];
    bool open = true;
    for (;;) {
      const ssize_t got = ::read(socket_.get(), chunk, sizeof chunk);
      if (got > 0) {
        buffer_.append(chunk, static_cast<std::size_t>(got));
        continue;
      }
      if (got < 0 && errno == EINTR) continue;
      if (got == 0 || errno != EAGAIN) open = false;
      break;
    }
    for (std::size_t end = 0; (end = buffer_.find('\n')) != std::string::npos; buffer_.erase(0, end + 1))
      on_line(std::string_view(buffer_).substr(0, end));
    return open;
  }

  /// The answer to an evaluation.
  void answer(Answer answer) {
    send(answer == Answer::go_on   ? detail::Byte::go_on
         : answer == Answer::prune ? detail::Byte::prune
                                   : detail::Byte::stop);
  }
  /// The answer to the end: whether the trained model should be written out.
  void answer_end(bool keep) { send(keep ? detail::Byte::keep : detail::Byte::drop); }

  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
  }

  /// Waits for the process to end and returns its status as waitpid gives it.
  [[nodiscard]] int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  // A child that is dead shows as the end of its lines, not here.
  void send(detail::Byte byte) { (void)::send(socket_.get(), &byte, 1, MSG_NOSIGNAL); }

  TrialProcess(pid_t pid, FileDescriptor socket) : pid_(pid), socket_(std::move(socket)) {}

  [[noreturn]] static void live(pid_t parent, const std::filesystem::path& log, const Body& body, TrialLink link) {
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_DFL);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // the parent died before the line above
    const int file = log.empty() ? -1 : ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (file >= 0) {
      ::dup2(file, STDOUT_FILENO);
      ::dup2(file, STDERR_FILENO);
      ::close(file);
    }
    int code = 0;
    try {
      body(link);
    } catch (const std::exception& error) {  // the body reports its own failures; this is the line itself breaking
      ::dprintf(STDERR_FILENO, "%s\n", error.what());
      code = 1;
    } catch (...) {  // nothing may leave: the frames below belong to the parent
      ::dprintf(STDERR_FILENO, "something that is not a std::exception was thrown\n");
      code = 1;
    }
    ::_exit(code);  // not exit: the static destructors of 286 libraries have nothing to do here
  }

  pid_t pid_ = -1;
  FileDescriptor socket_;
  std::string buffer_;
};

}  // namespace hpo::sweep
