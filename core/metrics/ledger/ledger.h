// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace qs::metrics {

/// Count, sum and sum of squares of a matrix over many narrow intervals, as prefix sums: the error of any codebook for
/// the whole matrix follows in a moment, without the matrix. A weight is taken for its interval's level; an interval that
/// two levels share goes whole to the level nearest to its mean. Its weights are then as good as equally far from both, so
/// the error is that of nearest assignment up to second order in the interval's width (a test holds 1e-6 of it).
class WeightLedger {
public:
    static constexpr int kIntervals = 1 << 16;

    /// Two passes over the matrix; finite values only. Advances the context by two units an element.
    static Result<WeightLedger> make(MatrixView weights, const Context& context);

    std::uint64_t count() const { return m_count; }
    double low() const { return m_low; }
    double high() const { return m_high; }
    double totalSquares() const { return m_squares.empty() ? 0 : m_squares.back(); }

    /// What a codebook does to the matrix.
    struct Figures {
        double squaredError = 0;             ///< ‖Ŵ − W‖²
        std::vector<double> errors;          ///< share of each level in it, same order as the levels
        std::vector<std::uint64_t> usage;    ///< weights that take each level
        double relativeMse = 0;              ///< squaredError / ‖W‖²
        int dead = 0;                        ///< levels that no weight takes
    };
    /// `levels`: ascending, at least one.
    Figures judge(std::span<const float> levels) const;
    /// One step of Lloyd's algorithm: each level moves to the mean of the weights that take it; dead ones stay.
    std::vector<float> improved(std::span<const float> levels) const;
    /// Counts over `bins` equal bins of [from, to], for drawing.
    std::vector<double> counts(double from, double to, int bins) const;
    /// Mean and number of the weights of each interval that has some: points for a k-means.
    void points(std::vector<float>& means, std::vector<double>& weights) const;

private:
    /// First interval of each level, and kIntervals at the end.
    std::vector<std::size_t> borders(std::span<const float> levels) const;
    double m_low = 0;
    double m_high = 0;
    std::uint64_t m_count = 0;
    std::vector<double> m_counts;  ///< prefix sums, kIntervals + 1
    std::vector<double> m_sums;
    std::vector<double> m_squares;
};

} // namespace qs::metrics
