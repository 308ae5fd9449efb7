// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/param_spec.h"
#include "core/tensor/dtype.h"
#include "core/tensor/float_bits.h"

namespace qs::quant {

/// The type in which a grid stores its scales; values are rounded to it before codes are chosen.
inline DType scaleDType(const ParamValues& values)
{
    const std::string& t = values.text("scale");
    return t == "f32" ? DType::F32 : t == "bf16" ? DType::BF16 : DType::F16;
}

inline float roundScale(DType type, float v)
{
    return type == DType::F16 ? roundToHalf(v) : type == DType::BF16 ? roundToBf16(v) : v;
}

/// Numbers that are learned in double, as floats of the stored type: never negative where `positive`, never beyond the type's
/// largest finite value.
inline float roundLearned(DType type, double v, bool positive)
{
    const double most = type == DType::F16 ? 65504.0 : 3.0e38;
    const double least = positive ? 0.0 : -most;
    return roundScale(type, static_cast<float>(v < least ? least : v > most ? most : v));
}

inline std::uint64_t scaleBits(DType type) { return 8U * traits(type).blockBytes; }

} // namespace qs::quant
