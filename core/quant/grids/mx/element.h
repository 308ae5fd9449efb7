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
inline LevelSearch ggmlSearch()
{
    constexpr float kSmallest = -std::numeric_limits<float>::infinity();
    LevelSearch s = LevelSearch::midpoints(std::array<float, 15>{-6, -4, -3, -2, -1.5F, -1, -0.5F, 0, 0.5F, 1, 1.5F, 2, 3, 4, 6});
    for (std::size_t i = 0; i < 7; ++i) s.at[i] = std::nextafter(s.at[i], kSmallest); // on it: the upper, smaller one
    constexpr std::uint8_t kCodes[15] = {15, 14, 13, 12, 11, 10, 9, 0, 1, 2, 3, 4, 5, 6, 7};
    std::copy(std::begin(kCodes), std::end(kCodes), s.code);
    s.isMapped = true;
    return s;
}

/// Chooses codes of one or several blocks of a row, each with its byte.
class MxEncoder {
public:
    MxEncoder(const MxFormat& format, MxScale rule, Ties ties) : m_format(format), m_rule(rule), m_ties(ties)
    {
        if (rule == MxScale::Ggml) m_search = ggmlSearch();
        else if (isSearched()) m_search = LevelSearch::minifloat(format.spec);
    }
    /// Codes of n weights; `bytes` are those of their blocks.
    void encode(const float* w, std::size_t n, const std::uint8_t* bytes, std::uint8_t* codes) const
    {
        constexpr std::size_t kAtOnce = 64;
        constexpr auto kBlock = static_cast<std::size_t>(kMxBlock);
        const GroupKernels& kernels = groupKernels();
        for (std::size_t from = 0; from < n; from += kAtOnce * kBlock, bytes += kAtOnce) {
            const std::size_t count = std::min(n - from, kAtOnce * kBlock);
            float inverse[kAtOnce];
            for (std::size_t b = 0; b * kBlock < count; ++b) inverse[b] = mxInverse(bytes[b]);
            if (m_format.integer) {
                for (std::size_t i = from; i < from + count; ++i)
                    codes[i] = encodeMxInt8(w[i] * inverse[(i - from) / kBlock], m_ties);
            } else if (m_rule == MxScale::Ggml || isSearched()) {
                kernels.encodeLevels(w + from, count, kBlock, m_search, Scaling::Factor, inverse, nullptr, codes + from);
            } else {
                kernels.encodeMinifloats(w + from, count, kBlock, m_format.spec, m_ties, Scaling::Factor, inverse, codes + from);
            }
        }
    }

private:
    // Up to sixteen levels are searched for, with ties to even.
    bool isSearched() const { return !m_format.integer && m_format.bits() <= 4 && m_ties == Ties::Even; }
    MxFormat m_format;
    MxScale m_rule;
    Ties m_ties;
    LevelSearch m_search{};
};

} // namespace qs::quant
