// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <vector>

namespace qs::quant {

/// What is known of one linear layer's inputs: plain arrays, each may be empty. Shapes as in specs/cli.md.
struct Calibration {
    std::int64_t inputs = 0;           ///< in
    std::vector<double> sigma;         ///< [in, in], Σ x xᵀ
    std::vector<float> meanAbs;        ///< [in]
    std::vector<float> meanSquare;     ///< [in]
    std::vector<float> maxAbs;         ///< [in]
    std::vector<float> fisher;         ///< [out, in]
    std::vector<float> samples;        ///< [sampleRows, in], inputs of single tokens
    std::int64_t sampleRows = 0;
};

/// Which of them a part needs; a bit set.
enum Need : unsigned {
    NeedNothing = 0,
    NeedSigma = 1,
    NeedDiagonal = 2, ///< mean squares, or the diagonal of Σ
    NeedMeanAbs = 4,
    NeedFisher = 8,
    NeedModel = 16,
    NeedMaxAbs = 32,
    NeedSamples = 64
};

} // namespace qs::quant
