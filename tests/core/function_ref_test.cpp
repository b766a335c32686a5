// Mirrors include/hpo/core/function_ref.hpp.
#include <hpo/core/function_ref.hpp>

#include <memory>
#include <string>
#include <type_traits>

#include "../check.hpp"

namespace hpo {
namespace {

using ToText = FunctionRef<std::string(int)>;
static_assert(std::is_convertible_v<std::string (*)(int), ToText>);
static_assert(!std::is_convertible_v<std::string (*)(int, int), ToText>);
static_assert(!std::is_convertible_v<int, ToText>);

std::string twice(ToText function) {
  const std::string first = function(1);
  return first + function(2);
}

TEST_SUITE("core/function_ref") {
  TEST_CASE("it calls what it was given, a temporary too, and changes its state") {
    int calls = 0;
    CHECK(twice([&](int x) { return std::to_string(x + 10 * ++calls); }) == "1122");
    CHECK(calls == 2);
    const auto constant = [](int x) { return std::string(static_cast<std::size_t>(x), '*'); };
    CHECK(twice(constant) == "***");
    CHECK(twice([last = 0](int x) mutable { return std::to_string(last += x); }) == "13");
  }
  TEST_CASE("a copy refers to the same function; arguments are passed on, not copied") {
    int calls = 0;
    const auto count = [&](std::unique_ptr<int> value) { return calls += *value; };
    const FunctionRef<int(std::unique_ptr<int>)> first = count;
    const auto second = first;  // NOLINT
    CHECK(first(std::make_unique<int>(3)) == 3);
    CHECK(second(std::make_unique<int>(4)) == 7);
  }
  TEST_CASE("a result may be thrown away or converted") {
    const FunctionRef<void(int)> ignored = [](int x) { return x; };
    ignored(1);
    const FunctionRef<double(int)> real = [](int x) { return x; };
    CHECK(real(2) == 2.0);
  }
}

}  // namespace
}  // namespace hpo
