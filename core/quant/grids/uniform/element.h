// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/scale_type.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {

/// How a group's scale and zero point come from its weights (related_methods.md §1).
enum class UniformScheme {
    Asym,         ///< GPTQ: 0 forced into [min, max]
    AsymMinmax,   ///< AWQ with the guard: 0 forced in, range at least 1e-5
    Sym,          ///< GPTQ symmetric: 2·absmax/M, zero in the middle; no quirk
    SymAbsmax,    ///< absmax/(2^(b−1)−1)
    SymFull,      ///< signed value of largest magnitude / −2^(b−1)
    GptqOfficial, ///< GPTQ symmetric with its quirk for groups without negatives
    AwqOfficial   ///< AWQ as published: constant and one-sided groups collapse
};

inline bool isAsymmetric(UniformScheme s)
{
    return s == UniformScheme::Asym || s == UniformScheme::AsymMinmax || s == UniformScheme::AwqOfficial;
}

struct UniformLevels {
    float scale = 0;
    float zero = 0; ///< whole number in [0, M]
};

/// Scale, before it is rounded, of a group with true minimum `lo`, maximum `hi` and signed value of largest magnitude
/// `peak`, all shrunk by `p` (1: none).
inline float uniformScale(UniformScheme scheme, int bits, float lo, float hi, float peak, float p)
{
    const auto top = static_cast<float>((1 << bits) - 1);
    const auto middle = static_cast<float>(1 << (bits - 1));
    if (scheme != UniformScheme::AwqOfficial) {
        lo = std::min(lo, 0.0F);
        hi = std::max(hi, 0.0F);
    }
    const bool empty = lo == 0.0F && hi == 0.0F;
    const float absmax = empty ? 1.0F : std::max(-lo, hi);
    float scale = 0;
    switch (scheme) {
    case UniformScheme::Asym:
        if (empty) {
            lo = -1;
            hi = 1;
        }
        scale = (p * hi - p * lo) / top;
        break;
    case UniformScheme::AsymMinmax:
    case UniformScheme::AwqOfficial: scale = std::max(p * hi - p * lo, 1e-5F) / top; break;
    case UniformScheme::Sym: scale = (p * absmax + p * absmax) / top; break;
    case UniformScheme::GptqOfficial: scale = empty || lo < 0.0F ? (p * absmax + p * absmax) / top : p * hi / top; break;
    case UniformScheme::SymAbsmax: scale = p * absmax / (middle - 1.0F); break;
    case UniformScheme::SymFull: scale = p * (empty ? -1.0F : peak) / -middle; break;
    }
    return scale;
}

/// Zero point for a rounded scale.
inline float uniformZero(UniformScheme scheme, int bits, float lo, float hi, float p, float scale)
{
    const auto top = static_cast<float>((1 << bits) - 1);
    if (!isAsymmetric(scheme)) return static_cast<float>(1 << (bits - 1));
    if (scheme != UniformScheme::AwqOfficial) {
        lo = std::min(lo, 0.0F);
        if (scheme == UniformScheme::Asym && lo == 0.0F && !(hi > 0.0F)) lo = -1; // a group of zeros
    }
    // Rounds half to even as std::nearbyint, without the call; the bounds are whole, so clamping first gives the same.
    constexpr float kMagic = 12582912.0F; // 1.5·2^23
    const float zero = (std::clamp(-(p * lo / scale), 0.0F, top) + kMagic) - kMagic;
    return scale == 0.0F ? 0.0F : zero; // underflow of the stored type: every weight decodes to 0
}

/// Levels of a group; the scale is rounded to its stored type before the zero point is chosen.
inline UniformLevels uniformLevels(UniformScheme scheme, int bits, float lo, float hi, float peak, float p, DType type)
{
    const float scale = roundScale(type, uniformScale(scheme, bits, lo, hi, peak, p));
    return {scale, uniformZero(scheme, bits, lo, hi, p, scale)};
}

} // namespace qs::quant
