// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/weight_error/weight_error.h"

#include <span>

namespace qs::metrics {

/// How a layer's inputs weigh the error of its weights: Σ x xᵀ, or its diagonal up to a factor. One of them, or none.
struct InputMoments {
    std::span<const double> sigma;     ///< [in, in], symmetric: the upper half is read
    std::span<const float> meanSquare; ///< [in]
    bool known() const { return !sigma.empty() || !meanSquare.empty(); }
};

/// Sets sumOutputError = tr(E Σ Eᵀ) and sumOutput = tr(W Σ Wᵀ) of `error`, E = Ŵ − W: what the layer's output is off by on
/// the calibration text (GPTQ, arXiv 2210.17323, eq. 1; specs/cli.md). In double, the same for any thread count.
/// Nothing happens where no moments are known. Mismatch for moments of another width; Cancelled.
Status addOutputError(WeightError& error, const RowSource& original, const quant::Decoder& decoder, const InputMoments& inputs, const Context& context);
/// The same of values that lie in memory (another checkpoint's).
Status addOutputError(WeightError& error, MatrixView original, MatrixView decoded, const InputMoments& inputs, const Context& context);

/// What each weight adds to the output error: C = E ∘ EΣ, [out, in]. It sums to tr(E Σ Eᵀ) over all weights, over rows to each
/// output's part; a single weight's may be negative, where its error makes up for others'. Mismatch, Cancelled.
Result<Matrix> outputContributions(MatrixView original, MatrixView decoded, const InputMoments& inputs, const Context& context);

} // namespace qs::metrics
