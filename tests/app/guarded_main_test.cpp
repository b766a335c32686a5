// Mirrors include/hpo/app/guarded_main.hpp.
#include <hpo/app/guarded_main.hpp>

#include <sstream>
#include <stdexcept>

#include "../check.hpp"

namespace hpo::app {
namespace {

struct Outcome {
  int status;
  std::string message;
};

template <class Body>
Outcome run(Body body) {
  std::ostringstream errors;
  const int status = guarded_main(body, errors);
  return {status, errors.str()};
}

template <class E>
Outcome thrown(const E& error) {
  return run([&]() -> ExitCode { throw error; });
}

// Says what libtorch's c10::Error says.
struct LikeTorch : std::exception {
  const char* what() const noexcept override {
    return "\nmat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)\nException raised from addmm at "
           "LinearAlgebra.cpp:1:\n"
           "frame #0: c10::Error::Error() + 0x3e\n";
  }
};

TEST_SUITE("app/guarded_main") {
  TEST_CASE("what the body returns is the exit status") {
    CHECK(run([] { return ExitCode::done; }).status == 0);
    CHECK(run([] { return ExitCode::stopped; }).status == 3);
    CHECK(run([] { return ExitCode::too_many_failed; }).status == 4);
    CHECK(run([] { return ExitCode::done; }).message.empty());
  }

  TEST_CASE("wrong use, configuration and input are 2, and the message stays as it is") {
    CHECK(thrown(UsageError("criteria: no verb is called 'x'")).status == 2);
    CHECK(thrown(ConfigError("a.toml:1:1: k: expected x, got y\na.toml:2:1: l: expected x, got y")).message ==
          "a.toml:1:1: k: expected x, got y\na.toml:2:1: l: expected x, got y\n");
    CHECK(thrown(DataError("d")).status == 2);
    CHECK(thrown(TokenizerError("t")).status == 2);
    CHECK(thrown(CheckpointError("c")).status == 2);
  }

  TEST_CASE("other errors of hpo are 1") {
    CHECK(thrown(StorageError("study.db: disk full")).status == 1);
    CHECK(thrown(StorageError("study.db: disk full")).message == "study.db: disk full\n");
    CHECK(thrown(PlacementError("p")).status == 1);
  }

  TEST_CASE("errors of others become one line") {
    CHECK(thrown(std::bad_alloc()).message == "out of memory: use a smaller batch, model or --parallel\n");
    CHECK(thrown(std::runtime_error("why")).message == "internal error: std::runtime_error: why\n");
    const Outcome torch = thrown(LikeTorch());
    CHECK(torch.status == 1);
    CHECK(torch.message.ends_with("LikeTorch: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)\n"));
    CHECK(torch.message.find("frame") == std::string::npos);
    CHECK(thrown(42).status == 1);
  }

  TEST_CASE("a text without a line that says anything") {
    CHECK(first_line("").empty());
    CHECK(first_line(" \n\t").empty());
    CHECK(first_line("one") == "one");
    CHECK(first_line("\r\n one \r\ntwo") == "one");
  }
}
}  // namespace
}  // namespace hpo::app
