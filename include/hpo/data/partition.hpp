#pragma once
/// \file  How rows, or whole groups of rows, are dealt out to parts of given shares. Used by split.hpp.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/zip.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>

namespace hpo::data::detail {

/// Rows of each class, the rarest class first.
[[nodiscard]] inline std::vector<std::vector<std::size_t>> rows_by_class(std::span<const std::int32_t> classes) {
  std::map<std::int32_t, std::vector<std::size_t>> rows;
  for (const auto& [row, name] : ranges::views::enumerate(classes)) rows[name].push_back(row);
  std::vector<std::vector<std::size_t>> lists;
  for (auto& [name, list] : rows) lists.push_back(std::move(list));
  std::ranges::stable_sort(lists, {}, [](const auto& list) { return list.size(); });
  return lists;
}

/// Whole seats out of fractional claims of the same sum: the floor of each, then one for the largest remainders.
[[nodiscard]] inline std::vector<std::size_t> largest_remainders(const std::vector<double>& claims, std::size_t seats) {
  std::vector<std::size_t> taken;
  std::vector<double> rest;
  for (const double claim : claims) {
    const double whole = std::floor(std::max(claim, 0.0) + 1e-9);
    taken.push_back(static_cast<std::size_t>(whole));
    rest.push_back(claim - whole);
  }
  std::size_t sum = std::accumulate(taken.begin(), taken.end(), std::size_t{0});
  for (; sum < seats; ++sum) {
    const auto most = static_cast<std::size_t>(std::ranges::max_element(rest) - rest.begin());
    ++taken[most];
    rest[most] -= 1.0;
  }
  for (; sum > seats; --sum) {  // claims below 0 were raised to 0: take back where least is missed
    std::size_t least = taken.size();
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (taken[i] > 0 && (least == taken.size() || rest[i] < rest[least])) least = i;
    --taken[least];
    rest[least] += 1.0;
  }
  return taken;
}

/// The part of each row. What rounding denies a part in one class it claims in the next larger one, so that the sizes
/// of the parts are right as well as the shares of each class. With `first_has_all`, part 0 gets a row of every class.
[[nodiscard]] inline std::vector<std::size_t> partition_rows(std::span<const std::int32_t> classes,
                                                             const std::vector<double>& shares, bool first_has_all,
                                                             PhiloxStream& random) {
  std::vector<std::size_t> part(classes.size());
  std::vector<double> owed(shares.size(), 0.0);
  for (auto& rows : rows_by_class(classes)) {
    shuffle(rows, random);
    for (auto&& [debt, share] : ranges::views::zip(owed, shares)) debt += share * static_cast<double>(rows.size());
    auto seats = largest_remainders(owed, rows.size());
    if (first_has_all && seats[0] == 0) {
      --*std::ranges::max_element(seats);
      ++seats[0];
    }
    std::size_t row = 0;
    for (const auto& [p, count] : ranges::views::enumerate(seats)) {
      owed[p] -= static_cast<double>(count);
      for (const std::size_t end = row + count; row < end; ++row) part[rows[row]] = p;
    }
  }
  return part;
}

/// Numbers groups from 0 in the order of their first rows.
[[nodiscard]] inline std::vector<std::size_t> number_groups(std::span<const std::string> groups) {
  std::map<std::string_view, std::size_t> numbers;
  std::vector<std::size_t> numbered;
  for (const auto& group : groups) numbered.push_back(numbers.try_emplace(group, numbers.size()).first->second);
  return numbered;
}

/// What the parts of a split hold so far, and how badly each lacks a group.
class GroupDealer {
 public:
  using Counts = std::map<std::int32_t, double>;  ///< rows of each class

  GroupDealer(std::vector<double> shares, Counts all)
      : shares_(std::move(shares)), all_(std::move(all)), held_(shares_.size()), held_rows_(shares_.size()) {
    for (const auto& [name, count] : all_) rows_ += count;
  }

  /// How much nearer to its target of every class, and of rows in all, the part comes by taking the group: the fall of
  /// the squared distance, a class weighing the more the rarer it is.
  [[nodiscard]] double gain(std::size_t part, const Counts& group) const {
    double gain = 0.0, rows = 0.0;
    for (const auto& [name, count] : group) {
      const auto held = held_[part].find(name);
      const double lacks = shares_[part] * all_.at(name) - (held == held_[part].end() ? 0.0 : held->second);
      gain += count * (2.0 * lacks - count) / all_.at(name);
      rows += count;
    }
    return gain + rows * (2.0 * (shares_[part] * rows_ - held_rows_[part]) - rows) / rows_;
  }

  void give(std::size_t part, const Counts& group) {
    for (const auto& [name, count] : group) {
      held_[part][name] += count;
      held_rows_[part] += count;
    }
  }

  [[nodiscard]] bool empty(std::size_t part) const { return held_[part].empty(); }

 private:
  std::vector<double> shares_;
  Counts all_;
  std::vector<Counts> held_;
  std::vector<double> held_rows_;
  double rows_ = 0.0;
};

/// The part of each row, equal for rows of one group. Large groups are dealt first, each to the part that gains most;
/// the last groups fill parts that would stay empty.
/// Errors   DataError with fewer groups than parts.
[[nodiscard]] inline std::vector<std::size_t> partition_groups(std::span<const std::int32_t> classes,
                                                               const std::vector<std::size_t>& group_of,
                                                               const std::vector<double>& shares,
                                                               PhiloxStream& random) {
  GroupDealer::Counts all;
  std::vector<GroupDealer::Counts> groups(group_of.empty() ? 0 : *std::ranges::max_element(group_of) + 1);
  std::vector<std::size_t> sizes(groups.size(), 0);
  for (const auto& [name, group] : ranges::views::zip(classes, group_of)) {
    all[name] += 1.0;
    groups[group][name] += 1.0;
    ++sizes[group];
  }
  std::vector<std::size_t> asked;
  for (const auto& [p, share] : ranges::views::enumerate(shares))
    if (share > 0.0) asked.push_back(p);
  require<DataError>(groups.size() >= asked.size(), "data.group: expected at least ", asked.size(),
                     " groups, one for each part of the split, got ", groups.size());

  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(order, random);
  std::ranges::stable_sort(order, [&](auto a, auto b) { return sizes[a] > sizes[b]; });
  GroupDealer dealer(shares, all);
  std::vector<std::size_t> part_of(groups.size());
  for (const auto& [i, number] : ranges::views::enumerate(order)) {
    std::vector<std::size_t> open;
    std::ranges::copy_if(asked, std::back_inserter(open), [&](auto p) { return dealer.empty(p); });
    if (open.size() < order.size() - i) open = asked;  // enough groups are left for the empty parts
    const auto& group = groups[number];
    part_of[number] = *std::ranges::max_element(open, {}, [&](auto p) { return dealer.gain(p, group); });
    dealer.give(part_of[number], group);
  }
  std::vector<std::size_t> part;
  for (const std::size_t group : group_of) part.push_back(part_of[group]);
  return part;
}

}  // namespace hpo::data::detail
