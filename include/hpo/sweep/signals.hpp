#pragma once
/// \file  Ctrl-C, once and twice.
/// Layer `sweep`. No torch.

#include <atomic>
#include <csignal>

namespace hpo::sweep {

/// While it lives, SIGINT and SIGTERM are counted instead of ending the program: one asks to finish what runs and stop,
/// two ask to stop now. poll() returns early (EINTR) when one arrives. Only one may live at a time.
class StopRequests {
 public:
  StopRequests() {
    count() = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { count().fetch_add(1, std::memory_order_relaxed); };
    sigemptyset(&action.sa_mask);  // no SA_RESTART: a waiting poll() must wake up
    ::sigaction(SIGINT, &action, &old_interrupt_);
    ::sigaction(SIGTERM, &action, &old_terminate_);
  }
  StopRequests(const StopRequests&) = delete;
  StopRequests& operator=(const StopRequests&) = delete;
  ~StopRequests() {
    ::sigaction(SIGINT, &old_interrupt_, nullptr);
    ::sigaction(SIGTERM, &old_terminate_, nullptr);
  }

  [[nodiscard]] int seen() const { return count().load(std::memory_order_relaxed); }

 private:
  static std::atomic<int>& count() {
    static std::atomic<int> requests{0};
    static_assert(std::atomic<int>::is_always_lock_free);  // a signal handler may touch it
    return requests;
  }

  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace hpo::sweep
