#pragma once
/// \file  Included before all else where clang compiles a fuzz target. In C++20, clang instantiates the constexpr
/// members of std::vector early, among them those of a vector of a class that libtorch's headers complete only later;
/// without constexpr it waits, as GCC does.

#include <memory>
#include <string>

#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 fill_bits_of_vector  // declared constexpr by <memory>
#include <vector>
#undef __fill_a1
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")
