// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/pyramid/pyramid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::metrics {
namespace {

// Values of one level, as rows of what is asked for.
struct Source {
    const float* data = nullptr;
    Index cols = 0;
    Index side = 1; ///< elements along a cell
};

// First and last cell of the level for every output cell along one axis, and the elements that each level cell covers.
struct Axis {
    std::vector<Index> begin;
    Index first = 0;
    Index last = 0;
};

// Output cell i takes the level cells whose start lies in its share of the elements; the first one also takes the cell
// that begins before the view.
Axis axisOf(Index e0, Index e1, int n, Index side)
{
    Axis a;
    a.first = e0 / side;
    a.last = (e1 + side - 1) / side;
    a.begin.resize(static_cast<std::size_t>(n) + 1);
    for (int i = 0; i <= n; ++i) {
        const Index element = e0 + (e1 - e0) * i / n;
        a.begin[static_cast<std::size_t>(i)] = i == 0 ? a.first : i == n ? a.last : (element + side - 1) / side;
    }
    for (int i = 0; i < n; ++i) // no output cell stays empty
        a.begin[static_cast<std::size_t>(i)] =
            std::min(a.begin[static_cast<std::size_t>(i)], a.last - 1);
    return a;
}

} // namespace

SampledView sample(const MatrixPyramid& p, Index row0, Index row1, Index col0, Index col1, int width, int height,
                   CellValue what)
{
    SampledView out;
    out.row0 = std::clamp<Index>(row0, 0, p.rows);
    out.row1 = std::clamp<Index>(row1, out.row0, p.rows);
    out.col0 = std::clamp<Index>(col0, 0, p.cols);
    out.col1 = std::clamp<Index>(col1, out.col0, p.cols);
    const Index nr = out.row1 - out.row0;
    const Index nc = out.col1 - out.col0;
    if (nr == 0 || nc == 0 || width < 1 || height < 1) return out;
    out.rows = static_cast<int>(std::min<Index>(nr, height));
    out.cols = static_cast<int>(std::min<Index>(nc, width));
    out.values.resize(static_cast<std::size_t>(out.rows) * static_cast<std::size_t>(out.cols));
    out.exact = out.rows == nr && out.cols == nc;
    const Index cell = std::min(nr / out.rows, nc / out.cols);
    Source s{p.base->data().data(), p.cols, 1};
    std::size_t level = 0;
    while (level < p.levels.size()) {
        const Index side = Index(1) << (level + MatrixPyramid::kFirstLevel);
        if (side * (level == 0 ? 1 : 2) > cell) break;
        const PyramidLevel& l = p.levels[level];
        s = {what == CellValue::Mean ? l.mean.data() : what == CellValue::Rms ? l.rms.data() : l.peak.data(), l.cols, side};
        out.level = static_cast<int>(level) + MatrixPyramid::kFirstLevel;
        ++level;
    }
    const Axis rows = axisOf(out.row0, out.row1, out.rows, s.side);
    const Axis cols = axisOf(out.col0, out.col1, out.cols, s.side);
    const auto extent = [&](Index at, Index all) { return static_cast<double>(std::min(s.side, all - at * s.side)); };
    for (int r = 0; r < out.rows; ++r) {
        const Index r0 = rows.begin[static_cast<std::size_t>(r)];
        const Index r1 = std::max(r0 + 1, rows.begin[static_cast<std::size_t>(r) + 1]);
        for (int c = 0; c < out.cols; ++c) {
            const Index c0 = cols.begin[static_cast<std::size_t>(c)];
            const Index c1 = std::max(c0 + 1, cols.begin[static_cast<std::size_t>(c) + 1]);
            float& value = out.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(out.cols)
                                      + static_cast<std::size_t>(c)];
            if (what == CellValue::Peak) {
                float best = 0;
                bool bad = false;
                for (Index i = r0; i < r1; ++i)
                    for (Index j = c0; j < c1; ++j) {
                        const float x = s.data[i * s.cols + j];
                        bad = bad || x != x;
                        best = std::fabs(x) > std::fabs(best) ? x : best;
                    }
                value = bad ? std::numeric_limits<float>::quiet_NaN() : best;
            } else {
                double sum = 0;
                double weight = 0;
                for (Index i = r0; i < r1; ++i)
                    for (Index j = c0; j < c1; ++j) {
                        const double x = s.data[i * s.cols + j];
                        const double w = extent(i, p.rows) * extent(j, p.cols);
                        sum += w * (what == CellValue::Rms ? x * x : x);
                        weight += w;
                    }
                value = static_cast<float>(what == CellValue::Rms ? std::sqrt(sum / weight) : sum / weight);
            }
        }
    }
    return out;
}

} // namespace qs::metrics
