// Mirrors include/hpo/checkpoint/safetensors_writer.hpp.
#include <hpo/checkpoint/safetensors.hpp>
#include <hpo/checkpoint/safetensors_writer.hpp>

#include <limits>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>

#include "../check.hpp"

namespace hpo::checkpoint {
namespace {

TEST_SUITE("checkpoint/safetensors_writer") {
  TEST_CASE("every type that libtorch holds comes back bit for bit, in any layout") {
    const test::TemporaryFolder folder;
    NamedTensors tensors;
    for (const Dtype& dtype : dtypes) {
      if (!dtype.in_torch) continue;
      const at::Tensor tensor = at::arange(12).view({3, 4}).to(*dtype.in_torch);
      tensors.emplace_back(std::string(dtype.name), tensor);
      tensors.emplace_back(concat(dtype.name, ".t"), tensor.t());
    }
    tensors.emplace_back("point", at::ones({}));
    tensors.emplace_back("empty", at::empty({0, 3}));
    tensors.emplace_back("trained", at::ones({2}).requires_grad_());
    tensors.emplace_back("slice", at::arange(10.0).narrow(0, 3, 4));
    tensors.emplace_back("wide", at::ones({1}).expand({5}));
    write_safetensors(folder / "x.safetensors", tensors);
    const auto file = SafetensorsFile::open(folder / "x.safetensors");
    CHECK(file.entries().size() == tensors.size());
    for (const auto& [name, tensor] : tensors) {
      CAPTURE(name);
      CHECK((file.view(name).scalar_type() == tensor.scalar_type()));
      CHECK(at::equal(file.view(name), tensor));
    }
  }

  TEST_CASE("wide elements come first, then names; the data begins at a multiple of 8") {
    const test::TemporaryFolder folder;
    write_safetensors(folder / "x.safetensors", {{"b", at::ones({3}, at::kByte)},
                                                 {"z", at::ones({1}, at::kLong)},
                                                 {"f", at::ones({1})},
                                                 {"a", at::ones({1}, at::kByte)},
                                                 {"e", at::ones({1})}});
    const std::string bytes = read_file<CheckpointError>(folder / "x.safetensors");
    CHECK(bytes.substr(8, 1) == "{");
    CHECK(static_cast<unsigned char>(bytes[0]) % 8 == 0);
    const auto file = SafetensorsFile::open(folder / "x.safetensors");
    CHECK(file.entry("z").begin == 0);
    CHECK(file.entry("e").begin == 8);
    CHECK(file.entry("f").begin == 12);
    CHECK(file.entry("a").begin == 16);
    CHECK(file.entry("b").begin == 17);
    CHECK(file.metadata() == Metadata{{"format", "pt"}});
  }

  TEST_CASE("equal tensors give equal bytes, in whatever order they come") {
    const test::TemporaryFolder folder;
    const at::Tensor a = at::randn({3}), b = at::ones({2}, at::kHalf);
    write_safetensors(folder / "x", {{"a", a}, {"b", b}});
    write_safetensors(folder / "y", {{"b", b}, {"a", a}});
    CHECK(read_file<CheckpointError>(folder / "x") == read_file<CheckpointError>(folder / "y"));
  }

  TEST_CASE("what has no values or no honest name is refused, and the old file stays") {
    const test::TemporaryFolder folder;
    const auto path = folder / "x.safetensors";
    write_safetensors(path, {{"old", at::ones({1})}});
    const auto refused = [&](const NamedTensors& tensors) {
      try {
        write_safetensors(path, tensors);
      } catch (const CheckpointError& error) {
        CHECK(SafetensorsFile::open(path).contains("old"));
        return std::string(error.what()).substr(path.string().size());
      }
      return std::string("written");
    };
    const at::Tensor one = at::ones({1});
    CHECK(refused({{"m", at::empty({1}, at::kMeta)}}) ==
          ": m: cannot be saved: expected values, got a tensor on the meta device; place the module first");
    CHECK(refused({{"u", at::Tensor()}}) == ": u: cannot be saved: expected a tensor, got none");
    CHECK(refused({{"a", one}, {"a", one}}) == ": a: cannot be saved: expected each name once");
    CHECK(refused({{"", one}}).ends_with("expected a printable name"));
    CHECK(refused({{"__metadata__", one}}).ends_with("expected a printable name"));
    CHECK(refused({{"a\nb", one}}).ends_with("expected a printable name"));
    CHECK(refused({{"../a", one}}).ends_with("expected a printable name"));
    CHECK(refused({{"\xFF", one}}) == ": cannot be saved: expected names in UTF-8");
    CHECK(refused({{"s", one.to_sparse()}}).ends_with("expected a dense tensor of a type that safetensors has"));
    CHECK(refused({{"c", one.to(at::kComplexDouble)}})
              .ends_with("expected a dense tensor of a type that safetensors has"));
    const at::Tensor released = at::ones({64});
    released.storage().unsafeGetStorageImpl()->reset();
    CHECK(refused({{"r", released}}).ends_with("got a tensor whose memory was released"));
  }

  TEST_CASE("a file that is mapped may be replaced: who mapped it keeps the old values") {
    const test::TemporaryFolder folder;
    const auto path = folder / "x.safetensors";
    write_safetensors(path, {{"a", at::ones({1000})}});
    const auto old = SafetensorsFile::open(path);
    const at::Tensor view = old.view("a");
    write_safetensors(path, {{"a", at::ones({10})}});
    CHECK(view.eq(1).all().item<bool>());
    CHECK(at::equal(old.read("a"), view));
    CHECK(SafetensorsFile::open(path).entry("a").shape == std::vector<std::int64_t>{10});
  }
}

}  // namespace
}  // namespace hpo::checkpoint
