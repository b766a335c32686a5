// Mirrors include/hpo/nn/layers/dropout.hpp.
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/testing/tensors.hpp>

#include <cmath>
#include <set>

#include <ATen/ops/empty.h>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

Pass training(DropoutStream& stream) {
  return {.training = true, .dropout = &stream};
}

// Sets the number of threads until the end of the scope.
struct Threads {
  explicit Threads(int count) : before(at::get_num_threads()) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before); }
  int before;
};

TEST_SUITE("nn/layers/dropout") {
  TEST_CASE("a share p is zero, the rest is scaled to keep the mean") {
    DropoutStream stream(1, 0);
    const at::Tensor y = dropout(at::ones({1000, 300}), 0.3, training(stream));
    CHECK(std::abs(y.eq(0).to(at::kDouble).mean().item<double>() - 0.3) < 0.003);  // 3.6 deviations
    CHECK(std::abs(y.max().item<double>() - 1 / 0.7) < 1e-4);
    CHECK(std::abs(y.mean().item<double>() - 1.0) < 0.005);
  }

  TEST_CASE("neighbors, and the four words of a hash, are dropped independently") {
    DropoutStream stream(5, 0);
    const at::Tensor kept = dropout(at::ones({400'000}), 0.5, training(stream)).ne(0).to(at::kDouble);
    for (const std::int64_t lag : {1, 2, 3, 4, 8, 1024}) {
      const std::int64_t n = kept.numel() - lag;
      const double both = kept.narrow(0, 0, n).mul(kept.narrow(0, lag, n)).mean().item<double>();
      CHECK_MESSAGE(std::abs(both - 0.25) < 0.003, lag);
    }
  }

  TEST_CASE("the number of threads does not change a mask") {
    const at::Tensor x = test::noise({37, 1001});
    at::Tensor with_one, with_three;
    {
      const Threads one(1);
      DropoutStream stream(9, 4);
      with_one = dropout(x, 0.1, training(stream));
    }
    {
      const Threads three(3);
      DropoutStream stream(9, 4);
      with_three = dropout(x, 0.1, training(stream));
    }
    CHECK(test::largest_difference(with_one, with_three) == 0.0);
  }

  TEST_CASE("streams differ by seed, trial, purpose and position, and seek back") {
    std::set<std::uint64_t> keys;
    for (const auto& stream :
         {DropoutStream(1, 1), DropoutStream(2, 1), DropoutStream(1, 2), DropoutStream(1, 1, "other")}) {
      DropoutStream copy = stream;
      for (int i = 0; i < 100; ++i) keys.insert(copy.next());
      CHECK(copy.position() == 100);
      copy.seek(0);
      CHECK(keys.contains(copy.next()));
    }
    CHECK(keys.size() == 400);
  }

  TEST_CASE("the gradient passes where the value did, scaled alike") {
    DropoutStream stream(3, 0);
    at::Tensor x = test::noise({11, 13}).set_requires_grad(true);
    const at::Tensor y = dropout(x, 0.4, training(stream));
    const at::Tensor direction = test::noise({13, 11}, 2).t();  // not contiguous
    y.mul(direction).sum().backward();
    const at::Tensor factor = y.detach().div(x.detach());
    CHECK(test::largest_difference(x.grad(), direction.mul(factor)) < 1e-6);
    CHECK(test::largest(x.grad().masked_select(y.eq(0))) == 0.0);
  }

  TEST_CASE("one mask for every type, device path and memory layout") {
    const at::Tensor x = at::ones({7, 9});
    DropoutStream stream(3, 0);
    const at::Tensor expected = dropout(x, 0.4, training(stream)).ne(0);
    for (const at::ScalarType type : {at::kBFloat16, at::kDouble, at::kHalf}) {
      stream.seek(0);
      const at::Tensor y = dropout(x.to(type), 0.4, training(stream));
      CHECK((y.scalar_type() == type));
      CHECK(y.ne(0).equal(expected));
    }
    stream.seek(0);
    CHECK(dropout(at::ones({9, 7}).t(), 0.4, training(stream)).ne(0).equal(expected));
    for (const std::int64_t count : {1, 2, 3, 4, 5, 4095, 4099, 40001}) {  // whole and broken groups of four
      const detail::DropoutMask mask(stream.next(), 0.25);
      const at::Tensor values = test::noise({count}, 4);
      CHECK(test::largest_difference(mask(values), values.mul(mask.kept(values)).mul(mask.scale())) == 0.0);
    }
  }

  TEST_CASE("evaluation and probability 0 pass the tensor through, untouched and undrawn") {
    DropoutStream stream(3, 0);
    const at::Tensor x = test::noise({4});
    CHECK(dropout(x, 0.5, Pass{}).is_same(x));
    CHECK(dropout(x, 0.0, training(stream)).is_same(x));
    CHECK(stream.position() == 0);
  }

  TEST_CASE("a training pass without a stream is refused, not silently left without dropout") {
    CHECK_THROWS_WITH_AS(static_cast<void>(dropout(at::ones({2}), 0.1, Pass{.training = true})),
                         "nn.dropout: expected a DropoutStream in a training pass, got none", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::nn
