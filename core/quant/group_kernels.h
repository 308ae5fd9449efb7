// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/simd_level.h"
#include "core/quant/minifloat.h"

#include <cstddef>
#include <cstdint>
#include <span>

/// Loops over consecutive groups of one row, built once per instruction set. All levels give the same bits: every
/// operation is IEEE's, there is no contraction and no reassociation of what rounds.
namespace qs::quant {

/// Smallest and largest value of a group.
struct Range {
    float lo = 0;
    float hi = 0;
    float absmax() const
    {
        const float a = lo < 0 ? -lo : lo;
        const float b = hi < 0 ? -hi : hi;
        return (a < b ? b : a) + 0.0F; // never −0
    }
};

/// How a weight is brought to the units of a table's levels by the scale of its group.
enum class Scaling : int {
    Quotient,     ///< x / scale; 0 where the scale is 0
    SideQuotient, ///< x / (x < 0 ? negative : scale); 0 where that one is 0
    Inverse,      ///< x · (1 / max(scale, 1e-38)), as bitsandbytes does
    Factor        ///< x · scale
};

/// Decision thresholds between up to 16 ascending levels: the place of x is the number of thresholds strictly below it,
/// so x on a threshold takes the lower level.
struct LevelSearch {
    float at[16];          ///< ascending; +inf from the last level on
    std::uint8_t code[16]; ///< code of each place
    bool isMapped = false; ///< code[] is not the places themselves
    /// Not 0: the (up to eight) levels are magnitudes; |x| is looked up and this bit is the code's sign, set for −0 too.
    std::uint8_t signBit = 0;

    /// Thresholds in the middle (in F32) of ascending levels, codes in their order.
    static LevelSearch midpoints(std::span<const float> ascending);
    /// Minifloats of up to 4 bits as encodeMinifloat<Ties::Even> gives them.
    static LevelSearch minifloat(const MinifloatSpec& format);
};

/// Every function works on n weights or codes of one row, which are consecutive groups of `size` (the last may have
/// fewer), and on arrays of one number per group.
struct GroupKernels {
    /// Range of each group; with `withZero`, 0 belongs to it. −0 lies below +0.
    void (*ranges)(const float* x, std::size_t n, std::size_t size, bool withZero, Range* out);
    /// codes[i] = code of the level of x[i]. `negative` is read for Scaling::SideQuotient only.
    void (*encodeLevels)(const float* x, std::size_t n, std::size_t size, const LevelSearch& search, Scaling by,
                         const float* scale, const float* negative, std::uint8_t* codes);
    /// codes[i] = encodeMinifloat of the scaled x[i] (Scaling::Quotient or Factor).
    void (*encodeMinifloats)(const float* x, std::size_t n, std::size_t size, const MinifloatSpec& format, Ties ties,
                             Scaling by, const float* scale, std::uint8_t* codes);
    /// codes[i] = clamp(rne(x[i]/scale) + zero, 0, top); scale 0 gives zero. zeroStep: 1, or 0 for one zero for all.
    void (*encodeUniform)(const float* x, std::size_t n, std::size_t size, const float* scale, const float* zero,
                          std::size_t zeroStep, float top, std::uint8_t* codes);
    /// out[i] = scale·(codes[i] − zero).
    void (*decodeUniform)(const std::uint8_t* codes, std::size_t n, std::size_t size, const float* scale,
                          const float* zero, std::size_t zeroStep, float* out);
    /// out[i] = level · (level > 0 ? scale : negative) of the level of codes[i], which is below `count`. Up to sixteen
    /// levels are fast; `levels` has room for at least sixteen.
    void (*decodeLevels)(const std::uint8_t* codes, std::size_t n, std::size_t size, const float* levels,
                         std::size_t count, const float* scale, const float* negative, float* out);
    /// Whether no x[i] is NaN or infinite.
    bool (*allFinite)(const float* x, std::size_t n);
    /// x[i] rounded to F16 and back, as roundToHalf; x has no NaN.
    void (*roundHalves)(float* x, std::size_t n);
    /// out[i] = |a[i] − b[i]|^2.4, the power through a fifth root, within 1e-6.
    void (*powers)(const float* a, const float* b, std::size_t n, float* out);
    /// Σ (a[i] − b[i])², accumulated in double in a fixed order.
    double (*squares)(const float* a, const float* b, std::size_t n);
};

/// The kernels of a level, and of the one that simdLevel() names.
const GroupKernels& groupKernels(SimdLevel level);
inline const GroupKernels& groupKernels() { return groupKernels(simdLevel()); }

extern const GroupKernels kPortableGroupKernels;
extern const GroupKernels kAvx2GroupKernels;
extern const GroupKernels kAvx512GroupKernels;

} // namespace qs::quant
