// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/block_decoders.h"

// Types whose levels come from tables: IQ4 (one element at a time), IQ1, IQ2 and IQ3 (four or eight at a time).
namespace qs::blocks::ggml {
namespace {

#include "core/blocks/ggml/iq_tables_table.inc"

/// Unfolds a table of words (make_iq_tables.py) into rows of `elements` levels.
template <int elements, std::size_t rows, std::size_t levels>
constexpr auto unfold(const std::uint16_t (&words)[rows], const std::int8_t (&level)[levels])
{
    constexpr int bits = elements == 8 ? 2 : 3;
    std::array<std::array<std::int8_t, elements>, rows> out{};
    for (std::size_t r = 0; r < rows; ++r)
        for (int i = 0; i < elements; ++i)
            out[r][static_cast<std::size_t>(i)] = level[(words[r] >> (bits * i)) & ((1 << bits) - 1)];
    return out;
}

constexpr auto kIq2Xxs = unfold<8>(kIq2XxsWords, kIq2XxsLevels);
constexpr auto kIq2Xs = unfold<8>(kIq2XsWords, kIq2XsLevels);
constexpr auto kIq2S = unfold<8>(kIq2SWords, kIq2SLevels);
constexpr auto kIq3Xxs = unfold<4>(kIq3XxsWords, kIq3XxsLevels);
constexpr auto kIq3S = unfold<4>(kIq3SWords, kIq3SLevels);
constexpr auto kIq1S = unfold<8>(kIq1SWords, kIq1SLevels);

/// Eight sign bits from a 7-bit index: the eighth makes their number even.
unsigned signsOf(unsigned index) { return index | ((static_cast<unsigned>(std::popcount(index)) & 1U) << 7); }

/// Writes `count` elements: factor · level · sign, bit j of `signs` set meaning minus.
template <std::size_t count>
void put(float* out, float factor, const std::array<std::int8_t, count>& row, unsigned signs)
{
    for (std::size_t j = 0; j < count; ++j) {
        const float v = factor * static_cast<float>(row[j]);
        out[j] = ((signs >> j) & 1U) != 0 ? -v : v;
    }
}

constexpr float kDelta = 0.125F;

void putDelta(float* out, float factor, const std::array<std::int8_t, 8>& row, float delta)
{
    for (std::size_t j = 0; j < 8; ++j) out[j] = factor * (static_cast<float>(row[j]) + delta);
}

float level4(unsigned code) { return static_cast<float>(kIq4Levels[code]); }

} // namespace

void decodeIQ4_NL(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 18, out += 32) {
        const float d = loadHalf(in);
        for (int j = 0; j < 16; ++j) {
            out[j] = d * level4(in[2 + j] & 15U);
            out[j + 16] = d * level4(in[2 + j] >> 4U);
        }
    }
}

void decodeIQ4_XS(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 136, out += 256) {
        const float d = loadHalf(in);
        for (int s = 0; s < 8; ++s) {
            const float scale = d * static_cast<float>(scaleIq4Xs(in, s));
            const std::uint8_t* q = in + 8 + 16 * s;
            for (int j = 0; j < 16; ++j) {
                out[32 * s + j] = scale * level4(q[j] & 15U);
                out[32 * s + j + 16] = scale * level4(q[j] >> 4U);
            }
        }
    }
}

void decodeIQ2_XXS(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 66) {
        const float d = loadHalf(in);
        for (int ib = 0; ib < 8; ++ib) {
            const std::uint8_t* part = in + 2 + 8 * ib;
            const std::uint32_t w = load32(part + 4);
            const float factor = d * (0.5F + static_cast<float>(w >> 28)) * 0.25F;
            for (int l = 0; l < 4; ++l, out += 8) put(out, factor, kIq2Xxs[part[l]], signsOf((w >> (7 * l)) & 127U));
        }
    }
}

