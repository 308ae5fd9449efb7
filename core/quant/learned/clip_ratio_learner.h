// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/group_layout.h"
#include "core/quant/learned/learner.h"
#include "core/tensor/dtype.h"

#include <optional>

namespace qs::quant {

struct ClipRatioOptions {
    GroupLayout layout;         ///< groups within rows
    int bits = 4;
    bool symmetric = false;
    double symmetricZero = -1;  ///< the one zero point of symmetric groups; -1: 2^(bits−1) − 1, as published
    /// Keeps 0 between the ends, so that the zero point lies in [0, 2^bits) and can be stored. Off: as published.
    bool zeroInside = true;
    std::optional<DType> stored;///< type in which scales are stored; empty: not rounded
};

/// OmniQuant's learned weight clipping (related_methods.md §8): the ends of a group's range shrink by learned ratios,
///   hi = σ(up)·max w, lo = σ(low)·min w, s = clamp((hi − lo)/M, 1e-5, 1e4), z = round(clamp(−lo/s, ±1e4)),
///   Ŵ = s·(clamp(round(w/s) + z, 0, M) − z);
/// symmetric: s = max(|hi|, |lo|)/(2^(b−1) − 1), z = 2^(b−1) − 1. The zero point gets no gradient. Arrays "up", "low" [groups, 1],
/// from 4 (a ratio of 0.982).
class ClipRatioLearner : public Learner {
public:
    ClipRatioLearner(MatrixView weights, ClipRatioOptions options);
    Index rows() const override { return m_weights.rows; }
    Index cols() const override { return m_weights.cols; }
    std::span<LearnedArray> arrays() override { return m_arrays; }
    bool decode(std::span<double> decoded, const Context& context) override;
    bool backward(std::span<const double> gradient, const Context& context) override;
    std::span<const std::uint8_t> codes() const override { return m_codes; }
    std::span<const double> scales() const { return m_scale; }
    std::span<const double> zeros() const { return m_zero; }

private:
    void setLadder(std::size_t group);

    MatrixView m_weights;
    ClipRatioOptions m_options;
    std::vector<LearnedArray> m_arrays;
    std::vector<double> m_low;         // [groups] min w
    std::vector<double> m_high;        // [groups] max w
    std::vector<double> m_scale;       // as stored
    std::vector<double> m_zero;
    std::vector<double> m_byUp;        // ∂s/∂up
    std::vector<double> m_byLow;       // ∂s/∂low
    std::vector<std::uint8_t> m_codes;
};

} // namespace qs::quant
