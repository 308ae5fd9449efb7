// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/metrics/rows.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace qs::metrics {

/// Exact counts over intervals. Bin i holds edges[i] <= x < edges[i+1]; the last bin holds its upper edge too.
struct Histogram {
    std::vector<double> edges;          ///< n + 1, increasing
    std::vector<std::uint64_t> counts;  ///< n
    std::uint64_t below = 0;            ///< smaller than the first edge (−Inf too)
    std::uint64_t above = 0;            ///< larger than the last edge (+Inf too)
    std::uint64_t nans = 0;
    /// Sum of the bins, without what lies outside.
    std::uint64_t total() const;
    void merge(const Histogram& other);
};

/// bins + 1 edges from low to high, equally wide. Where low == high the range is widened by half a unit to each side,
/// as numpy does it.
std::vector<double> equalEdges(double low, double high, int bins);

/// Finds the bin of a float among any increasing edges, exactly as the comparison with the double edges would. Thread-safe.
class BinFinder {
public:
    explicit BinFinder(std::span<const double> edges);
    int bins() const { return static_cast<int>(m_thresholds.size()) - 1; }
    /// Bin of x; -1 below, bins() above. x is no NaN.
    int find(float x) const
    {
        if (!(x >= m_thresholds.front())) return -1;
        if (x > m_last) return bins();
        if (m_equal) {
            const float y = (x - m_low) * m_inverse;
            const auto i = static_cast<int>(y);
            const float fraction = y - static_cast<float>(i);
            if (fraction > m_margin && fraction < 1 - m_margin && i < bins()) return i;
        }
        return search(x);
    }
    bool equal() const { return m_equal; }
    float low() const { return m_low; }
    float inverse() const { return m_inverse; }
    float margin() const { return m_margin; }
    float first() const { return m_thresholds.front(); }
    float last() const { return m_last; }

private:
    int search(float x) const;
    std::vector<float> m_thresholds; ///< smallest float >= edge: the same comparisons as with the double
    float m_last = 0;                ///< largest float <= last edge
    bool m_equal = false;
    float m_low = 0;
    float m_inverse = 0;
    float m_margin = 1;              ///< bound on the error of the fast guess, in bins
};

/// Smallest float that is >= v, and largest float that is <= v: comparisons of floats against them are those against v.
float ceilToFloat(double v);
float floorToFloat(double v);

/// Counts a matrix over the given edges. The same for any number of threads.
Result<Histogram> histogram(MatrixView values, std::span<const double> edges, const Context& context);
/// The same over rows that are read in tiles.
Result<Histogram> histogram(Index rows, Index cols, const RowReader& read, std::span<const double> edges,
                            const Context& context);

} // namespace qs::metrics
