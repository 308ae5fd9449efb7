// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diff/compare_values.h"

#include "core/base/sha256.h"
#include "core/exec/parallel_for.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <string_view>

namespace qs::diff {

double ValueDistance::relativeMse() const
{
    if (!finite) return std::numeric_limits<double>::infinity();
    if (sumSquaredError == 0) return 0;
    return sumSquares == 0 ? std::numeric_limits<double>::infinity() : sumSquaredError / sumSquares;
}

ValueDistance distance(MatrixView a, MatrixView b, std::span<const Index> order, const Context& context)
{
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, a.cols));
    return reduceOrdered(
        context, a.rows, grain, ValueDistance{},
        [&](Index begin, Index end) {
            ValueDistance d;
            for (Index r = begin; r < end; ++r) {
                const auto x = a.row(r);
                const auto y = b.row(order.empty() ? r : order[static_cast<std::size_t>(r)]);
                for (std::size_t i = 0; i < x.size(); ++i) {
                    d.zeroA = d.zeroA && x[i] == 0;
                    d.zeroB = d.zeroB && y[i] == 0;
                    d.sumSquares += double(x[i]) * x[i];
                    if (x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]))) continue;
                    ++d.unequal;
                    const double e = double(y[i]) - x[i];
                    if (!std::isfinite(e)) d.finite = false;
                    d.sumSquaredError += e * e;
                    d.maxAbs = std::max(d.maxAbs, std::fabs(e));
                }
            }
            return d;
        },
        [](ValueDistance& total, const ValueDistance& d) {
            total.sumSquaredError += d.sumSquaredError;
            total.sumSquares += d.sumSquares;
            total.maxAbs = std::max(total.maxAbs, d.maxAbs);
            total.unequal += d.unequal;
            total.finite = total.finite && d.finite;
            total.zeroA = total.zeroA && d.zeroA;
            total.zeroB = total.zeroB && d.zeroB;
        });
}

Matrix transposed(MatrixView m)
{
    Matrix out(m.cols, m.rows);
    for (Index r = 0; r < m.rows; ++r)
        for (Index c = 0; c < m.cols; ++c) out.at(c, r) = m.at(r, c);
    return out;
}

std::vector<Index> rotaryOrder(Index rows, Index headRows)
{
    std::vector<Index> order(static_cast<std::size_t>(rows));
    for (Index h = 0; h < rows / headRows; ++h)
        for (Index i = 0; i < headRows / 2; ++i)
            for (Index p = 0; p < 2; ++p)
                order[static_cast<std::size_t>(h * headRows + 2 * i + p)] = h * headRows + p * headRows / 2 + i;
    return order;
}

std::vector<Index> inverseOrder(std::span<const Index> order)
{
    std::vector<Index> inverse(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) inverse[static_cast<std::size_t>(order[i])] = static_cast<Index>(i);
    return inverse;
}

std::vector<Index> matchRows(MatrixView a, MatrixView b)
{
    const auto key = [](std::span<const float> row) {
        return std::string_view(reinterpret_cast<const char*>(row.data()), row.size_bytes());
    };
    std::multimap<std::string_view, Index> rows;
    for (Index r = 0; r < b.rows; ++r) rows.emplace(key(b.row(r)), r);
    std::vector<Index> order;
    bool moved = false;
    for (Index r = 0; r < a.rows; ++r) {
        const auto it = rows.find(key(a.row(r)));
        if (it == rows.end()) return {};
        moved = moved || it->second != r;
        order.push_back(it->second);
        rows.erase(it);
    }
    return moved ? order : std::vector<Index>{};
}

std::string valuesHash(MatrixView m)
{
    Sha256 hash;
    const Index shape[2] = {m.rows, m.cols};
    hash.update(std::as_bytes(std::span(shape)));
    hash.update(std::as_bytes(m.data));
    return hash.finish();
}

} // namespace qs::diff
