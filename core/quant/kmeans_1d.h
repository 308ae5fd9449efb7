// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace qs::quant {

/// Exact weighted k-means of numbers on a line (related_methods.md §6): the clusters with the least
/// Σ weight·(value − centre)². Works on the distinct values with their total weights, so that checkpoints of 16-bit
/// floats stay exact and cheap at any size. One object per thread: it keeps its memory for the next group.
class Kmeans1d {
public:
    struct Limits {
        std::size_t tableEntries = std::size_t(1) << 24;  ///< beyond it the path is found by halving, in linear memory
        std::size_t points = std::size_t(1) << 20;    ///< distinct values beyond it are merged into runs of neighbours
        std::size_t parallel = std::size_t(1) << 15;  ///< points from which a layer is filled by several threads
    };
    struct Solution {
        std::vector<double> centres;  ///< ascending; fewer than k where there are fewer distinct values
        double cost = 0;              ///< Σ weight·(value − centre)² over all points with weight
    };

    Kmeans1d() : m_limits{} {}
    explicit Kmeans1d(Limits limits) : m_limits(limits) {}

    /// Takes values (finite) and their weights (>= 0; empty: all 1). Points of weight 0 don't count; where all are 0,
    /// all weigh 1.
    void setPoints(std::span<const float> values, std::span<const double> weights);
    /// Called with stretches of values and their weights (empty: all 1); together they are all points, in their order.
    using Visit = std::function<void(std::span<const float> values, std::span<const double> weights)>;
    /// Goes through all points; called several times.
    using PointSource = std::function<Status(const Visit& visit)>;
    /// The same from points that are not in memory together: values are sorted range after range, each in a pass of its own.
    Status setPoints(const PointSource& source);
    std::size_t distinct() const { return m_x.size(); }
    /// At most `k` (1 to 256) centres for the points. Among equal costs, the clusters that begin earlier. False:
    /// stopped.
    bool solve(int k, const Context& context, Solution& out);

private:
    class Emitter;
    void collect(std::span<const float> values, std::span<const double> weights);
    bool collectHalves(std::span<const float> values, std::span<const double> weights);
    void makePrefixes();
    double cost(std::size_t begin, std::size_t end) const;
    /// First points of clusters 1..k−1 of the best k clusters of points [lo, hi), appended to m_starts.
    bool path(std::size_t lo, std::size_t hi, int k, const Context& context);
    /// Best values of layer q for ends (lo, hi], from m_prev into m_next; argmins into `from` (indexed like m_prev).
    bool layer(std::size_t lo, std::size_t hi, int q, const Context& context, std::uint32_t* from);
    void fill(std::size_t endLo, std::size_t endHi, std::size_t jLo, std::size_t jHi, std::uint32_t* from);
    void scan(std::size_t end, std::size_t jLo, std::size_t jHi, double& best, std::size_t& at) const;

    Limits m_limits;
    std::vector<double> m_x;            ///< distinct values, ascending
    std::vector<double> m_w;            ///< their weights
    double m_origin = 0;                ///< weighted median: sums are taken around it, outward from it
    double m_spread = 0;                ///< cost inside merged runs
    std::vector<double> m_a, m_b, m_c;  ///< prefix sums of w, w·d, w·d², d = x − origin; size distinct() + 1
    std::vector<double> m_prev, m_next, m_t;
    std::vector<std::uint32_t> m_from;
    std::vector<std::size_t> m_starts;
    std::vector<std::uint64_t> m_sort, m_sortTemp;
};

}  // namespace qs::quant
