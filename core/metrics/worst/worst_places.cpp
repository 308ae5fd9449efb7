// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/worst/worst_places.h"

#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace qs::metrics {
namespace {

struct Sum {
    double error = 0;
    double square = 0;
    double maxAbs = 0;
    std::uint64_t count = 0;
    void add(float w, float v)
    {
        const double e = static_cast<double>(v) - static_cast<double>(w);
        ++count;
        if (!std::isfinite(e)) {
            maxAbs = std::numeric_limits<double>::infinity();
            return;
        }
        error += e * e;
        square += static_cast<double>(w) * static_cast<double>(w);
        maxAbs = std::max(maxAbs, std::fabs(e));
    }
    void merge(const Sum& o)
    {
        error += o.error;
        square += o.square;
        maxAbs = std::max(maxAbs, o.maxAbs);
        count += o.count;
    }
};

struct Box {
    Index row0 = std::numeric_limits<Index>::max();
    Index row1 = 0;
    Index col0 = std::numeric_limits<Index>::max();
    Index col1 = 0;
    void add(Index r, Index c)
    {
        row0 = std::min(row0, r);
        row1 = std::max(row1, r + 1);
        col0 = std::min(col0, c);
        col1 = std::max(col1, c + 1);
    }
    void merge(const Box& o)
    {
        row0 = std::min(row0, o.row0);
        row1 = std::max(row1, o.row1);
        col0 = std::min(col0, o.col0);
        col1 = std::max(col1, o.col1);
    }
};

struct GroupSums {
    std::vector<Sum> sums;
    std::vector<Box> boxes;
};

template <class BoxOf>
std::vector<WorstPlace> largest(PlaceKind kind, const std::vector<Sum>& sums, std::size_t most, double total, BoxOf&& boxOf)
{
    std::vector<std::size_t> by(sums.size());
    std::iota(by.begin(), by.end(), std::size_t(0));
    const auto mean = [&](std::size_t i) {
        if (std::isinf(sums[i].maxAbs)) return std::numeric_limits<double>::infinity(); // NaN or Inf: nothing is worse
        return sums[i].count == 0 ? 0.0 : sums[i].error / static_cast<double>(sums[i].count);
    };
    const std::size_t n = std::min(most, by.size());
    std::partial_sort(by.begin(), by.begin() + static_cast<std::ptrdiff_t>(n), by.end(), [&](std::size_t a, std::size_t b) {
        const double x = mean(a);
        const double y = mean(b);
        return x != y ? x > y : a < b;
    });
    std::vector<WorstPlace> out;
    for (std::size_t k = 0; k < n; ++k) {
        const Sum& s = sums[by[k]];
        if (s.error == 0 && s.maxAbs == 0) break; // exact: nothing is worst
        const Box box = boxOf(by[k]);
        WorstPlace p;
        p.kind = kind;
        p.index = static_cast<Index>(by[k]);
        p.row0 = box.row0;
        p.row1 = box.row1;
        p.col0 = box.col0;
        p.col1 = box.col1;
        p.count = s.count;
        p.rmse = std::sqrt(mean(by[k]));
        p.maxAbs = s.maxAbs;
        p.share = total > 0 ? s.error / total : 0;
        p.relativeMse = s.square > 0 ? s.error / s.square : s.error > 0 ? std::numeric_limits<double>::infinity() : 0;
        out.push_back(p);
    }
    return out;
}

} // namespace

const char* placeKindName(PlaceKind kind)
{
    switch (kind) {
    case PlaceKind::Row: return "row";
    case PlaceKind::Column: return "column";
    case PlaceKind::Group: return "group";
    }
    return "row";
}

