// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/float_bits.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// The decoders of the ggml block types, by topic. Each turns `blocks` consecutive blocks into floats, with the F32
/// products in the order of formats.md A2.5 and A2.6, which is what makes the result bit-identical to ggml's.
/// Private to core/blocks/ggml.
namespace qs::blocks::ggml {

using BlockDecoder = void (*)(const std::uint8_t* in, float* out, std::size_t blocks);

/// Non-linear 4-bit levels of IQ4_NL and IQ4_XS.
inline constexpr std::array<std::int8_t, 16> kIq4Levels{-127, -104, -83, -65, -49, -35, -22, -10,
                                                        1,    13,   25,  38,  53,  69,  89,  113};
/// Twice the E2M1 values, by code: levels of MXFP4 and NVFP4.
inline constexpr std::array<std::int8_t, 16> kFp4Levels{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

inline std::uint16_t load16(const std::uint8_t* p) { return static_cast<std::uint16_t>(p[0] | (p[1] << 8)); }
inline std::uint32_t load32(const std::uint8_t* p)
{
    return p[0] | (std::uint32_t(p[1]) << 8) | (std::uint32_t(p[2]) << 16) | (std::uint32_t(p[3]) << 24);
}
inline float loadHalf(const std::uint8_t* p) { return halfToFloat(load16(p)); }

/// 2^(e-128), the factor of MXFP4's integer levels; 255 is NaN (the OCP rule).
inline float mxfp4Factor(std::uint8_t e)
{
    if (e == 255) return std::bit_cast<float>(0x7FC00000U);
    return std::bit_cast<float>(e < 2 ? 0x00200000U << e : (std::uint32_t(e) - 1U) << 23);
}

/// Scale and minimum of sub-block j (0..7) of Q4_K and Q5_K, six bits each, from their twelve bytes.
struct ScaleMin {
    int scale;
    int min;
};
inline ScaleMin scaleMin(const std::uint8_t* s, int j)
{
    if (j < 4) return {s[j] & 63, s[j + 4] & 63};
    return {(s[j + 4] & 15) | ((s[j - 4] >> 6) << 4), (s[j + 4] >> 4) | ((s[j] >> 6) << 4)};
}

/// Signed scale (-32..31) of sub-block g (0..15) of Q3_K, from its twelve bytes.
inline int scaleQ3K(const std::uint8_t* s, int g)
{
    const int low = g < 8 ? s[g] & 15 : s[g - 8] >> 4;
    const int high = (s[8 + g % 4] >> (2 * (g / 4))) & 3;
    return (low | (high << 4)) - 32;
}

/// Signed scale (-32..31) of sub-block j (0..7) of IQ4_XS; `block` is the whole block.
inline int scaleIq4Xs(const std::uint8_t* block, int j)
{
    const int low = (block[4 + j / 2] >> (4 * (j % 2))) & 15;
    const int high = (load16(block + 2) >> (2 * j)) & 3;
    return (low | (high << 4)) - 32;
}

// Legacy types: one scale for 32 elements.
void decodeQ4_0(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ4_1(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ5_0(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ5_1(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ8_0(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ8_1(const std::uint8_t* in, float* out, std::size_t blocks);
// K-quants: 256 elements with scales of sub-blocks.
void decodeQ2_K(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ3_K(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ4_K(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ5_K(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ6_K(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ8_K(const std::uint8_t* in, float* out, std::size_t blocks);
// Types with tables of levels or of vectors of levels.
void decodeIQ4_NL(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ4_XS(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ2_XXS(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ2_XS(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ2_S(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ3_XXS(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ3_S(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ1_S(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeIQ1_M(const std::uint8_t* in, float* out, std::size_t blocks);
// Ternary, 1- and 2-bit and FP4 types.
void decodeTQ1_0(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeTQ2_0(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ1_0(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeQ2_0(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeMXFP4(const std::uint8_t* in, float* out, std::size_t blocks);
void decodeNVFP4(const std::uint8_t* in, float* out, std::size_t blocks);

} // namespace qs::blocks::ggml
