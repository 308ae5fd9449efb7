// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/block_decoders.h"

// Ternary, one- and two-bit, and four-bit floating-point types.
namespace qs::blocks::ggml {
namespace {

/// Trit n (0..4) of a byte, times d: the byte is a fixed-point fraction in base 3.
float trit(std::uint8_t byte, std::uint8_t power, float d)
{
    const auto shifted = static_cast<std::uint8_t>(byte * power);
    return static_cast<float>(((shifted * 3) >> 8) - 1) * d;
}

constexpr std::uint8_t kPowersOf3[5] = {1, 3, 9, 27, 81};

/// Unsigned E4M3 as ggml reads NVFP4's scales: bit 7 ignored, 0x7F is 0, and no other NaN.
float nvfp4Scale(std::uint8_t v)
{
    if (v == 0 || v == 0x7F) return 0.0F;
    const unsigned e = (v >> 3) & 15U;
    const unsigned m = v & 7U;
    return e == 0 ? static_cast<float>(m) * 0x1p-9F : std::bit_cast<float>(((e + 120U) << 23) | (m << 20));
}

} // namespace

void decodeTQ1_0(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 54) {
        const float d = loadHalf(in + 52);
        for (const std::uint8_t power : kPowersOf3)
            for (int j = 0; j < 32; ++j) *out++ = trit(in[j], power, d);
        for (const std::uint8_t power : kPowersOf3)
            for (int j = 0; j < 16; ++j) *out++ = trit(in[32 + j], power, d);
        for (int n = 0; n < 4; ++n)
            for (int j = 0; j < 4; ++j) *out++ = trit(in[48 + j], kPowersOf3[n], d);
    }
}

void decodeTQ2_0(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 66) {
        const float d = loadHalf(in + 64);
        for (int half = 0; half < 64; half += 32)
            for (int shift = 0; shift < 8; shift += 2)
                for (int j = 0; j < 32; ++j) *out++ = static_cast<float>(((in[half + j] >> shift) & 3) - 1) * d;
    }
}

void decodeQ1_0(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 18, out += 128) {
        const float d = loadHalf(in);
        for (int i = 0; i < 128; ++i) out[i] = ((in[2 + i / 8] >> (i % 8)) & 1) != 0 ? d : -d;
    }
}

void decodeQ2_0(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 18, out += 64) {
        const float d = loadHalf(in);
        for (int i = 0; i < 64; ++i) out[i] = static_cast<float>(((in[2 + i / 4] >> (2 * (i % 4))) & 3) - 1) * d;
    }
}

void decodeMXFP4(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 17, out += 32) {
        const float d = mxfp4Factor(in[0]);
        for (int j = 0; j < 16; ++j) {
            out[j] = static_cast<float>(kFp4Levels[in[1 + j] & 15]) * d;
            out[j + 16] = static_cast<float>(kFp4Levels[in[1 + j] >> 4]) * d;
        }
    }
}

void decodeNVFP4(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 36, out += 64) {
        for (int s = 0; s < 4; ++s) {
            const float d = nvfp4Scale(in[s]) * 0.5F;
            const std::uint8_t* q = in + 4 + 8 * s;
            for (int j = 0; j < 8; ++j) {
                out[16 * s + j] = static_cast<float>(kFp4Levels[q[j] & 15]) * d;
                out[16 * s + j + 8] = static_cast<float>(kFp4Levels[q[j] >> 4]) * d;
            }
        }
    }
}

} // namespace qs::blocks::ggml
