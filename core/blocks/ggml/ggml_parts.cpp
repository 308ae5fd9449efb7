// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/ggml_parts.h"

#include "core/blocks/ggml/block_decoders.h"

#include <algorithm>

namespace qs::blocks {
namespace {

using namespace ggml;
using Bytes = std::uint8_t*;
using ConstBytes = const std::uint8_t*;

template <int count, int zero>
constexpr std::array<std::int16_t, count> ladder()
{
    std::array<std::int16_t, count> out{};
    for (int i = 0; i < count; ++i) out[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i - zero);
    return out;
}
constexpr std::array<std::int16_t, 16> widened(const std::array<std::int8_t, 16>& table)
{
    std::array<std::int16_t, 16> out{};
    for (std::size_t i = 0; i < 16; ++i) out[i] = table[i];
    return out;
}

constexpr auto kSigned8 = ladder<8, 4>();
constexpr auto kSigned16 = ladder<16, 8>();
constexpr auto kSigned32 = ladder<32, 16>();
constexpr auto kSigned64 = ladder<64, 32>();
constexpr auto kSigned256 = ladder<256, 128>();
constexpr auto kUnsigned4 = ladder<4, 0>();
constexpr auto kUnsigned16 = ladder<16, 0>();
constexpr auto kUnsigned32 = ladder<32, 0>();
constexpr auto kIq4 = widened(kIq4Levels);
constexpr auto kFp4 = widened(kFp4Levels);

constexpr std::array<GgmlForm, 13> kForms{{
    {DType::Q4_0, 32, 4, false, false, kSigned16},
    {DType::Q4_1, 32, 4, true, false, kUnsigned16},
    {DType::Q5_0, 32, 5, false, false, kSigned32},
    {DType::Q5_1, 32, 5, true, false, kUnsigned32},
    {DType::Q8_0, 32, 8, false, false, kSigned256},
    {DType::Q2_K, 16, 2, true, true, kUnsigned4},
    {DType::Q3_K, 16, 3, false, true, kSigned8},
    {DType::Q4_K, 32, 4, true, true, kUnsigned16},
    {DType::Q5_K, 32, 5, true, true, kUnsigned32},
    {DType::Q6_K, 16, 6, false, true, kSigned64},
    {DType::IQ4_NL, 32, 4, false, false, kIq4},
    {DType::IQ4_XS, 32, 4, false, true, kIq4},
    {DType::MXFP4, 32, 4, false, false, kFp4},
}};

void store16(Bytes p, unsigned v)
{
    p[0] = static_cast<std::uint8_t>(v);
    p[1] = static_cast<std::uint8_t>(v >> 8);
}

/// Bytes of a 16-byte run of nibbles: elements 0..15 low, 16..31 high.
void setNibbles(const std::uint8_t* codes, Bytes q)
{
    for (int j = 0; j < 16; ++j) q[j] = static_cast<std::uint8_t>((codes[j] & 15) | (codes[j + 16] << 4));
}
void getNibbles(ConstBytes q, std::uint8_t* codes)
{
    for (int j = 0; j < 16; ++j) {
        codes[j] = q[j] & 15;
        codes[j + 16] = q[j] >> 4;
    }
}
/// The fifth bits of 32 elements, element i at bit i.
void setFifth(const std::uint8_t* codes, Bytes q)
{
    for (int b = 0; b < 4; ++b) {
        unsigned v = 0;
        for (int j = 0; j < 8; ++j) v |= ((codes[8 * b + j] >> 4) & 1U) << j;
        q[b] = static_cast<std::uint8_t>(v);
    }
}
void getFifth(ConstBytes q, std::uint8_t* codes)
{
    for (int i = 0; i < 32; ++i) codes[i] = static_cast<std::uint8_t>(codes[i] | (((q[i / 8] >> (i % 8)) & 1) << 4));
}
/// Two bits of 128 elements in 32 bytes: element 32·j + l in byte l at bit 2·j; `shift` picks the bits of the code.
void setPairs(const std::uint8_t* codes, int shift, Bytes q)
{
    for (int l = 0; l < 32; ++l)
        q[l] = static_cast<std::uint8_t>(((codes[l] >> shift) & 3) | (((codes[l + 32] >> shift) & 3) << 2)
                                         | (((codes[l + 64] >> shift) & 3) << 4) | (((codes[l + 96] >> shift) & 3) << 6));
}
void getPairs(ConstBytes q, int shift, std::uint8_t* codes)
{
    for (int j = 0; j < 4; ++j)
        for (int l = 0; l < 32; ++l)
            codes[32 * j + l] = static_cast<std::uint8_t>(codes[32 * j + l] | (((q[l] >> (2 * j)) & 3) << shift));
}
/// Nibbles of 64 elements in 32 bytes: the first 32 low, the others high.
void setWideNibbles(const std::uint8_t* codes, Bytes q)
{
    for (int l = 0; l < 32; ++l) q[l] = static_cast<std::uint8_t>((codes[l] & 15) | (codes[l + 32] << 4));
}
void getWideNibbles(ConstBytes q, std::uint8_t* codes)
{
    for (int l = 0; l < 32; ++l) {
        codes[l] = q[l] & 15;
        codes[l + 32] = q[l] >> 4;
    }
}
/// One bit of 256 elements in 32 bytes: element 32·j + l in byte l at bit j; bit `shift` of the code.
void setBits(const std::uint8_t* codes, int shift, Bytes q)
{
    for (int l = 0; l < 32; ++l) q[l] = 0;
    for (int j = 0; j < 8; ++j)
        for (int l = 0; l < 32; ++l)
            q[l] = static_cast<std::uint8_t>(q[l] | (((codes[32 * j + l] >> shift) & 1) << j));
}
void getBits(ConstBytes q, int shift, std::uint8_t* codes)
{
    for (int j = 0; j < 8; ++j)
        for (int l = 0; l < 32; ++l)
            codes[32 * j + l] = static_cast<std::uint8_t>(codes[32 * j + l] | (((q[l] >> j) & 1) << shift));
}

} // namespace

std::span<const GgmlForm> ggmlForms() { return kForms; }

const GgmlForm* ggmlForm(DType type)
{
    const auto at = std::find_if(kForms.begin(), kForms.end(), [&](const GgmlForm& f) { return f.type == type; });
    return at == kForms.end() ? nullptr : &*at;
}

void ggmlSetScales(DType type, const GgmlScales& s, std::byte* block)
{
    const Bytes out = reinterpret_cast<Bytes>(block);
    const auto byte = [](int v) { return static_cast<std::uint8_t>(v); };
    switch (type) {
    case DType::Q4_0:
    case DType::Q5_0:
    case DType::Q8_0:
    case DType::IQ4_NL: store16(out, s.d); break;
    case DType::Q4_1:
    case DType::Q5_1:
        store16(out, s.d);
        store16(out + 2, s.dmin);
        break;
    case DType::MXFP4: out[0] = byte(s.d); break;
    case DType::Q2_K:
        for (std::size_t g = 0; g < 16; ++g) out[g] = byte(s.sub[g] | (s.min[g] << 4));
        store16(out + 80, s.d);
        store16(out + 82, s.dmin);
        break;
    case DType::Q3_K: {
        const Bytes p = out + 96;
        std::fill(p, p + 12, std::uint8_t{0});
        for (std::size_t g = 0; g < 16; ++g) {
            const int v = s.sub[g] + 32;
            p[g % 8] = byte(p[g % 8] | ((v & 15) << (g < 8 ? 0 : 4)));
            p[8 + g % 4] = byte(p[8 + g % 4] | ((v >> 4) << (2 * (g / 4))));
        }
        store16(out + 108, s.d);
        break;
    }
    case DType::Q4_K:
    case DType::Q5_K: {
        store16(out, s.d);
        store16(out + 2, s.dmin);
        const Bytes p = out + 4;
        for (std::size_t j = 0; j < 4; ++j) {
            p[j] = byte(s.sub[j] | ((s.sub[j + 4] >> 4) << 6));
            p[j + 4] = byte(s.min[j] | ((s.min[j + 4] >> 4) << 6));
            p[j + 8] = byte((s.sub[j + 4] & 15) | ((s.min[j + 4] & 15) << 4));
        }
        break;
    }
    case DType::Q6_K:
        for (std::size_t g = 0; g < 16; ++g) out[192 + g] = byte(s.sub[g]);
        store16(out + 208, s.d);
        break;
    case DType::IQ4_XS: {
        store16(out, s.d);
        unsigned high = 0;
        for (std::size_t j = 0; j < 8; j += 2) {
            const int a = s.sub[j] + 32;
            const int b = s.sub[j + 1] + 32;
            out[4 + j / 2] = byte((a & 15) | ((b & 15) << 4));
            high |= static_cast<unsigned>((a >> 4) | ((b >> 4) << 2)) << (2 * j);
        }
        store16(out + 2, high);
        break;
    }
    default: break;
    }
}

void ggmlScales(DType type, const std::byte* block, float* scale, float* offset)
{
    const ConstBytes in = reinterpret_cast<ConstBytes>(block);
    switch (type) {
    case DType::Q4_0:
    case DType::Q5_0:
    case DType::Q8_0:
    case DType::IQ4_NL:
        scale[0] = loadHalf(in);
        offset[0] = 0;
        break;
    case DType::Q4_1:
    case DType::Q5_1:
        scale[0] = loadHalf(in);
        offset[0] = loadHalf(in + 2);
        break;
    case DType::MXFP4:
        scale[0] = mxfp4Factor(in[0]);
        offset[0] = 0;
        break;
    case DType::Q2_K:
        for (int g = 0; g < 16; ++g) {
            scale[g] = loadHalf(in + 80) * static_cast<float>(in[g] & 15);
            offset[g] = -(loadHalf(in + 82) * static_cast<float>(in[g] >> 4));
        }
        break;
    case DType::Q3_K:
        for (int g = 0; g < 16; ++g) scale[g] = loadHalf(in + 108) * static_cast<float>(scaleQ3K(in + 96, g));
        std::fill(offset, offset + 16, 0.0F);
        break;
    case DType::Q4_K:
    case DType::Q5_K:
        for (int j = 0; j < 8; ++j) {
            const ScaleMin sm = scaleMin(in + 4, j);
            scale[j] = loadHalf(in) * static_cast<float>(sm.scale);
            offset[j] = -(loadHalf(in + 2) * static_cast<float>(sm.min));
        }
        break;
    case DType::Q6_K:
        for (int g = 0; g < 16; ++g)
            scale[g] = loadHalf(in + 208) * static_cast<float>(static_cast<std::int8_t>(in[192 + g]));
        std::fill(offset, offset + 16, 0.0F);
        break;
    case DType::IQ4_XS:
        for (int j = 0; j < 8; ++j) scale[j] = loadHalf(in) * static_cast<float>(scaleIq4Xs(in, j));
        std::fill(offset, offset + 8, 0.0F);
        break;
    default: break;
    }
}

void ggmlCodes(DType type, const std::byte* block, std::uint8_t* codes)
{
    const ConstBytes in = reinterpret_cast<ConstBytes>(block);
    switch (type) {
    case DType::Q4_0:
    case DType::IQ4_NL: getNibbles(in + 2, codes); break;
    case DType::Q4_1: getNibbles(in + 4, codes); break;
    case DType::MXFP4: getNibbles(in + 1, codes); break;
    case DType::Q5_0:
        getNibbles(in + 6, codes);
        getFifth(in + 2, codes);
        break;
    case DType::Q5_1:
        getNibbles(in + 8, codes);
        getFifth(in + 4, codes);
        break;
    case DType::Q8_0:
        for (int j = 0; j < 32; ++j) codes[j] = in[2 + j] ^ 0x80U;
        break;
    case DType::Q2_K:
        std::fill(codes, codes + 256, std::uint8_t{0});
        for (int half = 0; half < 2; ++half) getPairs(in + 16 + 32 * half, 0, codes + 128 * half);
        break;
    case DType::Q3_K:
        std::fill(codes, codes + 256, std::uint8_t{0});
        for (int half = 0; half < 2; ++half) getPairs(in + 32 + 32 * half, 0, codes + 128 * half);
        getBits(in, 2, codes);
        break;
    case DType::Q4_K:
        for (int j = 0; j < 4; ++j) getWideNibbles(in + 16 + 32 * j, codes + 64 * j);
        break;
    case DType::Q5_K:
        for (int j = 0; j < 4; ++j) getWideNibbles(in + 48 + 32 * j, codes + 64 * j);
        getBits(in + 16, 4, codes);
        break;
    case DType::Q6_K:
        for (int half = 0; half < 2; ++half) {
            std::uint8_t* c = codes + 128 * half;
            for (int l = 0; l < 64; ++l) {
                c[l] = in[64 * half + l] & 15;
                c[l + 64] = in[64 * half + l] >> 4;
            }
            getPairs(in + 128 + 32 * half, 4, c);
        }
        break;
    case DType::IQ4_XS:
        for (int j = 0; j < 8; ++j) getNibbles(in + 8 + 16 * j, codes + 32 * j);
        break;
    default: break;
    }
}

void ggmlSetCodes(DType type, const std::uint8_t* codes, std::byte* block)
{
    const Bytes out = reinterpret_cast<Bytes>(block);
    switch (type) {
    case DType::Q4_0:
    case DType::IQ4_NL: setNibbles(codes, out + 2); break;
    case DType::Q4_1: setNibbles(codes, out + 4); break;
    case DType::MXFP4: setNibbles(codes, out + 1); break;
    case DType::Q5_0:
        setNibbles(codes, out + 6);
        setFifth(codes, out + 2);
        break;
    case DType::Q5_1:
        setNibbles(codes, out + 8);
        setFifth(codes, out + 4);
        break;
    case DType::Q8_0:
        for (int j = 0; j < 32; ++j) out[2 + j] = codes[j] ^ 0x80U;
        break;
    case DType::Q2_K:
        for (int half = 0; half < 2; ++half) setPairs(codes + 128 * half, 0, out + 16 + 32 * half);
        break;
    case DType::Q3_K:
        for (int half = 0; half < 2; ++half) setPairs(codes + 128 * half, 0, out + 32 + 32 * half);
        setBits(codes, 2, out);
        break;
    case DType::Q4_K:
        for (int j = 0; j < 4; ++j) setWideNibbles(codes + 64 * j, out + 16 + 32 * j);
        break;
    case DType::Q5_K:
        for (int j = 0; j < 4; ++j) setWideNibbles(codes + 64 * j, out + 48 + 32 * j);
        setBits(codes, 4, out + 16);
        break;
    case DType::Q6_K:
        for (int half = 0; half < 2; ++half) {
            const std::uint8_t* c = codes + 128 * half;
            for (int l = 0; l < 64; ++l)
                out[64 * half + l] = static_cast<std::uint8_t>((c[l] & 15) | (c[l + 64] << 4));
            setPairs(c, 4, out + 128 + 32 * half);
        }
        break;
    case DType::IQ4_XS:
        for (int j = 0; j < 8; ++j) setNibbles(codes + 32 * j, out + 8 + 16 * j);
        break;
    default: break;
    }
}

} // namespace qs::blocks
