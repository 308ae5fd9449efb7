// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/group_layout.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/minifloat.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// Loops over one run of a group that the compiler turns into vector code for several instruction sets; every set gives
/// the same bits (no contraction, no reassociation).
namespace qs::quant {

/// Decision thresholds between up to 16 ascending levels: the place of x is the number of thresholds strictly below it,
/// so x on a threshold takes the lower level. Unused ones are +inf.
struct Thresholds {
    std::array<float, 15> at;
    int count = 15; ///< 7 or 15 are tested
    /// Midpoints (in F32) of ascending levels, at most 16.
    static Thresholds midpoints(std::span<const float> ascending);
};

/// codes[i] = thresholds below x[i].
void countBelow(std::span<const float> x, const Thresholds& t, std::uint8_t* codes);
/// out[i] = x[i] · factor.
void multiplyBy(std::span<const float> x, float factor, float* out);
/// out[i] = x[i] / divisor; 0 where the divisor is 0.
void divideBy(std::span<const float> x, float divisor, float* out);
/// out[i] = x[i] / (x[i] < 0 ? negative : positive); 0 where that divisor is 0.
void divideBySide(std::span<const float> x, float positive, float negative, float* out);
/// out[i] = lut[codes[i]]; `lut` has room for 16 values, codes are below 16.
void lookUp16(std::span<const std::uint8_t> codes, const float* lut, float* out);
/// out[i] = table[codes[i]] · scale; fast for tables of exactly 16 values.
void lookUpScaled(std::span<const std::uint8_t> codes, std::span<const float> table, float scale, float* out);
/// codes[i] = encodeMinifloat(x[i]).
void encodeMinifloats(std::span<const float> x, const MinifloatSpec& format, Ties ties, std::uint8_t* codes);
/// codes[i] = clamp(rne(w[i]/scale) + zero, 0, top); scale 0 gives zero.
void encodeUniform(std::span<const float> w, float scale, float zero, float top, std::uint8_t* codes);
/// out[i] = scale·(codes[i] − zero).
void decodeUniform(std::span<const std::uint8_t> codes, float scale, float zero, float* out);
/// Smallest and largest of w and `range`.
Range widen(Range range, std::span<const float> w);
/// Σ |a[i] − b[i]|^2.4 (GPTQ's clipping search); the power through a fifth root, within 1e-6.
double powerError(std::span<const float> a, std::span<const float> b);
/// Σ (a[i] − b[i])², accumulated in double in a fixed order.
double squareError(std::span<const float> a, std::span<const float> b);

/// Range of a group's weights; 0 is always inside when `withZero`.
inline Range rangeOf(const GroupLayout& layout, Index group, MatrixView w, bool withZero = true)
{
    Range r;
    bool first = !withZero;
    forEachSpan(layout, group, w, [&](std::span<const float> run) {
        if (first && !run.empty()) r = {run[0], run[0]};
        first = first && run.empty();
        r = widen(r, run);
    });
    return r;
}

/// Runs f(piece of x, offset) over pieces short enough for a buffer on the stack.
inline constexpr std::size_t kPiece = 512;
template <class F>
void forPieces(std::size_t n, F&& f)
{
    for (std::size_t at = 0; at < n; at += kPiece) f(at, std::min(kPiece, n - at));
}

} // namespace qs::quant
