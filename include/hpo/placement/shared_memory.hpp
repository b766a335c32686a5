#pragma once
/// \file  Different tensors over one memory (views, flattened weights): placed together, so that they still share it.
/// Layer `placement`, tier 3.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/core/Device.h>

#include <hpo/core/error.hpp>
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/plan.hpp>

namespace hpo::placement {

/// A tensor that shares its memory with others, and what becomes of it.
struct Member {
  const TensorRecord* record;
  const Step* step;
};

namespace detail {

/// Whether two tensors of equal shape hold the same bits.
[[nodiscard]] inline bool equal_bits(const at::Tensor& a, const at::Tensor& b) {
  if (a.scalar_type() != b.scalar_type()) return false;
  const at::Tensor x = a.contiguous(), y = b.contiguous();
  return x.numel() == 0 || std::memcmp(x.data_ptr(), y.data_ptr(), x.nbytes()) == 0;
}

/// A tensor of the record's type, shape and strides over another memory.
[[nodiscard]] inline at::Tensor over(const at::Tensor& bytes, const TensorRecord& record) {
  const at::Tensor& like = record.tensor;
  return at::empty({0}, bytes.options().dtype(like.scalar_type()))
      .set_(bytes.storage(), like.storage_offset(), like.sizes(), like.strides());
}

/// The record's place in a mask that has one element for each byte of the memory.
[[nodiscard]] inline at::Tensor mask_of(const at::Tensor& mask, const TensorRecord& record) {
  const auto item = static_cast<std::int64_t>(record.tensor.element_size());
  std::vector<std::int64_t> sizes = record.tensor.sizes().vec(), strides = record.tensor.strides().vec();
  for (std::int64_t& stride : strides) stride *= item;
  sizes.push_back(item);
  strides.push_back(1);
  return mask.as_strided(sizes, strides, record.tensor.storage_offset() * item);
}

/// The values of a group's memory, on the CPU: written by the steps of its members, and wholly so.
/// `value` gives what a Fill or Initialize step writes.
template <class Value>
[[nodiscard]] at::Tensor written_memory(const std::vector<Member>& group, const at::Tensor& before, Value& value) {
  const bool was_real = before.defined();
  std::int64_t reach = 0;
  for (const Member& each : group)
    reach = std::max(reach, static_cast<std::int64_t>(storage_reach(each.record->tensor)));
  const at::Tensor bytes = was_real ? before.cpu().clone() : at::zeros({reach}, at::kByte);
  const at::Tensor written = at::zeros({reach}, at::kByte);
  std::vector<std::pair<const TensorRecord*, at::Tensor>> wanted;
  const auto write = [&](const Member& each) {
    wanted.emplace_back(each.record, value(*each.record, *each.step));
    over(bytes, *each.record).copy_(wanted.back().second);
    mask_of(written, *each.record).fill_(1);
  };
  for (const Member& each : group)
    if (std::holds_alternative<Fill>(*each.step)) write(each);
  for (const Member& each : group)  // what a filled neighbor covers wholly needs no initializer
    if (std::holds_alternative<Initialize>(*each.step) && !mask_of(written, *each.record).all().item<bool>())
      write(each);
  for (const auto& [record, values] : wanted)
    require<PlacementError>(equal_bits(over(bytes, *record), values), "placement: ", record->name(),
                            ": shares memory with ", group[group[0].record == record ? 1 : 0].record->name(),
                            ", expected values that agree where they overlap, got different ones");
  for (const Member& each : group)
    if (!was_real && !mask_of(written, *each.record).all().item<bool>())
      throw UnplacedError(
          concat("placement: ", each.record->name(), ": has no values, and the tensors that share its memory ",
                 "do not cover it: expected it in the checkpoint, or an initializer"),
          {each.record->name()});
  return bytes;
}

}  // namespace detail

/// What each member of a group is to hold on `device`, in the group's order; undefined for all if the group
/// stays as it is.
/// Errors   PlacementError if the members want different values for one element; UnplacedError if an element gets none.
template <class Value>
[[nodiscard]] std::vector<at::Tensor> place_together(const std::vector<Member>& group, const c10::Device& device,
                                                     Value value) {
  const at::Tensor& any = group.front().record->tensor;
  const bool stays = std::ranges::all_of(group, [](const Member& m) { return std::holds_alternative<Leave>(*m.step); });
  std::vector<at::Tensor> out(group.size());
  if (stays && any.device() == device) return out;
  at::Tensor before;
  if (!any.is_meta()) {
    const auto size = static_cast<std::int64_t>(any.storage().nbytes());
    before = at::empty({0}, at::TensorOptions(at::kByte).device(any.device())).set_(any.storage(), 0, {size}, {1});
  }
  const at::Tensor bytes = (stays ? before : detail::written_memory(group, before, value)).to(device);
  for (std::size_t i = 0; i < group.size(); ++i) out[i] = detail::over(bytes, *group[i].record);
  return out;
}

}  // namespace hpo::placement