Result<WorstPlaces> worstPlaces(MatrixView original, MatrixView decoded, const quant::FittedGrid* grid, std::size_t most,
                                const Context& context)
{
    if (original.rows != decoded.rows || original.cols != decoded.cols)
        return fail(ErrorCode::Mismatch, "the two matrices are of different shapes");
    const Index rows = original.rows;
    const Index cols = original.cols;
    std::vector<Sum> byRow(static_cast<std::size_t>(rows));
    // At most 64 parts keep a copy of the columns' sums; their borders depend on the shape alone.
    const Index grain = std::max<Index>(std::max<Index>(1, (rows + 63) / 64), (Index(1) << 16) / std::max<Index>(1, cols));
    const auto byCol = reduceOrdered(
        context, rows, grain, std::vector<Sum>(static_cast<std::size_t>(cols)),
        [&](Index begin, Index end) {
            std::vector<Sum> part(static_cast<std::size_t>(cols));
            for (Index r = begin; r < end && !context.stopped(); ++r) {
                const auto w = original.row(r);
                const auto v = decoded.row(r);
                Sum& row = byRow[static_cast<std::size_t>(r)];
                for (std::size_t c = 0; c < w.size(); ++c) {
                    row.add(w[c], v[c]);
                    part[c].add(w[c], v[c]);
                }
            }
            return part;
        },
        [](std::vector<Sum>& total, const std::vector<Sum>& part) {
            for (std::size_t c = 0; c < total.size(); ++c) total[c].merge(part[c]);
        });
    if (context.stopped()) return cancelled();
    double total = 0;
    for (const Sum& s : byRow) total += s.error;
    WorstPlaces out;
    out.rows = largest(PlaceKind::Row, byRow, most, total, [&](std::size_t i) {
        return Box{static_cast<Index>(i), static_cast<Index>(i) + 1, 0, cols};
    });
    out.columns = largest(PlaceKind::Column, byCol, most, total, [&](std::size_t i) {
        return Box{0, rows, static_cast<Index>(i), static_cast<Index>(i) + 1};
    });
    if (!grid || grid->groups() < 2 || grid->rows() != rows || grid->cols() != cols) return out;
    // Groups may cross rows (blocks, columns of HQQ), so they are summed in one order.
    GroupSums g;
    g.sums.resize(static_cast<std::size_t>(grid->groups()));
    g.boxes.resize(g.sums.size());
    for (Index r = 0; r < rows; ++r) {
        if ((r & 63) == 0 && context.stopped()) return cancelled();
        const auto w = original.row(r);
        const auto v = decoded.row(r);
        for (Index c = 0; c < cols; ++c) {
            const auto i = static_cast<std::size_t>(grid->groupOf(r, c));
            g.sums[i].add(w[static_cast<std::size_t>(c)], v[static_cast<std::size_t>(c)]);
            g.boxes[i].add(r, c);
        }
    }
    out.groups = largest(PlaceKind::Group, g.sums, most, total, [&](std::size_t i) { return g.boxes[i]; });
    return out;
}

Status addOutputShares(WorstPlaces& places, MatrixView contributions, const quant::FittedGrid* grid, const Context& context)
{
    const bool groups = grid && !places.groups.empty() && grid->rows() == contributions.rows && grid->cols() == contributions.cols;
    std::vector<double> byRow(static_cast<std::size_t>(contributions.rows));
    std::vector<double> byCol(static_cast<std::size_t>(contributions.cols));
    std::vector<double> byGroup(groups ? static_cast<std::size_t>(grid->groups()) : 0);
    for (Index r = 0; r < contributions.rows; ++r) {
        if ((r & 63) == 0 && context.stopped()) return cancelled();
        const auto row = contributions.row(r);
        for (Index c = 0; c < contributions.cols; ++c) {
            const double v = static_cast<double>(row[static_cast<std::size_t>(c)]);
            byRow[static_cast<std::size_t>(r)] += v;
            byCol[static_cast<std::size_t>(c)] += v;
            if (groups) byGroup[static_cast<std::size_t>(grid->groupOf(r, c))] += v;
        }
    }
    const double total = std::accumulate(byRow.begin(), byRow.end(), 0.0);
    const auto take = [&](std::vector<WorstPlace>& list, const std::vector<double>& sums) {
        for (WorstPlace& p : list)
            if (static_cast<std::size_t>(p.index) < sums.size() && total > 0) p.outputShare = sums[static_cast<std::size_t>(p.index)] / total;
    };
    take(places.rows, byRow);
    take(places.columns, byCol);
    take(places.groups, byGroup);
    return {};
}

} // namespace qs::metrics
