// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/block_decoders.h"

namespace qs::blocks::ggml {

void decodeQ4_0(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 18, out += 32) {
        const float d = loadHalf(in);
        for (int j = 0; j < 16; ++j) {
            out[j] = static_cast<float>((in[2 + j] & 15) - 8) * d;
            out[j + 16] = static_cast<float>((in[2 + j] >> 4) - 8) * d;
        }
    }
}

void decodeQ4_1(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 20, out += 32) {
        const float d = loadHalf(in);
        const float m = loadHalf(in + 2);
        for (int j = 0; j < 16; ++j) {
            out[j] = static_cast<float>(in[4 + j] & 15) * d + m;
            out[j + 16] = static_cast<float>(in[4 + j] >> 4) * d + m;
        }
    }
}

void decodeQ5_0(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 22, out += 32) {
        const float d = loadHalf(in);
        const std::uint32_t qh = load32(in + 2);
        for (int j = 0; j < 16; ++j) {
            const int low = (in[6 + j] & 15) | static_cast<int>(((qh >> j) & 1U) << 4);
            const int high = (in[6 + j] >> 4) | static_cast<int>(((qh >> (j + 16)) & 1U) << 4);
            out[j] = static_cast<float>(low - 16) * d;
            out[j + 16] = static_cast<float>(high - 16) * d;
        }
    }
}

void decodeQ5_1(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 24, out += 32) {
        const float d = loadHalf(in);
        const float m = loadHalf(in + 2);
        const std::uint32_t qh = load32(in + 4);
        for (int j = 0; j < 16; ++j) {
            const int low = (in[8 + j] & 15) | static_cast<int>(((qh >> j) & 1U) << 4);
            const int high = (in[8 + j] >> 4) | static_cast<int>(((qh >> (j + 16)) & 1U) << 4);
            out[j] = static_cast<float>(low) * d + m;
            out[j + 16] = static_cast<float>(high) * d + m;
        }
    }
}

namespace {

/// 32 signed bytes at `offset` of each block of `size` bytes, times the scale at its start.
void decodeBytes(const std::uint8_t* in, float* out, std::size_t blocks, int offset, int size)
{
    for (; blocks > 0; --blocks, in += size, out += 32) {
        const float d = loadHalf(in);
        for (int j = 0; j < 32; ++j) out[j] = static_cast<float>(static_cast<std::int8_t>(in[offset + j])) * d;
    }
}

} // namespace

void decodeQ8_0(const std::uint8_t* in, float* out, std::size_t blocks) { decodeBytes(in, out, blocks, 2, 34); }
void decodeQ8_1(const std::uint8_t* in, float* out, std::size_t blocks) { decodeBytes(in, out, blocks, 4, 36); }

} // namespace qs::blocks::ggml
