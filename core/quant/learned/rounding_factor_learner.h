// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/group_layout.h"
#include "core/quant/learned/learner.h"
#include "core/tensor/dtype.h"

#include <optional>

namespace qs::quant {

/// Where a learned ladder starts: scale · (code − zero), code in [0, top], per group.
struct LadderStart {
    GroupLayout layout;          ///< groups within rows
    std::vector<double> scale;   ///< [groups], > 0; a group with scale 0 stays as it is
    std::vector<double> zero;    ///< [groups], whole, in [0, top]
    int top = 15;
    /// Type in which scales are stored: Ŵ uses the rounded scale (straight-through), so the loss is that of the artefact.
    /// Empty: not rounded, as the papers' codes have it while they learn.
    std::optional<DType> stored;
};

/// FlexRound and LRQ (seed_methods.md §2.4, §2.5): each weight is divided, before it is rounded, by its own learned factor;
/// after rounding everything is multiplied by the group's step alone.
///   θ = δ + S + s₃ (FlexRound, rank 0) or δ + L·U + ρ + c (LRQ)
///   Ŵ = exp(δ) ⊙ clamp(round(W ⊘ exp(θ)), −z, top − z)
/// Starts at round-to-nearest. Arrays: "log_step" [groups, 1], then "S" [rows, cols], "row" [rows, 1]; or "L" [rows, rank],
/// "U" [rank, cols], "row" [rows, 1], "col" [1, cols].
class RoundingFactorLearner : public Learner {
public:
    /// `weights` must outlive it. U starts uniform in ±1/√cols from `seed`.
    RoundingFactorLearner(MatrixView weights, LadderStart start, Index rank, std::uint64_t seed);
    Index rows() const override { return m_weights.rows; }
    Index cols() const override { return m_weights.cols; }
    std::span<LearnedArray> arrays() override { return m_arrays; }
    bool decode(std::span<double> decoded, const Context& context) override;
    bool backward(std::span<const double> gradient, const Context& context) override;
    std::span<const std::uint8_t> codes() const override { return m_codes; }
    /// Steps of the groups at the last decode(), rounded as they are stored.
    std::span<const double> scales() const { return m_scale; }

private:
    LearnedArray& logStep() { return m_arrays[0]; }

    MatrixView m_weights;
    LadderStart m_start;
    Index m_rank;
    std::vector<LearnedArray> m_arrays;
    std::vector<double> m_scale;       // [groups]
    std::vector<double> m_quotient;    // Z [rows, cols]; later T
    std::vector<std::uint8_t> m_codes; // Q + z
    std::vector<std::uint8_t> m_inside;// M
};

} // namespace qs::quant
