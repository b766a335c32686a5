#pragma once
/// \file  What options say about themselves, checked while it is collected.

#include <string>
#include <string_view>
#include <vector>

#include <hpo/config/convert.hpp>

#include "check.hpp"

namespace hpo::test {

/// The visitor that describe() calls: each key says what it means, and each default keeps its own rules.
class DescribedKeys {
 public:
  template <class T, class... Rules>
  void field(std::string_view key, T& value, std::string_view doc, const Rules&... rules) {
    names.push_back(prefix_ + std::string(key));
    INFO(names.back());
    CHECK_FALSE(doc.empty());
    [[maybe_unused]] const auto check = [&](const auto& rule) { CHECK(config::broken(value, rule) == ""); };
    (check(rules), ...);
  }
  template <class Options>
  void group(std::string_view key, Options& options, std::string_view doc) {
    CHECK_FALSE(doc.empty());
    const std::string before = prefix_;
    prefix_ += std::string(key) + '.';
    describe(*this, options);
    prefix_ = before;
  }

  std::vector<std::string> names;  ///< those of a group with its name and a dot before

 private:
  std::string prefix_;
};

/// The keys of options with their defaults, in the order in which they are described.
template <class Options>
[[nodiscard]] std::vector<std::string> described_keys(Options options = {}) {
  DescribedKeys keys;
  describe(keys, options);
  return keys.names;
}

}  // namespace hpo::test
