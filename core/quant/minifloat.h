// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

/// Floats of 3 to 8 bits: sign, exponent, mantissa, subnormals, no infinity in use (formats.md §1, OCP MX 1.0 §5.3).
/// The element functions of the grids minifloat, mx and nvfp4.
namespace qs::quant {

enum class Ties { Even, Away };

struct MinifloatSpec {
    std::string_view name; ///< "e2m1"
    int exponentBits = 0;
    int mantissaBits = 0;
    int bias = 0;
    std::uint32_t maxCode = 0; ///< magnitude code of the largest finite value
    float max = 0;             ///< largest finite value
    int emax = 0;              ///< exponent of the largest power of two
    int bits() const { return 1 + exponentBits + mantissaBits; }
};

inline constexpr MinifloatSpec kE2M1{"e2m1", 2, 1, 1, 7, 6.0F, 2};
inline constexpr MinifloatSpec kE1M2{"e1m2", 1, 2, 1, 7, 1.75F, 0};
inline constexpr MinifloatSpec kE3M0{"e3m0", 3, 0, 3, 7, 16.0F, 4};
inline constexpr MinifloatSpec kE2M0{"e2m0", 2, 0, 1, 3, 4.0F, 2};
inline constexpr MinifloatSpec kE2M3{"e2m3", 2, 3, 1, 31, 7.5F, 2};
inline constexpr MinifloatSpec kE3M2{"e3m2", 3, 2, 3, 31, 28.0F, 4};
inline constexpr MinifloatSpec kE4M3{"e4m3", 4, 3, 7, 0x7E, 448.0F, 8};
inline constexpr MinifloatSpec kE5M2{"e5m2", 5, 2, 15, 0x7B, 57344.0F, 15};

/// 2^e for the exponents of float's normal range.
inline float powerOfTwo(int e) { return std::bit_cast<float>(static_cast<std::uint32_t>(e + 127) << 23); }

/// Code of x: sign bit above the magnitude code; saturates at ±max; a negative that rounds to 0 gives −0. Without a
/// branch and of one width, so that loops over it vectorise.
template <Ties ties>
inline std::uint32_t minifloatCode(float x, const MinifloatSpec& f)
{
    constexpr float kMagic = 12582912.0F; // 1.5·2^23: adding it rounds to a whole number, half to even
    const int shift = 23 - f.mantissaBits;
    const std::uint32_t raw = std::bit_cast<std::uint32_t>(x);
    const float wide = std::bit_cast<float>(raw & 0x7FFFFFFFU);
    const float a = wide < f.max ? wide : f.max;
    const std::uint32_t u = std::bit_cast<std::uint32_t>(a);
    const std::uint32_t half = 1U << (shift - 1);
    const std::uint32_t rounded = ties == Ties::Away ? u + half : u + (half - 1U) + ((u >> shift) & 1U);
    const std::uint32_t normal = (rounded >> shift) - (static_cast<std::uint32_t>(127 - f.bias) << f.mantissaBits);
    const float top = powerOfTwo(f.mantissaBits); // the smallest normal, in units of the smallest subnormal
    const float steps = a * powerOfTwo(f.bias - 1 + f.mantissaBits);
    const float t = steps < top ? steps : top;
    std::uint32_t subnormal = 0;
    if constexpr (ties == Ties::Away) {
        // t is below 2^8: rounding half to even, then one more where that took an exact half down.
        const float even = (t + kMagic) - kMagic;
        subnormal = static_cast<std::uint32_t>(static_cast<std::int32_t>(even + (t - even == 0.5F ? 1.0F : 0.0F)));
    } else {
        subnormal = static_cast<std::uint32_t>(static_cast<std::int32_t>((t + kMagic) - kMagic));
    }
    const std::uint32_t magnitude = steps < top ? subnormal : normal;
    return magnitude | ((raw >> 31) << (f.exponentBits + f.mantissaBits));
}
template <Ties ties>
inline std::uint8_t encodeMinifloat(float x, const MinifloatSpec& f)
{
    return static_cast<std::uint8_t>(minifloatCode<ties>(x, f));
}

/// Value of a code; codes above ±max (NaN and Inf of FP8, never written here) give ±max.
inline float decodeMinifloat(std::uint8_t code, const MinifloatSpec& f)
{
    const int signBit = f.exponentBits + f.mantissaBits;
    std::uint32_t magnitude = code & ((1U << signBit) - 1U);
    if (magnitude > f.maxCode) magnitude = f.maxCode;
    const auto mantissa = static_cast<float>(magnitude & ((1U << f.mantissaBits) - 1U));
    const int exponent = static_cast<int>(magnitude >> f.mantissaBits);
    const float v = exponent == 0 ? mantissa * powerOfTwo(1 - f.bias - f.mantissaBits)
                                  : (mantissa + powerOfTwo(f.mantissaBits)) * powerOfTwo(exponent - f.bias - f.mantissaBits);
    return (code >> signBit) & 1U ? -v : v;
}

/// Value of every code.
inline std::vector<float> minifloatLevels(const MinifloatSpec& f)
{
    std::vector<float> out(std::size_t(1) << f.bits());
    for (std::size_t c = 0; c < out.size(); ++c) out[c] = decodeMinifloat(static_cast<std::uint8_t>(c), f);
    return out;
}

} // namespace qs::quant
