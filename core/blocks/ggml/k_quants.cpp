// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/block_decoders.h"

namespace qs::blocks::ggml {

void decodeQ2_K(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 84, out += 256) {
        const float d = loadHalf(in + 80);
        const float dmin = loadHalf(in + 82);
        for (int g = 0; g < 16; ++g) {
            const float scale = d * static_cast<float>(in[g] & 15);
            const float min = dmin * static_cast<float>(in[g] >> 4);
            const int shift = 2 * (g % 8 / 2);
            const std::uint8_t* q = in + 16 + 32 * (g / 8) + 16 * (g % 2);
            for (int l = 0; l < 16; ++l) out[16 * g + l] = scale * static_cast<float>((q[l] >> shift) & 3) - min;
        }
    }
}

void decodeQ3_K(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 110, out += 256) {
        const float d = loadHalf(in + 108);
        for (int g = 0; g < 16; ++g) {
            const float scale = d * static_cast<float>(scaleQ3K(in + 96, g));
            const int bit = g / 2;
            const int shift = 2 * (bit % 4);
            const std::uint8_t* q = in + 32 + 32 * (g / 8) + 16 * (g % 2);
            const std::uint8_t* high = in + 16 * (g % 2);
            for (int l = 0; l < 16; ++l) {
                const int code = ((q[l] >> shift) & 3) | (((high[l] >> bit) & 1) << 2);
                out[16 * g + l] = scale * static_cast<float>(code - 4);
            }
        }
    }
}

void decodeQ4_K(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 144, out += 256) {
        const float d = loadHalf(in);
        const float dmin = loadHalf(in + 2);
        for (int j = 0; j < 8; ++j) {
            const ScaleMin sm = scaleMin(in + 4, j);
            const float scale = d * static_cast<float>(sm.scale);
            const float min = dmin * static_cast<float>(sm.min);
            const int shift = 4 * (j % 2);
            const std::uint8_t* q = in + 16 + 32 * (j / 2);
            for (int l = 0; l < 32; ++l) out[32 * j + l] = scale * static_cast<float>((q[l] >> shift) & 15) - min;
        }
    }
}

void decodeQ5_K(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 176, out += 256) {
        const float d = loadHalf(in);
        const float dmin = loadHalf(in + 2);
        for (int j = 0; j < 8; ++j) {
            const ScaleMin sm = scaleMin(in + 4, j);
            const float scale = d * static_cast<float>(sm.scale);
            const float min = dmin * static_cast<float>(sm.min);
            const int shift = 4 * (j % 2);
            const std::uint8_t* high = in + 16;
            const std::uint8_t* q = in + 48 + 32 * (j / 2);
            for (int l = 0; l < 32; ++l) {
                const int code = ((q[l] >> shift) & 15) | (((high[l] >> j) & 1) << 4);
                out[32 * j + l] = scale * static_cast<float>(code) - min;
            }
        }
    }
}

void decodeQ6_K(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 210, out += 256) {
        const float d = loadHalf(in + 208);
        for (int g = 0; g < 16; ++g) {
            const float scale = d * static_cast<float>(static_cast<std::int8_t>(in[192 + g]));
            const int half = g / 8;
            const int k = g % 8 / 2;
            const int l0 = 16 * (g % 2);
            const std::uint8_t* low = in + 64 * half + 32 * (k & 1) + l0;
            const std::uint8_t* high = in + 128 + 32 * half + l0;
            const int lowShift = k < 2 ? 0 : 4;
            for (int l = 0; l < 16; ++l) {
                const int code = ((low[l] >> lowShift) & 15) | (((high[l] >> (2 * k)) & 3) << 4);
                out[16 * g + l] = scale * static_cast<float>(code - 32);
            }
        }
    }
}

void decodeQ8_K(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 292, out += 256) {
        const float d = std::bit_cast<float>(load32(in));
        for (int j = 0; j < 256; ++j) out[j] = d * static_cast<float>(static_cast<std::int8_t>(in[4 + j]));
    }
}

} // namespace qs::blocks::ggml
