#pragma once
/// \file  The last point of a stepped range, in decimal arithmetic: 0.3 is on the grid 0, 0.1, ... as people read it.
/// Layer `space`, tier 0.

#include <charconv>
#include <optional>
#include <string>

namespace hpo::space {

namespace detail {

__extension__ typedef __int128 Int128;

/// digits * 10^exponent, exactly what the shortest print of a double says.
struct Decimal {
  Int128 digits = 0;
  int exponent = 0;
};

[[nodiscard]] inline Decimal decimal(double value) {
  char text[64];
  const char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  Decimal result;
  int fraction = 0;
  bool behind_point = false;
  const char* at = text;
  for (; *at != 'e'; ++at) {
    if (*at == '.') behind_point = true;
    if (*at < '0' || *at > '9') continue;
    result.digits = result.digits * 10 + (*at - '0');
    if (behind_point) ++fraction;
  }
  if (text[0] == '-') result.digits = -result.digits;
  ++at;                  // 'e'
  if (*at == '+') ++at;  // which from_chars refuses
  std::from_chars(at, end, result.exponent);
  result.exponent -= fraction;
  return result;
}

/// The same number with another exponent, if its digits then stay below 10^36.
[[nodiscard]] inline std::optional<Int128> digits_at(const Decimal& value, int exponent) {
  if (value.digits == 0) return Int128{0};
  constexpr Int128 most = static_cast<Int128>(1'000'000'000'000'000'000) * 1'000'000'000'000'000'000;
  Int128 digits = value.digits;
  for (int e = value.exponent; e > exponent; --e) {
    digits *= 10;
    if (digits > most || digits < -most) return std::nullopt;
  }
  return digits;
}

[[nodiscard]] inline double to_double(Int128 digits, int exponent) {
  std::string reversed;
  for (Int128 rest = digits < 0 ? -digits : digits; rest != 0; rest /= 10)
    reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
  std::string text = digits < 0 ? "-" : "";
  text.append(reversed.rbegin(), reversed.rend());
  if (digits == 0) text += '0';
  text += 'e' + std::to_string(exponent);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace detail

/// The largest low + k * step that is not above high, or nothing if the three differ by more than 36 decimal digits.
/// The arguments are finite, low <= high, step > 0.
[[nodiscard]] inline std::optional<double> last_on_grid(double low, double high, double step) {
  const auto l = detail::decimal(low), h = detail::decimal(high), s = detail::decimal(step);
  int exponent = s.exponent;
  for (const auto& end : {l, h})
    if (end.digits != 0 && end.exponent < exponent) exponent = end.exponent;  // 0e0 needs no digits
  const auto from = detail::digits_at(l, exponent), to = detail::digits_at(h, exponent),
             by = detail::digits_at(s, exponent);
  if (!from || !to || !by) return std::nullopt;
  return detail::to_double(*from + (*to - *from) / *by * *by, exponent);
}

}  // namespace hpo::space
