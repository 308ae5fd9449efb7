// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"

#include <array>
#include <cstdint>
#include <span>

namespace qs::quant {

/// The nearest of up to 256 arbitrary levels for many weights: thresholds between neighbouring distinct levels, made
/// once per group. Levels need not be sorted. Equal distances and equal levels go to the lower code. Exact: each
/// threshold is the float that parts the floats nearer to one level from those nearer to the other.
class LevelTable {
public:
    /// `levels`: 1 to 256 finite values by code.
    void build(std::span<const float> levels);
    std::uint8_t code(float w) const;
    void codes(std::span<const float> w, std::span<std::uint8_t> out) const;

private:
    int m_thresholds = 0;
    std::array<float, 256> m_threshold{};    ///< weight > threshold k: a level above the k-th
    std::array<std::uint8_t, 256> m_code{};  ///< code of the k-th distinct level
};

/// A parameter rounded to the type in which it is stored (F16, BF16 or F32), never to infinity: what is too large
/// becomes the largest finite value of its sign.
float roundFinite(DType type, double value);

}  // namespace qs::quant
