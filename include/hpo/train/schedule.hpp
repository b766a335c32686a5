#pragma once
/// \file  The learning rate over a run: a pure function from step to factor.
/// Layer `train`, tier 0.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <utility>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>

namespace hpo::train {

/// What the learning rate does after the warm-up.
enum class ScheduleKind { constant, linear, cosine };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, ScheduleKind>, 3> enum_names(ScheduleKind) {
  return {{{"constant", ScheduleKind::constant}, {"linear", ScheduleKind::linear}, {"cosine", ScheduleKind::cosine}}};
}

struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::linear;
  double warmup = 0.1;
};

template <class Visitor>
void describe(Visitor& v, ScheduleOptions& o) {
  v.field("kind", o.kind,
          "learning rate after the warm-up: constant, linear (to zero) or cosine (half a wave, to zero)");
  v.field("warmup", o.warmup, "fraction of all steps over which the learning rate rises from zero", between(0.0, 1.0));
}

/// The factor on the learning rate at each optimizer step. Holds no state: resuming at a step needs only its number.
///
/// Units    steps are optimizer steps, the first is 0; the warm-up is ceil(warmup * total) of them.
/// Errors   ConfigError if `warmup` is not a fraction or `total_steps` is less than 1.
/// Source   the curves of transformers' get_constant/linear/cosine_schedule_with_warmup; cosine after Loshchilov and
///          Hutter, SGDR, ICLR 2017, without restarts.
class Schedule {
 public:
  Schedule(const ScheduleOptions& options, std::int64_t total_steps) : kind_(options.kind), total_(total_steps) {
    require<ConfigError>(options.warmup >= 0.0 && options.warmup <= 1.0,
                         "schedule.warmup: expected a fraction from 0 to 1, got ", options.warmup);
    require<ConfigError>(total_steps >= 1, "schedule: expected 1 step or more, got ", total_steps);
    warmup_ = static_cast<std::int64_t>(std::ceil(options.warmup * static_cast<double>(total_steps)));
  }

  [[nodiscard]] double factor(std::int64_t step) const {
    if (step < warmup_) return static_cast<double>(step) / static_cast<double>(warmup_);
    if (kind_ == ScheduleKind::constant) return 1.0;
    const auto decay_steps = static_cast<double>(std::max<std::int64_t>(1, total_ - warmup_));
    if (kind_ == ScheduleKind::linear) return std::max(0.0, static_cast<double>(total_ - step) / decay_steps);
    const double progress = static_cast<double>(step - warmup_) / decay_steps;
    return progress >= 1.0 ? 0.0 : 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  }

  [[nodiscard]] std::int64_t total_steps() const { return total_; }
  [[nodiscard]] std::int64_t warmup_steps() const { return warmup_; }

 private:
  ScheduleKind kind_;
  std::int64_t total_;
  std::int64_t warmup_ = 0;
};

}  // namespace hpo::train