void decodeIQ2_XS(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 74) {
        const float d = loadHalf(in);
        for (int g = 0; g < 32; ++g, out += 8) {
            const unsigned q = load16(in + 2 + 2 * g);
            const int scale = (in[66 + g / 4] >> (4 * (g % 4 / 2))) & 15;
            const float factor = d * (0.5F + static_cast<float>(scale)) * 0.25F;
            put(out, factor, kIq2Xs[q & 511U], signsOf(q >> 9));
        }
    }
}

void decodeIQ2_S(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 82) {
        const float d = loadHalf(in);
        for (int g = 0; g < 32; ++g, out += 8) {
            const unsigned high = (in[66 + g / 4] >> (2 * (g % 4))) & 3U;
            const int scale = (in[74 + g / 4] >> (4 * (g % 4 / 2))) & 15;
            const float factor = d * (0.5F + static_cast<float>(scale)) * 0.25F;
            put(out, factor, kIq2S[in[2 + g] | (high << 8)], in[34 + g]);
        }
    }
}

void decodeIQ3_XXS(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 98) {
        const float d = loadHalf(in);
        for (int ib = 0; ib < 8; ++ib) {
            const std::uint32_t w = load32(in + 66 + 4 * ib);
            const float factor = d * (0.5F + static_cast<float>(w >> 28)) * 0.5F;
            for (int l = 0; l < 4; ++l, out += 8) {
                const unsigned signs = signsOf((w >> (7 * l)) & 127U);
                put(out, factor, kIq3Xxs[in[2 + 8 * ib + 2 * l]], signs);
                put(out + 4, factor, kIq3Xxs[in[3 + 8 * ib + 2 * l]], signs >> 4);
            }
        }
    }
}

void decodeIQ3_S(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 110) {
        const float d = loadHalf(in);
        for (int ib = 0; ib < 8; ++ib) {
            const int scale = (in[106 + ib / 2] >> (4 * (ib % 2))) & 15;
            const float factor = d * static_cast<float>(1 + 2 * scale);
            const unsigned qh = in[66 + ib];
            for (int l = 0; l < 4; ++l, out += 8) {
                const unsigned signs = in[74 + 4 * ib + l];
                const unsigned first = in[2 + 8 * ib + 2 * l] | (((qh >> (2 * l)) & 1U) << 8);
                const unsigned second = in[3 + 8 * ib + 2 * l] | (((qh >> (2 * l + 1)) & 1U) << 8);
                put(out, factor, kIq3S[first], signs);
                put(out + 4, factor, kIq3S[second], signs >> 4);
            }
        }
    }
}

void decodeIQ1_S(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 50) {
        const float d = loadHalf(in);
        for (int ib = 0; ib < 8; ++ib) {
            const unsigned high = load16(in + 34 + 2 * ib);
            const float factor = d * static_cast<float>(2U * ((high >> 12) & 7U) + 1U);
            const float delta = (high & 0x8000U) != 0 ? -kDelta : kDelta;
            for (int l = 0; l < 4; ++l, out += 8)
                putDelta(out, factor, kIq1S[in[2 + 4 * ib + l] | (((high >> (3 * l)) & 7U) << 8)], delta);
        }
    }
}

void decodeIQ1_M(const std::uint8_t* in, float* out, std::size_t blocks)
{
    for (; blocks > 0; --blocks, in += 56) {
        unsigned bits = 0;
        for (int k = 0; k < 4; ++k) bits |= (load16(in + 48 + 2 * k) >> 12U) << (4 * k);
        const float d = halfToFloat(static_cast<std::uint16_t>(bits));
        for (int g = 0; g < 32; ++g, out += 8) {
            const int ib = g / 4;
            const unsigned scale = (load16(in + 48 + 2 * (ib / 2)) >> (6 * (ib % 2) + 3 * (g % 4 / 2))) & 7U;
            const unsigned n = (in[32 + g / 2] >> (4 * (g % 2))) & 15U;
            const float factor = d * static_cast<float>(2U * scale + 1U);
            putDelta(out, factor, kIq1S[in[g] | ((n & 7U) << 8)], (n & 8U) != 0 ? -kDelta : kDelta);
        }
    }
}

} // namespace qs::blocks::ggml
