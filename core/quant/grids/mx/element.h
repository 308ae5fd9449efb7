// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/grid_kernels.h"
#include "core/quant/minifloat.h"
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

namespace qs::quant {

inline constexpr Index kMxBlock = 32;

struct MxFormat {
    std::string_view name;
    MinifloatSpec spec; ///< unused for MXINT8
    bool integer = false;
    int bits() const { return integer ? 8 : spec.bits(); }
    int emax() const { return integer ? 0 : spec.emax; }
};

inline constexpr MxFormat kMxFormats[] = {
    {"mxfp4", kE2M1},      {"mxfp6_e2m3", kE2M3}, {"mxfp6_e3m2", kE3M2},
    {"mxfp8_e4m3", kE4M3}, {"mxfp8_e5m2", kE5M2}, {"mxint8", {}, true},
};

enum class MxScale {
    Floor,         ///< OCP, microxcaling: floor(log2 absmax) − emax
    ThreeQuarters, ///< compressed-tensors: an absmax from 1.75·2^k on counts as 2^(k+1)
    Ggml,          ///< ggml's MXFP4: as Floor; ties to the smaller magnitude, no −0
    Best           ///< Floor's or one more, whichever has the smaller squared error
};

/// Largest byte with which every element stays finite.
inline int mxLargestByte(int emax) { return 254 - emax; }

/// E8M0 byte of a block.
inline std::uint8_t mxScaleByte(float absmax, int emax, MxScale rule)
{
    if (absmax == 0.0F) return 0;
    if (rule == MxScale::ThreeQuarters)
        absmax = std::bit_cast<float>((std::bit_cast<std::uint32_t>(absmax) + (1U << 21)) & 0x7F800000U);
    const int exponent = std::isinf(absmax) ? 128 : absmax == 0.0F ? -127 : std::ilogb(absmax);
    return static_cast<std::uint8_t>(std::clamp(exponent - emax + 127, 0, mxLargestByte(emax)));
}

/// 1/scale of a byte, exact.
inline float mxInverse(std::uint8_t byte) { return std::ldexp(1.0F, 127 - static_cast<int>(byte)); }

/// MXINT8 element: round(64·x) as a two's complement byte, ±127 (OCP MX 1.0 §5.3.4; microxcaling is symmetric).
inline std::uint8_t encodeMxInt8(float x, Ties ties)
{
    const float t = x * 64.0F;
    const float q = std::clamp(ties == Ties::Away ? std::round(t) : std::nearbyint(t), -127.0F, 127.0F);
    return static_cast<std::uint8_t>(static_cast<std::int8_t>(q));
}

/// ggml's MXFP4 search: the smallest index with the least distance, so ties go to the smaller magnitude.
inline Thresholds ggmlThresholds()
{
    constexpr float kSmallest = -std::numeric_limits<float>::infinity();
    Thresholds t = Thresholds::midpoints(std::array<float, 15>{-6, -4, -3, -2, -1.5F, -1, -0.5F, 0, 0.5F, 1, 1.5F, 2, 3, 4, 6});
    for (std::size_t i = 0; i < 7; ++i) t.at[i] = std::nextafter(t.at[i], kSmallest); // on it: the upper, smaller one
    return t;
}
inline constexpr std::uint8_t kGgmlCode[15] = {15, 14, 13, 12, 11, 10, 9, 0, 1, 2, 3, 4, 5, 6, 7};

/// Codes of one run of a block.
inline void encodeMxRun(std::span<const float> w, const MxFormat& format, MxScale rule, Ties ties, std::uint8_t byte,
                        std::uint8_t* codes)
{
    float x[kMxBlock];
    multiplyBy(w, mxInverse(byte), x);
    if (format.integer) {
        for (std::size_t i = 0; i < w.size(); ++i) codes[i] = encodeMxInt8(x[i], ties);
    } else if (rule == MxScale::Ggml) {
        static const Thresholds thresholds = ggmlThresholds();
        countBelow({x, w.size()}, thresholds, codes);
        for (std::size_t i = 0; i < w.size(); ++i) codes[i] = kGgmlCode[codes[i]];
    } else {
        encodeMinifloats({x, w.size()}, format.spec, ties, codes);
    }
}

} // namespace qs::quant
