#pragma once
/// \file  The element types of safetensors, and which of them libtorch can hold.
/// Layer `checkpoint`, tier 2.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <c10/core/ScalarType.h>

namespace hpo::checkpoint {

/// One element type of the format. Compare by `name`.
struct Dtype {
  std::string_view name;                    // as the file spells it
  std::uint32_t bits;                       // of one element; may be less than a byte
  std::optional<c10::ScalarType> in_torch;  // nothing: no libtorch of ours holds it
  std::string_view in_python = {};          // as config.json and people spell it

  [[nodiscard]] constexpr bool operator==(const Dtype& other) const { return name == other.name; }
};

/// All of them.
/// Source   safetensors 0.8, `enum Dtype`.
inline constexpr std::array<Dtype, 22> dtypes{{
    {"BOOL", 8, c10::ScalarType::Bool, "bool"},
    {"U8", 8, c10::ScalarType::Byte, "uint8"},
    {"I8", 8, c10::ScalarType::Char, "int8"},
    {"I16", 16, c10::ScalarType::Short, "int16"},
    {"I32", 32, c10::ScalarType::Int, "int32"},
    {"I64", 64, c10::ScalarType::Long, "int64"},
    {"F16", 16, c10::ScalarType::Half, "float16"},
    {"BF16", 16, c10::ScalarType::BFloat16, "bfloat16"},
    {"F32", 32, c10::ScalarType::Float, "float32"},
    {"F64", 64, c10::ScalarType::Double, "float64"},
    {"C64", 64, c10::ScalarType::ComplexFloat, "complex64"},
    {"U16", 16, {}},
    {"U32", 32, {}},
    {"U64", 64, {}},
    {"F8_E5M2", 8, {}},
    {"F8_E4M3", 8, {}},
    {"F8_E8M0", 8, {}},
    {"F8_E4M3FNUZ", 8, {}},
    {"F8_E5M2FNUZ", 8, {}},
    {"F6_E2M3", 6, {}},
    {"F6_E3M2", 6, {}},
    {"F4", 4, {}},
}};

/// The type the file calls `name`, if the format knows it.
[[nodiscard]] constexpr std::optional<Dtype> find_dtype(std::string_view name) {
  const auto* const found = std::ranges::find(dtypes, name, &Dtype::name);
  return found == dtypes.end() ? std::nullopt : std::optional(*found);
}

/// The format's name of a libtorch type, if it has one.
[[nodiscard]] constexpr std::optional<Dtype> find_dtype(c10::ScalarType type) {
  const auto* const found = std::ranges::find_if(dtypes, [&](const Dtype& each) { return each.in_torch == type; });
  return found == dtypes.end() ? std::nullopt : std::optional(*found);
}

/// "float32": how people and config.json call a libtorch type; libtorch's own word for those that the format lacks.
[[nodiscard]] inline std::string_view dtype_name(c10::ScalarType type) {
  const auto found = find_dtype(type);
  return found ? found->in_python : std::string_view(c10::toString(type));
}

}  // namespace hpo::checkpoint
