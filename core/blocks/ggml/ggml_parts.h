// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// What lies inside a block of the thirteen types that the program also writes: scales, minima and codes.
/// The decoded value of a code is levels[code]·scale (+ offset, where the type has one), in F32, which is bit for bit
/// what ggmlToFloat gives.
namespace qs::blocks {

/// How the elements of a type are coded.
struct GgmlForm {
    DType type;
    int subElements;  ///< elements that share one scale (and offset)
    int codeBits;     ///< bits of a code
    bool hasOffset;   ///< value = level·scale + offset
    bool hasSubScale; ///< sub-blocks have integer scales below the block's own
    std::span<const std::int16_t> levels; ///< by code, ascending except for MXFP4
};

/// The form of a type, or null where the program has no encoder for it.
const GgmlForm* ggmlForm(DType type);
/// All thirteen.
std::span<const GgmlForm> ggmlForms();

/// The stored numbers of one block, besides the codes.
struct GgmlScales {
    std::uint16_t d = 0;               ///< F16 bits of the scale; MXFP4: the exponent byte
    std::uint16_t dmin = 0;            ///< F16 bits of the minimum's scale (K-quants), or of the minimum (Q4_1, Q5_1)
    std::array<std::int16_t, 16> sub{}; ///< integer scales of the sub-blocks, signed where the type's are
    std::array<std::int16_t, 16> min{}; ///< integer minima of the sub-blocks (Q2_K, Q4_K, Q5_K)
};
/// Writes the scales; code bits stay as they are.
void ggmlSetScales(DType type, const GgmlScales& scales, std::byte* block);
/// Decoded multiplier and offset (0 where there is none) of every sub-block.
void ggmlScales(DType type, const std::byte* block, float* scale, float* offset);
/// Codes of all elements.
void ggmlCodes(DType type, const std::byte* block, std::uint8_t* codes);
/// Writes the codes of all elements (each < 2^codeBits); the scales stay as they are.
void ggmlSetCodes(DType type, const std::uint8_t* codes, std::byte* block);

} // namespace qs::blocks
