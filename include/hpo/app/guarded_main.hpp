#pragma once
/// \file  The one place where a program's errors are caught.
/// Layer `app`, tier 0: libtorch's errors are std::exceptions, which is all that is needed of them.

#include <cxxabi.h>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <typeinfo>

#include <hpo/app/exit_code.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/one_line.hpp>

namespace hpo::app {

namespace detail {

[[nodiscard]] inline std::string type_name(const std::type_info& type) {
  int failed = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &failed),
                                                         &std::free);
  return failed == 0 ? name.get() : type.name();
}

/// Whether an error of ours is about what the user gave, and so theirs to mend.
[[nodiscard]] inline bool is_wrong_use(const Error& error) {
  return dynamic_cast<const UsageError*>(&error) != nullptr || dynamic_cast<const ConfigError*>(&error) != nullptr ||
         dynamic_cast<const DataError*>(&error) != nullptr || dynamic_cast<const TokenizerError*>(&error) != nullptr ||
         dynamic_cast<const CheckpointError*>(&error) != nullptr;
}

}  // namespace detail

/// Runs `body() -> ExitCode` and turns whatever it throws into a message on `errors` and an exit status. An error of
/// hpo is written as it is (one line, or one for each problem of a configuration); any other is reduced to one line.
template <class Body>
[[nodiscard]] int guarded_main(Body&& body, std::ostream& errors = std::cerr) {
  try {
    const ExitCode code = body();
    if (std::cout.flush()) return status(code);
    errors << "standard output: cannot be written\n";
  } catch (const Error& error) {
    errors << error.what() << '\n';
    if (detail::is_wrong_use(error)) return status(ExitCode::wrong_use);
  } catch (const std::bad_alloc&) {
    errors << "out of memory: use a smaller batch, model or --parallel\n";
  } catch (const std::exception& error) {
    errors << "internal error: " << detail::type_name(typeid(error)) << ": " << first_line(error.what()) << '\n';
  } catch (...) {
    errors << "internal error: something that is not a std::exception was thrown\n";
  }
  return status(ExitCode::internal_error);
}

}  // namespace hpo::app
