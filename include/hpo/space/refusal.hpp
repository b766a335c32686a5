#pragma once
/// \file  Sentences for the compiler: what it says first about a space that does not fit.
/// Layer `space`, tier 0.
///
/// A failed static_assert cannot print a name. A call of a deleted function can: its template arguments stand in the
/// first line of the error. The functions that are not deleted refuse *values*: they are no constant expressions, so
/// the call does not compile in a constexpr space, and throws in one that is made at run time.

#include <hpo/core/error.hpp>
#include <hpo/core/fixed_string.hpp>

namespace hpo::space::refusal {

template <FixedString Name>
void a_name_is_words_joined_by_dots() = delete;

template <FixedString Name>
void the_name_is_declared_twice() = delete;

template <FixedString Name, FixedString Longer>
void the_name_is_also_the_beginning_of_a_longer_one() = delete;

template <FixedString Name, FixedString Parent>
void the_parent_is_not_declared_before() = delete;

template <FixedString Name, FixedString Parent>
void the_condition_does_not_fit_the_kind_of_the_parent() = delete;

template <FixedString Name>
void the_space_has_no_parameter() = delete;

template <FixedString Name>
void nothing_consumes_the_parameter() = delete;

template <class Consumer, FixedString Name>
void the_space_lacks_what_is_consumed_by() = delete;

template <class Consumer>
void a_consumer_needs_a_member_type_consumes() = delete;

template <FixedString Constraint>
void expected_a_comparison_such_as_a_times_b_less_than_64() = delete;

template <FixedString Constraint>
void the_constraint_compares_what_is_no_numeric_parameter() = delete;

/// Errors   ConfigError
template <FixedString Name>
[[noreturn]] void expected_low_below_high() {
  fail<ConfigError>(Name.view(), ": expected low < high, both finite");
}

/// Errors   ConfigError
template <FixedString Name>
[[noreturn]] void expected_low_above_zero_for_a_log_range() {
  fail<ConfigError>(Name.view(), ": expected low > 0 for a log range");
}

/// Errors   ConfigError
template <FixedString Name>
[[noreturn]] void expected_a_step_above_zero_and_no_log() {
  fail<ConfigError>(Name.view(), ": expected step > 0, and not in a log range");
}

/// Errors   ConfigError
template <FixedString Name>
[[noreturn]] void expected_each_choice_once() {
  fail<ConfigError>(Name.view(), ": expected each choice once");
}

/// Errors   ConfigError
template <FixedString Name>
[[noreturn]] void expected_a_choice_that_the_parent_has() {
  fail<ConfigError>(Name.view(), ": expected a condition on choices that its parent has");
}

}  // namespace hpo::space::refusal
