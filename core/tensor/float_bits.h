// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/host_device.h"

#include <bit>
#include <cmath>
#include <cstdint>

/// Small floating-point formats, one element at a time (formats.md §1). All conversions to a smaller format round to
/// nearest even. These are the element functions that host and device share.
namespace qs {

QS_HD inline float bf16ToFloat(std::uint16_t h) { return std::bit_cast<float>(static_cast<std::uint32_t>(h) << 16); }

QS_HD inline std::uint16_t floatToBf16(float f)
{
    const std::uint32_t u = std::bit_cast<std::uint32_t>(f);
    if ((u & 0x7FFFFFFFU) > 0x7F800000U) return static_cast<std::uint16_t>((u >> 16) | 64U);
    return static_cast<std::uint16_t>((u + 0x7FFFU + ((u >> 16) & 1U)) >> 16);
}

QS_HD inline float halfToFloat(std::uint16_t h)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(h & 0x8000U) << 16;
    const std::uint32_t exponent = (h >> 10) & 31U;
    const std::uint32_t mantissa = h & 0x3FFU;
    if (exponent == 0) {
        const float v = static_cast<float>(mantissa) * 0x1p-24F;
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(v) | sign);
    }
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13));
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (mantissa << 13));
}

/// Overflow becomes infinity; NaN keeps its upper payload bits, quiet.
QS_HD inline std::uint16_t floatToHalf(float f)
{
    const std::uint32_t u = std::bit_cast<std::uint32_t>(f);
    const std::uint32_t sign = (u >> 16) & 0x8000U;
    const std::uint32_t a = u & 0x7FFFFFFFU;
    if (a > 0x7F800000U) return static_cast<std::uint16_t>(sign | 0x7E00U | ((a >> 13) & 0x1FFU));
    if (a >= 0x477FF000U) return static_cast<std::uint16_t>(sign | 0x7C00U);
    if (a < 0x38800000U) { // subnormal: the float addition rounds to nearest even at the right bit
        const float shifted = std::bit_cast<float>(a) + 0.5F;
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000U));
    }
    const std::uint32_t rounded = a + 0xFFFU + ((a >> 13) & 1U);
    return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000U) >> 13));
}

QS_HD inline float roundToHalf(float f) { return halfToFloat(floatToHalf(f)); }
QS_HD inline float roundToBf16(float f) { return bf16ToFloat(floatToBf16(f)); }

/// OCP E4M3 ("fn"): no infinity, NaN 0x7F and 0xFF.
QS_HD inline float e4m3ToFloat(std::uint8_t v)
{
    const unsigned e = (v >> 3) & 15U;
    const unsigned m = v & 7U;
    float r = 0;
    if (e == 15 && m == 7) r = std::bit_cast<float>(0x7FC00000U);
    else if (e == 0) r = static_cast<float>(m) * 0x1p-9F;
    else r = std::bit_cast<float>(((e + 120U) << 23) | (m << 20));
    return (v & 0x80U) ? -r : r;
}

QS_HD inline float e5m2ToFloat(std::uint8_t v) { return halfToFloat(static_cast<std::uint16_t>(v << 8)); }

QS_HD inline float e4m3fnuzToFloat(std::uint8_t v)
{
    if (v == 0x80) return std::bit_cast<float>(0x7FC00000U);
    const unsigned e = (v >> 3) & 15U;
    const unsigned m = v & 7U;
    const float r = e == 0 ? static_cast<float>(m) * 0x1p-10F : std::bit_cast<float>(((e + 119U) << 23) | (m << 20));
    return (v & 0x80U) ? -r : r;
}

QS_HD inline float e5m2fnuzToFloat(std::uint8_t v)
{
    if (v == 0x80) return std::bit_cast<float>(0x7FC00000U);
    const unsigned e = (v >> 2) & 31U;
    const unsigned m = v & 3U;
    const float r = e == 0 ? static_cast<float>(m) * 0x1p-17F : std::bit_cast<float>(((e + 111U) << 23) | (m << 21));
    return (v & 0x80U) ? -r : r;
}

/// 2^(x-127); 255 is NaN.
QS_HD inline float e8m0ToFloat(std::uint8_t v)
{
    if (v == 255) return std::bit_cast<float>(0x7FC00000U);
    return v == 0 ? 0x1p-127F : std::bit_cast<float>(static_cast<std::uint32_t>(v) << 23);
}

/// E4M3, saturating at ±448 (NaN stays NaN).
QS_HD inline std::uint8_t floatToE4m3(float f)
{
    const std::uint8_t sign = std::signbit(f) ? 0x80 : 0;
    const float a = std::fabs(f);
    if (std::isnan(f)) return static_cast<std::uint8_t>(sign | 0x7F);
    if (a >= 464.0F) return static_cast<std::uint8_t>(sign | 0x7E);
    if (a < 0x1p-6F) return static_cast<std::uint8_t>(sign | static_cast<std::uint8_t>(std::nearbyint(a * 512.0F)));
    const std::uint32_t u = std::bit_cast<std::uint32_t>(a);
    const std::uint32_t r = u + 0x7FFFFU + ((u >> 20) & 1U);
    const std::uint32_t code = (r >> 20) - (120U << 3);
    return static_cast<std::uint8_t>(sign | (code > 0x7E ? 0x7E : code));
}

/// FP4 E2M1 value of the low four bits: magnitude 0 .5 1 1.5 2 3 4 6, bit 3 the sign.
QS_HD inline float e2m1ToFloat(unsigned code)
{
    constexpr float kMagnitude[8] = {0, 0.5F, 1, 1.5F, 2, 3, 4, 6};
    const float v = kMagnitude[code & 7U];
    return (code & 8U) ? -v : v;
}

} // namespace qs
