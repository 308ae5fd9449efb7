// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/group_layout.h"
#include "core/quant/learned/learner.h"
#include "core/tensor/dtype.h"

#include <functional>
#include <optional>

namespace qs::quant {

/// A low-rank codebook C = SᵀV − B to start from (seed_methods.md §3.2).
struct CodebookStart {
    GroupLayout layout;           ///< any groups
    Index rank = 1;
    Index levels = 16;            ///< K = 2^bits, at most 256
    std::vector<double> scales;   ///< S [rank, groups]
    std::vector<double> basis;    ///< V [rank, levels]
    std::vector<double> offsets;  ///< B [groups], one per group
    /// [groups], empty: none. Level k of group g gets − S[0, g]·shifts[g] as well: the zero points of ladders, which stay as they are.
    std::vector<double> shifts;
    /// Types in which S and B, and V, are stored: Ŵ uses rounded values (straight-through). Empty: not rounded.
    std::optional<DType> storedScale;
    std::optional<DType> storedBasis;
    /// Rounds S, V and B to what is stored, in place of the two types; straight-through as they. Must be deterministic. May be empty.
    std::function<void(std::vector<double>& scales, std::vector<double>& basis, std::vector<double>& offsets)> round;
};

/// What a level's choice is taken to do when the codebook changes (seed_methods.md §3.5).
enum class CodebookRule {
    Fixed,    ///< a: codes held fixed, exact almost everywhere
    Straight, ///< b: straight-through on the index, for S, V and B
    StraightScales ///< b for S and B, a for V: what learned offsets need, as they reach the scales through the index (frontier.md)
};

struct CodebookOptions {
    CodebookRule rule = CodebookRule::Fixed;
    bool learnCodebook = true;
    /// A free offset D per weight, Ŵ = nearest(W + D), straight-through within the group's levels.
    bool learnOffsets = false;
    double offsetRate = 1; ///< factors of the learning rate
    double basisRate = 1;
    /// Of the codebook: whether V and B are learned along with S. A grid with a fixed table learns neither.
    bool learnV = true;
    bool learnB = true;
    /// Where D starts, [rows, cols] in weight units; empty: at 0.
    std::vector<float> firstOffsets = {};
};

/// LCQ and learned offsets. Learns dimensionless numbers: S = h ⊙ σ and B = h ⊙ τ with h half the initial range of each group,
/// so that Adam's steps are relative for all (§3.6). Arrays: "S" (σ) [rank, groups], "V" [rank, levels], "B" (τ) [1, groups], then "D"
/// [rows, cols] in units of h; those that are not learned are absent.
class CodebookLearner : public Learner {
public:
    /// `weights` must outlive it.
    CodebookLearner(MatrixView weights, CodebookStart start, const CodebookOptions& options);
    Index rows() const override { return m_weights.rows; }
    Index cols() const override { return m_weights.cols; }
    std::span<LearnedArray> arrays() override { return m_arrays; }
    bool decode(std::span<double> decoded, const Context& context) override;
    bool backward(std::span<const double> gradient, const Context& context) override;
    std::span<const std::uint8_t> codes() const override { return m_codes; }
    /// As stored, at the last decode(): S [rank, groups], V [rank, levels], B [groups].
    std::span<const double> scales() const { return m_scales; }
    std::span<const double> basis() const { return m_basis; }
    std::span<const double> offsets() const { return m_offsets; }

private:
    bool setLevels(const Context& context);
    double levelOf(std::size_t group, std::size_t k) const;
    double target(std::size_t i, std::size_t group, float w) const;

    MatrixView m_weights;
    CodebookStart m_start;
    CodebookOptions m_options;
    std::vector<LearnedArray> m_arrays;
    LearnedArray* m_ofScales = nullptr;   // S, V, B and D, null where not learned
    LearnedArray* m_ofBasis = nullptr;
    LearnedArray* m_ofOffsets = nullptr;
    LearnedArray* m_free = nullptr;
    std::vector<double> m_unit;           // h [groups]
    std::vector<double> m_scales;
    std::vector<double> m_basis;
    std::vector<double> m_offsets;
    std::vector<double> m_sorted;         // [groups, levels], ascending
    std::vector<std::uint8_t> m_order;    // [groups, levels], code of each
    std::vector<std::uint8_t> m_codes;
    std::vector<std::uint8_t> m_above;    // sorted place of the first level at or above the target, in [1, levels)
};

} // namespace qs::quant
