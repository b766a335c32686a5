#pragma once
/// \file  The program of an agent: every verb, and what main returns.
/// Layer `app`, tier 3.

#include <filesystem>
#include <iostream>
#include <string>
#include <type_traits>
#include <variant>

#include <hpo/agent/agent.hpp>
#include <hpo/app/apply.hpp>
#include <hpo/app/cli.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/doctor.hpp>
#include <hpo/app/guarded_main.hpp>
#include <hpo/app/train.hpp>
#include <hpo/app/tune.hpp>
#include <hpo/report/listings.hpp>
#include <hpo/sweep/open_storage.hpp>

namespace hpo::app {

namespace detail {

template <agent::Agent A>
struct Dispatch {
  std::string program;  ///< as it was called: it stands in the commands that are shown

  ExitCode operator()(const TuneCommand& command) const { return tune<A>(command, program); }
  ExitCode operator()(const TrainCommand& command) const { return train<A>(command, program); }
  ExitCode operator()(const EvaluateCommand& command) const { return evaluate<A>(command); }
  ExitCode operator()(const PredictCommand& command) const { return predict<A>(command); }
  ExitCode operator()(const StudiesCommand& command) const {
    auto storage = sweep::open_existing(command.storage);
    std::cout << report::studies_listing(storage);
    return ExitCode::done;
  }
  ExitCode operator()(const BestCommand& command) const {
    auto storage = sweep::open_existing(command.storage);
    std::cout << report::best_listing(storage, command.study, static_cast<std::size_t>(command.top));
    return ExitCode::done;
  }
  ExitCode operator()(const DoctorCommand&) const {
    const auto diagnosis = doctor();
    std::cout << diagnosis.text;
    return diagnosis.code;
  }
  ExitCode operator()(const TextCommand& command) const {
    std::cout << command.text;
    return ExitCode::done;
  }
};

}  // namespace detail

/// `int main(int argc, char** argv) { return app::run<MyAgent>(argc, argv); }` is the whole program of an agent.
template <agent::Agent A>
[[nodiscard]] int run(int argc, const char* const* argv) {
  const std::string called = argc > 0 ? argv[0] : std::string(A::name);
  return guarded_main([&] {
    const auto command = parse(argc, argv, std::filesystem::path(called).filename().string(), std::string(A::name));
    return std::visit(detail::Dispatch<A>{called}, command);
  });
}

}  // namespace hpo::app
