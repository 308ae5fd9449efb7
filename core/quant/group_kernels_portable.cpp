// SPDX-License-Identifier: GPL-3.0-or-later
// The loops in plain C++: for processors without AVX2, and the definition that the other levels must meet bit for bit.
#include "core/quant/group_kernels.h"

#include "core/tensor/float_bits.h"

#include <bit>
#include <limits>

namespace qs::quant {
namespace {

#include "core/quant/group_kernels_loops.inc"

void ranges(const float* x, std::size_t n, std::size_t size, bool withZero, Range* out)
{
    forEachGroup(n, size, [&](std::size_t g, std::size_t begin, std::size_t end) {
        rangeOfGroup(x + begin, end - begin, withZero, out[g]);
    });
}

void findPlaces(const float* __restrict x, std::size_t n, const float* __restrict at, std::int32_t* __restrict places)
{
    const float a0 = at[0], a1 = at[1], a2 = at[2], a3 = at[3], a4 = at[4], a5 = at[5], a6 = at[6], a7 = at[7];
    const float a8 = at[8], a9 = at[9], a10 = at[10], a11 = at[11], a12 = at[12], a13 = at[13], a14 = at[14];
    for (std::size_t i = 0; i < n; ++i) {
        const float v = x[i]; // one comparison with the middle picks the half, seven the place in it
        const bool upper = v > a7;
        places[i] = (upper ? 8 : 0) + (v > (upper ? a8 : a0)) + (v > (upper ? a9 : a1)) + (v > (upper ? a10 : a2))
            + (v > (upper ? a11 : a3)) + (v > (upper ? a12 : a4)) + (v > (upper ? a13 : a5))
            + (v > (upper ? a14 : a6));
    }
}

void encodeLevels(const float* x, std::size_t n, std::size_t size, const LevelSearch& search, Scaling by,
                  const float* scale, const float* negative, std::uint8_t* codes)
{
    float scaled[kBuffer];
    float magnitude[kBuffer];
    std::int32_t places[kBuffer];
    forEachGroup(n, size, [&](std::size_t g, std::size_t begin, std::size_t end) {
        for (std::size_t from = begin; from < end; from += kBuffer) {
            const std::size_t count = end - from < kBuffer ? end - from : kBuffer;
            scaleBy(by, x + from, count, scale[g], by == Scaling::SideQuotient ? negative[g] : 0, scaled);
            if (search.signBit == 0) {
                findPlaces(scaled, count, search.at, places);
                for (std::size_t i = 0; i < count; ++i) codes[from + i] = search.code[places[i]];
                continue;
            }
            for (std::size_t i = 0; i < count; ++i) magnitude[i] = scaled[i] < 0 ? -scaled[i] : scaled[i];
            findPlaces(magnitude, count, search.at, places);
            for (std::size_t i = 0; i < count; ++i)
                codes[from + i] = static_cast<std::uint8_t>(
                    search.code[places[i]] | (std::bit_cast<std::int32_t>(scaled[i]) < 0 ? search.signBit : 0));
        }
    });
}

void encodeUniform(const float* x, std::size_t n, std::size_t size, const float* scale, const float* zero,
                   std::size_t zeroStep, float top, std::uint8_t* codes)
{
    std::int32_t wide[kBuffer];
    forEachGroup(n, size, [&](std::size_t g, std::size_t begin, std::size_t end) {
        const float s = scale[g] == 0.0F ? kInf : scale[g];
        const float z = zero[g * zeroStep];
        const float lo = -z;
        const float hi = top - z;
        for (std::size_t at = begin; at < end; at += kBuffer) {
            const std::size_t count = end - at < kBuffer ? end - at : kBuffer;
            for (std::size_t i = 0; i < count; ++i) {
                float v = x[at + i] / s;
                v = v < lo ? lo : v; // the bounds are whole, so clamping before rounding gives the same codes
                v = v > hi ? hi : v;
                wide[i] = static_cast<std::int32_t>(((v + kMagic) - kMagic) + z);
            }
            for (std::size_t i = 0; i < count; ++i) codes[at + i] = static_cast<std::uint8_t>(wide[i]);
        }
    });
}

void decodeUniform(const std::uint8_t* codes, std::size_t n, std::size_t size, const float* scale, const float* zero,
                   std::size_t zeroStep, float* out)
{
    forEachGroup(n, size, [&](std::size_t g, std::size_t begin, std::size_t end) {
        const float s = scale[g];
        const float z = zero[g * zeroStep];
        for (std::size_t i = begin; i < end; ++i)
            out[i] = s * (static_cast<float>(static_cast<std::int32_t>(codes[i])) - z);
    });
}

void decodeLevels(const std::uint8_t* codes, std::size_t n, std::size_t size, const float* levels, std::size_t,
                  const float* scale, const float* negative, float* out)
{
    forEachGroup(n, size, [&](std::size_t g, std::size_t begin, std::size_t end) {
        decodeAny(codes + begin, end - begin, levels, scale[g], negative[g], out + begin);
    });
}

void roundHalves(float* x, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) x[i] = roundToHalf(x[i]);
}

} // namespace

const GroupKernels kPortableGroupKernels{ranges,        encodeLevels, encodeMinifloats, encodeUniform,
                                         decodeUniform, decodeLevels, allFinite,   roundHalves,      powers, squares};

} // namespace qs::quant
