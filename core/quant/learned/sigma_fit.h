// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/codes.h"
#include "core/quant/learnable_grid.h"
#include "core/quant/part.h"

namespace qs::quant {

/// Alternating least squares of a grid's numbers and codes on the whole Σ (seed_methods.md §3.9).
struct SigmaFitOptions {
    int rounds = 12;
    int sweeps = 4;         ///< of coordinate descent over a row's codes, each round
    bool feedback = true;   ///< also begin from GPTQ's codes for the grid as it is; each row takes what is better
    double damping = 0.01;  ///< λ as a share of the mean of Σ's diagonal
};

/// tr(E(Σ + λI)Eᵀ), E = Ŵ − W.
struct SigmaFitResult {
    double nearest = 0;             ///< of the grid as it was fitted, with nearest levels
    double start = 0;               ///< with the codes it began from
    std::vector<double> objectives; ///< after every step of the alternation, whose numbers are not rounded: never rises
    double end = 0;                 ///< of what is stored; at most `start`
};

/// Changes the numbers of a fitted LearnableGrid and chooses the codes. Groups lie within rows. Steps in turn: scales and offsets of each
/// group by least squares with the rest of its row held; codes by coordinate descent; where the grid learns its basis, that by one system
/// over all rows. The best of the start and of two roundings of the end (as it is; and one number after the other, what follows solved
/// again) is kept. Needs input.calibration with Σ. Same bits for any number of threads. Errors: Lacking, Cancelled.
Result<SigmaFitResult> fitOnSigma(const FitInput& input, FittedGrid& grid, Codes& codes, const SigmaFitOptions& options, const Context& context);

} // namespace qs::quant
