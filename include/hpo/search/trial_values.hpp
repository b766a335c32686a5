#pragma once
/// \file  The values of a trial as an objective reads them.
/// Layer `search`, tier 0.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/search/trial.hpp>
#include <hpo/space/assignment.hpp>

namespace hpo::search {

/// What the trials that objectives are given have in common, whether their study is in this process or another one.
class TrialValues {
 public:
  /// The trial outlives it.
  explicit TrialValues(const Trial& trial) : trial_(trial) {}

  [[nodiscard]] std::int64_t number() const { return trial_.number(); }
  /// All values; counts as reading each of them.
  [[nodiscard]] const space::Assignment& params() const {
    read_all_ = true;
    return trial_.params();
  }
  /// Values by name.
  /// Errors   ConfigError if the parameter is not active in this trial, or of another kind.
  [[nodiscard]] double real(std::string_view name) const { return trial_.real(name); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const { return trial_.integer(name); }
  [[nodiscard]] bool flag(std::string_view name) const { return trial_.flag(name); }
  [[nodiscard]] const std::string& word(std::string_view name) const { return trial_.word(name); }
  [[nodiscard]] bool has(std::string_view name) const { return trial_.has(name); }

  /// Active parameters that the objective did not read.
  [[nodiscard]] std::vector<std::string> unread() const {
    return read_all_ ? std::vector<std::string>{} : trial_.unread();
  }

 private:
  const Trial& trial_;
  mutable bool read_all_ = false;
};

}  // namespace hpo::search
