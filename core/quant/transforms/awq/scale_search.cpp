// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/input_scale.h"
#include "core/quant/output_error.h"
#include "core/quant/transforms/awq/search.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

/// Values that the grid's nearest levels have in this matrix.
Result<Matrix> rounded(const Grid& grid, const FitInput& input, const Context& context)
{
    QS_ASSIGN(const auto fitted, grid.fit(input, context));
    const Index cols = input.weights.cols;
    Matrix out(input.weights.rows, cols);
    const Index grain = std::max<Index>(1, (Index(1) << 16) / cols);
    const bool done = parallelFor(context, out.rows(), grain, [&](Index b, Index e) {
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(cols));
        for (; b < e; ++b) {
            fitted->nearest(b, 0, input.weights.row(b), codes);
            fitted->decode(b, 0, codes, out.row(b));
        }
    });
    if (!done) return cancelled();
    return out;
}

/// Mean over all rows of |w| over the largest magnitude of its group.
Result<std::vector<double>> meanShares(std::span<const MatrixView> layers, const Grid& grid, const FitInput& like, const Context& context)
{
    const auto n = static_cast<std::size_t>(layers[0].cols);
    std::vector<double> sum(n);
    double rows = 0;
    for (const MatrixView& w : layers) {
        FitInput input = like;
        input.weights = w;
        QS_ASSIGN(const auto fitted, grid.fit(input, context));
        QS_ASSIGN(const auto begins, groupRuns(*fitted));
        for (Index r = 0; r < w.rows; ++r) {
            const auto row = w.row(r);
            for (std::size_t k = 0; k < begins.size(); ++k) {
                const auto end = k + 1 < begins.size() ? static_cast<std::size_t>(begins[k + 1]) : n;
                float most = 0;
                for (auto j = static_cast<std::size_t>(begins[k]); j < end; ++j) most = std::max(most, std::fabs(row[j]));
                for (auto j = static_cast<std::size_t>(begins[k]); j < end; ++j)
                    sum[j] += std::fabs(static_cast<double>(row[j])) / (static_cast<double>(most) + 1e-6);
            }
        }
        rows += static_cast<double>(w.rows);
    }
    for (double& v : sum) v /= rows;
    return sum;
}

} // namespace

Result<std::vector<Index>> groupRuns(const FittedGrid& grid)
{
    std::vector<Index> begins = {0};
    for (Index c = 1; c < grid.cols(); ++c)
        if (grid.groupOf(0, c) != grid.groupOf(0, c - 1)) begins.push_back(c);
    for (Index r = 1; r < grid.rows(); ++r) {
        Index c = 0;
        for (const Index b : begins) {
            if (grid.groupOf(r, b) == grid.groupOf(0, b))
                return fail(Error(ErrorCode::Lacking, "AWQ's searches need groups that lie within one row").fix("choose groups of columns or whole rows, or clip=0 and variant=llm-awq"));
            if (b > 0 && grid.groupOf(r, b) == grid.groupOf(r, b - 1))
                return fail(Error(ErrorCode::Lacking, "AWQ's searches need groups that begin at the same columns in every row"));
            c = b;
        }
        if (grid.groupOf(r, c) != grid.groupOf(r, grid.cols() - 1))
            return fail(Error(ErrorCode::Lacking, "AWQ's searches need groups that begin at the same columns in every row"));
    }
    return begins;
}

Result<AwqScales> searchAwqScales(std::span<const MatrixView> layers, const Calibration& calibration, const Grid& grid,
                                  bool isDuo, int count, std::uint64_t seed, const Context& context)
{
    const auto n = static_cast<std::size_t>(layers[0].cols);
    FitInput like;
    like.seed = seed;
    like.calibration = &calibration;
    std::vector<double> shares;
    if (isDuo) {
        QS_ASSIGN(shares, meanShares(layers, grid, like, context));
    }
    AwqScales out;
    for (int k = 0; k < count; ++k) {
        const double r = static_cast<double>(k) / count;
        std::vector<double> s(n);
        for (std::size_t j = 0; j < n; ++j) {
            s[j] = std::pow(static_cast<double>(calibration.meanAbs[j]), r);
            if (isDuo) s[j] /= std::pow(shares[j], 1 - r) + 1e-4;
            s[j] = std::max(s[j], 1e-4);
        }
        const auto [least, most] = std::minmax_element(s.begin(), s.end());
        const double norm = std::sqrt(*least * *most);
        std::vector<float> scale(n);
        for (std::size_t j = 0; j < n; ++j) {
            const auto v = static_cast<float>(s[j] / norm);
            scale[j] = std::isfinite(v) && v > 0 ? v : 1.0F;
        }
        Calibration changed = calibration;
        changed.samples.clear();
        changed.sampleRows = 0;
        changed.fisher.clear(); // of one layer, while there may be several
        divideInputs(changed, scale);
        double loss = 0;
        for (const MatrixView& w : layers) {
            const Matrix scaled = scaledColumns(w, scale);
            FitInput input = like;
            input.weights = scaled.view();
            input.calibration = &changed;
            QS_ASSIGN(const Matrix back, rounded(grid, input, context));
            loss += outputError(back, scaled, changed.sigma, context);
            if (context.stopped()) return cancelled();
        }
        out.losses.push_back(loss);
        if (k == 0 || loss < out.losses[static_cast<std::size_t>(out.best)]) {
            out.best = k;
            out.scale = std::move(scale);
        }
    }
    return out;
}

} // namespace qs::quant
