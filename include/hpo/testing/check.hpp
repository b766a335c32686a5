#pragma once
/// \file  doctest, for the contract suites: what your own sampler, pruner, storage, encoder, head or task must do and
/// the compiler cannot see.
///
/// Needs doctest 2.4 or later (Debian: doctest-dev). One source of the program defines
/// DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN before it includes doctest; a contract is called in a TEST_CASE. In the headers
/// of this folder the macros have their long names (DOCTEST_CHECK): glog, which libtorch's headers may bring, has a
/// CHECK of its own.
/// Layer `testing`. No torch.

#undef CHECK

#include <doctest/doctest.h>
