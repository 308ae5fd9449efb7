// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/io/model_source.h"
#include "core/metrics/histogram/histogram.h"
#include "core/tensor/matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace qs::metrics {

/// Percents of the absolute values that TensorStatistics holds (specs: 50 90 99 99.9 100).
inline constexpr std::array<double, 5> kAbsPercents = {50, 90, 99, 99.9, 100};
/// Bins of patternCounts: sign, exponent and two bits of the mantissa of the value as F32, its pattern >> kPatternShift.
inline constexpr int kPatternBins = 2048;
inline constexpr int kPatternShift = 21;
/// Bins of patternCounts that hold what is not finite, of either sign.
inline constexpr std::array<int, 2> kNotFiniteBins = {0x3FC, 0x7FC};

/// Statistics over **all** elements of one tensor, decoded to float. Moments are over the finite elements, in double;
/// NaN where they are not defined (no finite element; skewness and kurtosis of a constant). The same bits for any number
/// of threads and any instruction set.
struct TensorStatistics {
    std::uint64_t count = 0;
    std::uint64_t finite = 0;
    std::uint64_t zeros = 0;      ///< +0 and −0
    std::uint64_t nans = 0;
    std::uint64_t infs = 0;
    double min = 0;               ///< of the finite elements
    double max = 0;
    double mean = 0;
    double std = 0;               ///< of the population
    double skewness = 0;
    double kurtosis = 0;          ///< excess: 0 for a Gaussian
    /// Percentiles of |w| at kAbsPercents, exact, linear interpolation between order statistics.
    std::array<double, 5> absPercentiles{};
    std::uint64_t outliers6Sigma = 0; ///< |w − mean| > 6·std
    Histogram histogram;          ///< equally wide bins over [min, max]; exact
    /// Counts by the top 11 bits of the F32 pattern: logarithmic bins of 1/4 octave, for log plots and percentiles. What
    /// is not finite is counted in kNotFiniteBins.
    std::vector<std::uint64_t> patternCounts;

    double absMax() const { return std::max(std::fabs(min), std::fabs(max)); }
};

/// Both passes: everything. Errors: Unsupported for types without a decoding, Cancelled, Io.
Result<TensorStatistics> statistics(const io::ModelSource& source, const io::TensorInfo& tensor, int bins,
                                    const Context& context);
Result<TensorStatistics> statistics(MatrixView values, int bins, const Context& context);

/// The first pass only (one read): counts, moments, extremes, patternCounts; no histogram, percentiles, outliers.
Result<TensorStatistics> momentsOnly(const io::ModelSource& source, const io::TensorInfo& tensor,
                                     const Context& context);
Result<TensorStatistics> momentsOnly(MatrixView values, const Context& context);

} // namespace qs::metrics
