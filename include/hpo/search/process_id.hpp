#pragma once
/// \file  Which process runs a trial, and whether it still lives.
/// Layer `search`, tier 0.

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <limits.h>
#include <unistd.h>

#include <hpo/core/error.hpp>
#include <hpo/space/value_json.hpp>

namespace hpo::search {

/// A process, told apart from another one that gets its number later, on another host, or in another container.
struct ProcessId {
  std::int64_t pid = 0;
  std::int64_t start = 0;     ///< clock ticks from boot to its start; 0 if unknown
  std::string host, boot;     ///< host name; id of this boot of the host
  std::string pid_namespace;  ///< where the number counts

  [[nodiscard]] static ProcessId self() {
    char host[HOST_NAME_MAX + 1] = {};
    ::gethostname(host, sizeof host - 1);
    char space[64] = {};
    static_cast<void>(!::readlink("/proc/self/ns/pid", space, sizeof space - 1));
    ProcessId owner{::getpid(), life_of(::getpid()).start, host, {}, space};
    owner.boot = first_line("/proc/sys/kernel/random/boot_id");
    return owner;
  }

  /// Whether the process is known to be gone. False when in doubt: another host, another container.
  [[nodiscard]] bool is_dead(const ProcessId& here) const {
    if (host != here.host) return false;
    if (boot != here.boot) return !boot.empty() && !here.boot.empty();
    if (pid_namespace != here.pid_namespace) return false;
    if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return true;
    const Life now = life_of(pid);
    return now.over || (now.start != 0 && start != 0 && now.start != start);
  }

  [[nodiscard]] std::string to_json() const {
    const auto word = [](const std::string& text) { return space::to_json(space::Value(text)); };
    return concat(R"({"pid": )", pid, R"(, "host": )", word(host), R"(, "start": )", start, R"(, "boot": )", word(boot),
                  R"(, "pid_namespace": )", word(pid_namespace), "}");
  }
  /// An owner that is nobody, and so never dead, if the text is not one.
  [[nodiscard]] static ProcessId from_json(std::string_view text) {
    try {
      const auto json = space::parse_python_json(text);
      using enum space::PythonJson::Kind;
      const auto number = [&](const char* key) { return json.at(key).require_kind(whole, "a whole number").whole; };
      const auto text_of = [&](const char* key) { return json.at(key).require_kind(word, "a word").word; };
      return {number("pid"), number("start"), text_of("host"), text_of("boot"), text_of("pid_namespace")};
    } catch (const ConfigError&) {
      return {};
    }
  }

  friend bool operator==(const ProcessId&, const ProcessId&) = default;

 private:
  struct Life {
    bool over = false;       // ended, and its parent has not taken notice yet
    std::int64_t start = 0;  // 0 if unknown
  };

  // Fields 3 and 22 of /proc/<pid>/stat; the second field is a name in parentheses that may hold anything.
  static Life life_of(std::int64_t pid) {
    const std::string text = first_line(concat("/proc/", pid, "/stat"));
    const auto behind_name = text.rfind(") ");
    if (behind_name == std::string::npos) return {};
    char state = '?';
    long long start = 0;
    const int read =
        std::sscanf(text.c_str() + behind_name + 2,
                    "%c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %lld", &state, &start);
    return {state == 'Z' || state == 'X', read == 2 ? start : 0};
  }

  // Streams would do, at the price of their headers in every program that opens a study.
  static std::string first_line(const std::string& path) {
    char line[1024] = {};
    std::FILE* file = std::fopen(path.c_str(), "r");
    if (file == nullptr) return {};
    const char* read = std::fgets(line, sizeof line, file);
    std::fclose(file);
    std::string text = read == nullptr ? "" : read;
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }
};

}  // namespace hpo::search
