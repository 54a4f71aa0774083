// Logarithm and exponential of our own: those of the C library may differ in the last digit from
// machine to machine, and one digit sends a search another way.
#pragma once

#include <bit>
#include <cstdint>

namespace colivraison::routing {

// Natural logarithm of a positive, normal number, good to 1e-7.
inline double natural_log(double value) {
  const auto word = std::bit_cast<std::uint64_t>(value);
  const int exponent = static_cast<int>(word >> 52) - 1023;
  const double mantissa = std::bit_cast<double>((word & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  // ln m = 2 artanh((m - 1) / (m + 1)), argument at most 1/3.
  const double z = (mantissa - 1.0) / (mantissa + 1.0);
  const double s = z * z;
  const double series =
      1.0 + s * (1.0 / 3 + s * (1.0 / 5 + s * (1.0 / 7 + s * (1.0 / 9 + s * (1.0 / 11)))));
  return exponent * 0.6931471805599453 + 2.0 * z * series;
}

// e to the power of `value`, for -700 < value < 700, good to 1e-9.
inline double natural_exp(double value) {
  const double turns = value * 1.4426950408889634;
  const auto whole = static_cast<std::int64_t>(turns < 0 ? turns - 0.5 : turns + 0.5);
  const double x = value - static_cast<double>(whole) * 0.6931471805599453;
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; k <= 10; ++k) {
    term *= x / k;
    sum += term;
  }
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(whole + 1023) << 52);
}

}  // namespace colivraison::routing
