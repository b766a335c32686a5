#pragma once
/// \file  The memory that a plan's steps ask for, made and written beside the module, which is not touched.
/// Layer `placement`, tier 3.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_strided.h>
#include <c10/core/Device.h>
#include <sys/mman.h>

#include <hpo/checkpoint/weights.hpp>
#include <hpo/core/error.hpp>
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/plan.hpp>
#include <hpo/placement/shared_memory.hpp>

namespace hpo::placement {

namespace detail {

/// Memory for a tensor that will be written at once. Large ones ask the system for large pages: 512 times fewer faults.
[[nodiscard]] inline at::Tensor fresh(at::IntArrayRef sizes, c10::ScalarType dtype) {
  const at::Tensor tensor = at::empty(sizes, at::TensorOptions().dtype(dtype).device(at::kCPU));
  constexpr std::uintptr_t page = 1 << 21;
  const auto begin = (reinterpret_cast<std::uintptr_t>(tensor.data_ptr()) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(tensor.data_ptr()) + tensor.nbytes()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // a wish: may be refused
  return tensor;
}

/// Elements that still hold `byte` in each of their bytes.
[[nodiscard]] inline std::vector<std::size_t> untouched(const at::Tensor& tensor, unsigned char byte) {
  std::vector<std::size_t> out;
  const std::size_t size = tensor.element_size();
  const std::vector<unsigned char> poison(size, byte);
  const auto* at = static_cast<const unsigned char*>(tensor.data_ptr());
  for (std::size_t i = 0; i < static_cast<std::size_t>(tensor.numel()); ++i, at += size)
    if (*at == byte && std::memcmp(at, poison.data(), size) == 0) out.push_back(i);
  return out;
}

/// A tensor of the record's shape and dtype, written by its initializer; freshly allocated memory never shows through.
///
/// The memory is poisoned first. An element that holds the poison afterwards may have been given that very value, so
/// the initializer runs again, with an equal stream over another poison: what is then poison again was never written.
/// Errors   PlacementError with the number of elements that the initializer left.
[[nodiscard]] inline at::Tensor initialized(const TensorRecord& record, const Initialize& step) {
  const auto run = [&](unsigned char poison) {
    const at::Tensor fresh =
        at::empty(record.tensor.sizes(), at::TensorOptions().dtype(record.tensor.scalar_type()).device(at::kCPU));
    if (fresh.numel() > 0) std::memset(fresh.data_ptr(), poison, fresh.nbytes());
    at::Tensor handle = fresh;  // an initializer that assigns to its argument changes this handle, not the tensor
    PhiloxStream random = step.random;
    step.write(handle, random);
    return fresh;
  };
  const at::Tensor first = run(0xA5);
  const auto doubtful = untouched(first, 0xA5);
  if (doubtful.empty()) return first;
  const auto again = untouched(run(0x5A), 0x5A);
  std::vector<std::size_t> unwritten;
  std::ranges::set_intersection(doubtful, again, std::back_inserter(unwritten));
  require<PlacementError>(unwritten.empty(), "placement: ", record.name(), ": expected its initializer to write all ",
                          first.numel(), " elements, got ", unwritten.size(), " unwritten");
  return first;
}

/// `real` with the device of the target and the strides of `record`, where each element has its
/// own memory; else contiguous.
[[nodiscard]] inline at::Tensor laid_out(const TensorRecord& record, const at::Tensor& real,
                                         const c10::Device& device) {
  const at::Tensor& like = record.tensor;
  if (like.is_contiguous() || !like.is_non_overlapping_and_dense()) return real.to(device);
  return at::empty_strided(like.sizes(), like.strides(), real.options().device(device)).copy_(real);
}

}  // namespace detail

/// Makes the new memory of all tensors of an inventory, group by group.
class Stage {
 public:
  Stage(const Plan& plan, const c10::Device& device) : plan_(plan), device_(device) {
    if (plan.weights) mapping_.emplace(*plan.weights);
  }

  /// What the tensors of one memory are to hold, on the device, in the group's order; undefined: it stays as it is.
  [[nodiscard]] std::vector<at::Tensor> make(const std::vector<Member>& group) {
    if (group.size() == 1) return {alone(*group[0].record, *group[0].step)};
    return place_together(group, device_, [&](const TensorRecord& record, const Step& step) {
      const auto* fill = std::get_if<Fill>(&step);
      return fill != nullptr ? filled(record, *fill, c10::kCPU)
                             : detail::initialized(record, std::get<Initialize>(step));
    });
  }

 private:
  [[nodiscard]] at::Tensor alone(const TensorRecord& record, const Step& step) {
    if (const auto* fill = std::get_if<Fill>(&step)) return filled(record, *fill, device_);
    if (const auto* init = std::get_if<Initialize>(&step))
      return detail::laid_out(record, detail::initialized(record, *init), device_);
    if (record.tensor.device() == device_) return {};
    return record.tensor.detach().to(device_);
  }

  [[nodiscard]] at::Tensor filled(const TensorRecord& record, const Fill& step, const c10::Device& device) {
    const std::string& name = step.stored.front();
    for (std::size_t i = 1; i < step.stored.size(); ++i)
      require<PlacementError>(detail::equal_bits(mapping_->view(name), mapping_->view(step.stored[i])),
                              "placement: ", record.name(), ": is one tensor with ", record.names[1], ", expected ",
                              name, " and ", step.stored[i], " to be stored equal, got different values");
    const c10::ScalarType dtype = record.tensor.scalar_type();
    const bool as_stored = plan_.weights->entry(name).dtype.in_torch == dtype;
    if (!device.is_cpu() || (as_stored && plan_.memory == Memory::mapped))
      return detail::laid_out(record, mapping_->view(name).to(device, dtype), device);
    at::Tensor read = detail::fresh(record.tensor.sizes(), dtype);
    plan_.weights->read_into(name, read);
    return detail::laid_out(record, read, device);
  }

  const Plan& plan_;
  c10::Device device_;
  std::optional<checkpoint::Weights::Mapping> mapping_;
};

}  // namespace hpo::placement
