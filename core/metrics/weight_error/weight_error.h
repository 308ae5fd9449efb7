// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/quant/decoder.h"
#include "core/tensor/matrix.h"
#include "core/tensor/row_source.h"

namespace qs::metrics {

/// Error of a decoded weight Ŵ against W, accumulated in double; the keys of specs/cli.md. Sums can be merged, so the
/// totals of many tensors follow.
struct WeightError {
    std::uint64_t count = 0;
    double sumSquaredError = 0;   ///< ‖Ŵ − W‖²
    double sumSquares = 0;        ///< ‖W‖²
    double sumSquaresDecoded = 0; ///< ‖Ŵ‖²
    double dot = 0;               ///< <W, Ŵ>
    double maxAbs = 0;            ///< max |Ŵ − W|
    std::uint64_t outputLayers = 0; ///< layers whose inputs were known (addOutputError)
    double sumOutputError = 0;      ///< tr(E Σ Eᵀ) over them
    double sumOutput = 0;           ///< tr(W Σ Wᵀ)

    void add(std::span<const float> original, std::span<const float> decoded);
    void merge(const WeightError& other);
    double mse() const;            ///< sumSquaredError / count
    double rmse() const;
    double relativeMse() const;    ///< ‖Ŵ − W‖² / ‖W‖²; 0/0 is 0
    double sqnrDb() const;         ///< 10·log10(‖W‖² / ‖Ŵ − W‖²); inf for an exact copy
    double cosine() const;
    bool hasOutput() const { return outputLayers > 0; }
    double outputRelativeMse() const; ///< tr(E Σ Eᵀ) / tr(W Σ Wᵀ); 0/0 is 0
    double outputSqnrDb() const;
};

/// Error of an artefact against the original matrix, by row tiles, the same for any thread count.
Result<WeightError> weightError(MatrixView original, const quant::Decoder& decoder, const Context& context);
/// The same, to the bit, against rows that are read tile by tile.
Result<WeightError> weightError(const RowSource& original, const quant::Decoder& decoder, const Context& context);
/// The same of values that lie in memory (another checkpoint's). Error: Mismatch where the shapes differ.
Result<WeightError> weightError(MatrixView original, MatrixView decoded, const Context& context);

} // namespace qs::metrics
