// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/histogram/histogram.h"

#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

namespace qs::metrics {

std::uint64_t Histogram::total() const { return std::accumulate(counts.begin(), counts.end(), std::uint64_t(0)); }

void Histogram::merge(const Histogram& other)
{
    if (edges.empty()) edges = other.edges;
    if (counts.size() < other.counts.size()) counts.resize(other.counts.size());
    for (std::size_t i = 0; i < other.counts.size(); ++i) counts[i] += other.counts[i];
    below += other.below;
    above += other.above;
    nans += other.nans;
}

std::vector<double> equalEdges(double low, double high, int bins)
{
    if (low == high) {
        low -= 0.5;
        high += 0.5;
    }
    const int n = std::max(1, bins);
    std::vector<double> edges(static_cast<std::size_t>(n) + 1);
    const double step = (high - low) / n;
    for (int i = 0; i <= n; ++i) edges[static_cast<std::size_t>(i)] = low + step * i;
    edges.back() = high;
    return edges;
}

float ceilToFloat(double v)
{
    const float f = static_cast<float>(v);
    return static_cast<double>(f) >= v ? f : std::nextafter(f, std::numeric_limits<float>::infinity());
}

float floorToFloat(double v)
{
    const float f = static_cast<float>(v);
    return static_cast<double>(f) <= v ? f : std::nextafter(f, -std::numeric_limits<float>::infinity());
}

BinFinder::BinFinder(std::span<const double> edges)
{
    m_thresholds.reserve(edges.size());
    for (const double e : edges) m_thresholds.push_back(ceilToFloat(e));
    m_last = floorToFloat(edges.back());
    const int n = bins();
    const double step = (edges.back() - edges.front()) / n;
    if (!(step > 1e-35) || !(edges.back() - edges.front() < 1e37) || n > (1 << 16)) return;
    for (int i = 0; i <= n; ++i)
        if (std::fabs(edges[static_cast<std::size_t>(i)] - (edges.front() + step * i)) > 1e-9 * step) return;
    m_low = static_cast<float>(edges.front());
    m_inverse = static_cast<float>(1 / step);
    // Rounding of low, of the difference, of 1/step and of the product: a few parts in 2^24 of the bin number, and
    // the error of low itself in bins.
    const double ofLow = std::fabs(static_cast<double>(m_low) - edges.front()) / step;
    m_margin = static_cast<float>(ofLow + n * 0x1p-21);
    m_equal = m_margin < 0.25F && std::isfinite(m_inverse);
}

int BinFinder::search(float x) const
{
    const auto it = std::upper_bound(m_thresholds.begin(), m_thresholds.end(), x);
    return std::min(static_cast<int>(it - m_thresholds.begin()) - 1, bins() - 1);
}

namespace {

void count(std::span<const float> values, const BinFinder& finder, Histogram& out)
{
    const int n = finder.bins();
    for (const float x : values) {
        if (std::isnan(x)) {
            ++out.nans;
            continue;
        }
        const int i = finder.find(x);
        if (i < 0) ++out.below;
        else if (i >= n) ++out.above;
        else ++out.counts[static_cast<std::size_t>(i)];
    }
}

Histogram empty(std::span<const double> edges)
{
    Histogram h;
    h.edges.assign(edges.begin(), edges.end());
    h.counts.assign(edges.size() - 1, 0);
    return h;
}

Status checkEdges(std::span<const double> edges)
{
    if (edges.size() < 2) return fail(ErrorCode::Usage, "a histogram needs at least two edges");
    for (std::size_t i = 1; i < edges.size(); ++i)
        if (!(edges[i] > edges[i - 1])) return fail(ErrorCode::Usage, "histogram edges do not increase");
    return {};
}

} // namespace

Result<Histogram> histogram(MatrixView values, std::span<const double> edges, const Context& context)
{
    QS_TRY(checkEdges(edges));
    const BinFinder finder(edges);
    const auto n = static_cast<std::int64_t>(values.data.size());
    Histogram total = reduceOrdered(
        context, n, std::int64_t(1) << 18, empty(edges),
        [&](std::int64_t b, std::int64_t e) {
            Histogram part = empty(edges);
            count(values.data.subspan(static_cast<std::size_t>(b), static_cast<std::size_t>(e - b)), finder, part);
            return part;
        },
        [](Histogram& t, const Histogram& p) { t.merge(p); });
    if (context.stopped()) return cancelled();
    return total;
}

Result<Histogram> histogram(Index rows, Index cols, const RowReader& read, std::span<const double> edges,
                            const Context& context)
{
    QS_TRY(checkEdges(edges));
    const BinFinder finder(edges);
    std::mutex mutex;
    Status first;
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, cols));
    Histogram total = reduceOrdered(
        context, rows, grain, empty(edges),
        [&](Index b, Index e) {
            Histogram part = empty(edges);
            std::vector<float> tile(static_cast<std::size_t>((e - b) * cols));
            if (auto ok = read(b, tile); !ok) {
                const std::scoped_lock lock(mutex);
                if (first) first = std::move(ok);
                return part;
            }
            count(tile, finder, part);
            return part;
        },
        [](Histogram& t, const Histogram& p) { t.merge(p); });
    if (!first) return fail(std::move(first.error()));
    if (context.stopped()) return cancelled();
    return total;
}

} // namespace qs::metrics
