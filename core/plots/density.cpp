// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/density.h"

#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

namespace qs::plots {

void DensityAxes::widen()
{
    const double d = high > low ? (high - low) * 0.02 : std::max(1e-6, std::fabs(low) * 0.1);
    low -= d;
    high += d;
}

DensityAxes finiteRange(std::span<const float> values)
{
    DensityAxes a;
    bool any = false;
    for (const float v : values) {
        if (!std::isfinite(v)) continue;
        a.low = any ? std::min(a.low, static_cast<double>(v)) : v;
        a.high = any ? std::max(a.high, static_cast<double>(v)) : v;
        any = true;
    }
    return a;
}

std::function<bool(std::size_t)> keptBy(const Selected& selected, MatrixView original)
{
    if (!selected.any()) return {};
    return [selected, original](std::size_t i) {
        const auto k = static_cast<Index>(i);
        return selected.holds(k / original.cols, k % original.cols, original.data[i]);
    };
}

Result<HeatGrid> density(std::size_t n, const std::function<std::pair<float, float>(std::size_t)>& point,
                         const DensityAxes& x, const DensityAxes& y, int cells, const Context& context,
                         const std::function<bool(std::size_t)>& selected)
{
    const auto side = static_cast<std::size_t>(cells);
    std::vector<std::uint64_t> counts(side * side);
    std::vector<std::uint64_t> chosen(selected ? side * side : 0);
    std::mutex mutex;
    const double sx = cells / (x.high - x.low);
    const double sy = cells / (y.high - y.low);
    const bool done = parallelFor(context, static_cast<std::int64_t>(n), 1 << 20, [&](std::int64_t b, std::int64_t e) {
        std::vector<std::uint32_t> part(side * side);
        std::vector<std::uint32_t> mine(chosen.size());
        for (auto i = static_cast<std::size_t>(b); i < static_cast<std::size_t>(e); ++i) {
            const auto [px, py] = point(i);
            const double cx = (static_cast<double>(px) - x.low) * sx;
            const double cy = (y.high - static_cast<double>(py)) * sy;
            if (!(cx >= 0) || !(cy >= 0) || !(cx < cells) || !(cy < cells)) continue;
            const std::size_t cell = static_cast<std::size_t>(cy) * side + static_cast<std::size_t>(cx);
            ++part[cell];
            if (selected && selected(static_cast<std::size_t>(i))) ++mine[cell];
        }
        const std::scoped_lock lock(mutex);
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += part[i];
        for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] += mine[i];
    });
    if (!done) return cancelled();
    HeatGrid g;
    g.rows = g.cols = cells;
    g.xMin = x.low;
    g.xMax = x.high;
    g.yMin = y.high;
    g.yMax = y.low;
    g.values.reserve(counts.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        g.pale.push_back(chosen[i] == 0 && counts[i] > 0 ? 1 : 0);
        if (chosen[i] > 0) counts[i] = chosen[i];
    }
    for (const std::uint64_t c : counts)
        g.values.push_back(c == 0 ? std::numeric_limits<float>::quiet_NaN()
                                  : static_cast<float>(std::log10(static_cast<double>(c))));
    return g;
}

} // namespace qs::plots
