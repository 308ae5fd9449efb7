// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/group_layout.h"
#include "core/quant/learned/learned_part.h"
#include "core/quant/part.h"
#include "core/tensor/dtype.h"

namespace qs::quant {

/// Layer-wise learning of an evenly spaced grid on Σ (seed_methods.md §2.9): the loss is tr(E(Σ + λI)Eᵀ) / tr(W(Σ + λI)Wᵀ).
struct LadderLearning {
    TrainOptions train;
    double damping = 0.01; ///< λ as a share of the mean of Σ's diagonal: few tokens leave a null space that learning would exploit
    Index rank = 0;        ///< of L·U; 0: FlexRound
    bool search = false;   ///< start from the exhaustive clip search (§2.3)
};

/// Trains one learner on Σ + λI; it ends with its best parameters decoded. The context is told `name` with the losses.
Status learnOnSigma(const FitInput& input, Learner& learner, const TrainOptions& train, double damping, const char* name, const Context& context);
/// Codes of what a learner last decoded.
void takeCodes(Learner& learner, Codes& codes);

/// What learns: FlexRound (rank 0) or LRQ, and OmniQuant's clipping, on a fitted LadderGrid.
Result<std::unique_ptr<LayerLearning>> beginRounding(const FitInput& input, FittedGrid& grid, const LadderLearning& options, const Context& context);
Result<std::unique_ptr<LayerLearning>> beginClipping(const FitInput& input, FittedGrid& grid);

/// Why a grid can't be learned in this way.
Status learnsLadders(const Grid& grid);

/// What is learned: a factor for each weight or L·U (FlexRound, LRQ), or the ends of ranges (OmniQuant).
enum class LadderMethod { Rounding, Clipping };

/// Fits the grid, learns, stores. Rounding changes the grid's scales and gives the codes, at worst what the grid's nearest
/// levels give; clipping changes scales and zero points, of a grid without zero points the scales alone, and its start is not
/// round-to-nearest but ranges of 0.982. Rows share nothing but LRQ's factors, so all else is learned in tiles of
/// kLadderRows rows, each of which keeps its best.
Status encodeLearned(const InputRows& rows, const Grid& grid, LadderMethod method, const LadderLearning& options, const char* name,
                     const Context& context, ArrayStore& out);
inline constexpr Index kLadderRows = 64;
/// Memory beside Σ of `rows` rows that are learned together, in bytes: decoded values, gradient and quotient in double;
/// parameters with gradient, two moments and the best so far.
std::uint64_t ladderBytes(Index rows, Index cols, std::uint64_t parameters);

/// LRQ's start (§2.3): of i/100 of the group's range, i = 1 to 100, and every zero point, what gives the least Σ|w − Q(w)|^2.4.
/// Scales are rounded to `type` first. Groups within rows. False: stopped.
bool searchLadders(MatrixView weights, const GroupLayout& layout, int top, DType type, const Context& context,
                   std::vector<float>& scales, std::vector<float>& zeros);

} // namespace qs::quant
