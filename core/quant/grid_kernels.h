// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/group_kernels.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/input_rows.h"

#include <cstddef>
#include <cstdint>
#include <span>

/// The kernels as grids use them: ranges of all groups of a matrix, and one run of a group at a time in searches.
namespace qs::quant {

/// Runs f(piece of x, offset) over pieces short enough for a buffer on the stack.
inline constexpr std::size_t kPiece = 512;
template <class F>
void forPieces(std::size_t n, F&& f)
{
    for (std::size_t at = 0; at < n; at += kPiece) f(at, std::min(kPiece, n - at));
}

/// codes[i] = clamp(rne(w[i]/scale) + zero, 0, top); scale 0 gives zero.
inline void encodeUniform(std::span<const float> w, float scale, float zero, float top, std::uint8_t* codes)
{
    groupKernels().encodeUniform(w.data(), w.size(), std::max<std::size_t>(1, w.size()), &scale, &zero, 0, top, codes);
}
/// out[i] = scale·(codes[i] − zero).
inline void decodeUniform(std::span<const std::uint8_t> codes, float scale, float zero, float* out)
{
    groupKernels().decodeUniform(codes.data(), codes.size(), std::max<std::size_t>(1, codes.size()), &scale, &zero, 0, out);
}
/// codes[i] = code of the level of w[i]; see GroupKernels::encodeLevels.
inline void encodeLevels(std::span<const float> w, const LevelSearch& search, Scaling by, float scale, float negative,
                         std::uint8_t* codes)
{
    groupKernels().encodeLevels(w.data(), w.size(), std::max<std::size_t>(1, w.size()), search, by, &scale, &negative, codes);
}
/// codes[i] = encodeMinifloat of w[i] scaled.
inline void encodeMinifloats(std::span<const float> w, const MinifloatSpec& format, Ties ties, Scaling by, float scale,
                             std::uint8_t* codes)
{
    groupKernels().encodeMinifloats(w.data(), w.size(), std::max<std::size_t>(1, w.size()), format, ties, by, &scale, codes);
}
/// out[i] = levels[codes[i]] · scale; `levels` has room for at least sixteen.
inline void decodeLevels(std::span<const std::uint8_t> codes, std::span<const float> levels, float scale, float* out)
{
    groupKernels().decodeLevels(codes.data(), codes.size(), std::max<std::size_t>(1, codes.size()), levels.data(),
                                levels.size(), &scale, &scale, out);
}
/// Smallest and largest of w and, if `withZero`, of 0; w is not empty.
inline Range rangeOf(std::span<const float> w, bool withZero = true)
{
    Range r;
    groupKernels().ranges(w.data(), w.size(), w.size(), withZero, &r);
    return r;
}
/// Scales rounded to the type in which they are stored.
inline void roundScales(DType type, std::span<float> scales)
{
    if (type == DType::F16) groupKernels().roundHalves(scales.data(), scales.size());
    else for (float& s : scales) s = roundScale(type, s);
}
/// Σ |a[i] − b[i]|^2.4 (GPTQ's clipping search); the power through a fifth root, within 1e-6.
double powerError(std::span<const float> a, std::span<const float> b);
/// Σ (a[i] − b[i])², accumulated in double in a fixed order.
inline double squareError(std::span<const float> a, std::span<const float> b)
{
    return groupKernels().squares(a.data(), b.data(), a.size());
}

/// Range of a group's weights; 0 is always inside when `withZero`.
Range rangeOf(const GroupLayout& layout, Index group, MatrixView w, bool withZero = true);

/// Calls body(first group, ranges) for stretches of consecutive groups that together are all groups, in parallel; false
/// when stopped. `withZero`: 0 belongs to every range.
bool forRanges(const Context& context, const GroupLayout& layout, MatrixView w, bool withZero,
               const std::function<void(std::size_t first, std::span<const Range> ranges)>& body);
/// The ranges of all groups of a layout, in one pass over rows that are read in tiles.
Result<std::vector<Range>> rangesOfRows(const InputRows& rows, const GroupLayout& layout, bool withZero, const Context& context);

} // namespace qs::quant
