// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace qs::quant {

/// compressed-tensors' global scale: 448·6/absmax of the tensor, by which block scales are multiplied before E4M3.
/// ModelOpt's s2 is its reciprocal. 1 for a tensor of zeros.
inline float nvfp4Global(float absmax)
{
    if (absmax == 0.0F) return 1.0F;
    return std::min(448.0F * 6.0F / absmax, std::numeric_limits<float>::max());
}

/// E4M3 byte of a block's scale; a scale of 0 becomes 0.125 (formats.md B3.3).
inline std::uint8_t nvfp4Local(float blockAbsmax, float global)
{
    const std::uint8_t byte = floatToE4m3(std::min(global * (blockAbsmax / 6.0F), 448.0F));
    return byte == 0 ? 0x20 : byte;
}

/// What a block's E2M1 elements are multiplied by.
inline float nvfp4Scale(std::uint8_t local, float global) { return e4m3ToFloat(local) / global; }

} // namespace qs::quant
