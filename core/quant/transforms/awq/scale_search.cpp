// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/input_scale.h"
#include "core/quant/output_error.h"
#include "core/quant/tiled_encode.h"
#include "core/quant/transforms/awq/search.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

constexpr Index kSumRows = 64;      // rows whose errors are summed together, whatever the tiles
constexpr Index kFewRows = 512;     // up to so many, half of that: all threads shall have tiles

/// Σ of inputs that are divided by s.
bool divideSigma(std::span<const double> sigma, std::span<const float> s, const Context& context, std::vector<double>& out)
{
    const std::size_t n = s.size();
    out.resize(n * n);
    return parallelFor(context, static_cast<Index>(n), 64, [&](Index b, Index e) {
        for (auto i = static_cast<std::size_t>(b); i < static_cast<std::size_t>(e); ++i)
            for (std::size_t j = 0; j < n; ++j) out[i * n + j] = sigma[i * n + j] / (static_cast<double>(s[i]) * static_cast<double>(s[j]));
    });
}

/// Σ over the rows of the output error of nearest levels; nothing is removed.
Result<double> roundingError(const Grid& grid, const InputRows& rows, std::span<const double> sigma, const Context& context)
{
    Context quiet = context;
    quiet.progress = nullptr;
    const Index most = rows.rows() <= kFewRows ? kSumRows / 2 : kSumRows;
    const Index own = independentTile(rows, grid, most);
    std::unique_ptr<FittedGrid> all;
    if (own == 0) {
        QS_ASSIGN(all, grid.fitRows(rows, quiet));
    }
    const Index height = own > 0 ? own : most;
    std::vector<double> sums(static_cast<std::size_t>((rows.rows() + height - 1) / height));
    QS_TRY(forTiles(rows, height, context, [&](const FitInput& tile, Index row0) -> Status {
        std::unique_ptr<FittedGrid> levels;
        if (own > 0) {
            QS_ASSIGN(levels, grid.fit(tile, quiet));
        } else {
            levels = std::make_unique<RowsOfGrid>(*all, row0, tile.weights.rows);
        }
        Matrix back(tile.weights.rows, tile.weights.cols);
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(tile.weights.cols));
        for (Index r = 0; r < back.rows(); ++r) {
            levels->nearest(r, 0, tile.weights.row(r), codes);
            levels->decode(r, 0, codes, back.row(r));
        }
        sums[static_cast<std::size_t>(row0 / height)] = outputError(back, tile.weights, sigma, quiet);
        return {};
    }));
    double total = 0;
    for (const double v : sums) total += v;
    return total;
}

/// Mean over all rows of |w| over the largest magnitude of its group.
Result<std::vector<double>> meanShares(std::span<const InputRows* const> layers, const Grid& grid, const Context& context)
{
    const auto n = static_cast<std::size_t>(layers[0]->cols());
    std::vector<double> sum(n);
    double rows = 0;
    for (const InputRows* layer : layers) {
        QS_ASSIGN(const auto begins, groupRuns(grid, *layer, context));
        const auto chunks = static_cast<std::size_t>((layer->rows() + kSumRows - 1) / kSumRows);
        std::vector<std::vector<double>> parts(chunks);
        QS_TRY(forChunks(*layer, kSumRows, context, [&](std::size_t chunk, const FitInput& tile, Index) -> Status {
            auto& part = parts[chunk];
            part.resize(n);
            for (Index r = 0; r < tile.weights.rows; ++r) {
                const auto row = tile.weights.row(r);
                for (std::size_t k = 0; k < begins.size(); ++k) {
                    const auto end = k + 1 < begins.size() ? static_cast<std::size_t>(begins[k + 1]) : n;
                    float most = 0;
                    for (auto j = static_cast<std::size_t>(begins[k]); j < end; ++j) most = std::max(most, std::fabs(row[j]));
                    for (auto j = static_cast<std::size_t>(begins[k]); j < end; ++j)
                        part[j] += std::fabs(static_cast<double>(row[j])) / (static_cast<double>(most) + 1e-6);
                }
            }
            return {};
        }));
        for (const auto& part : parts)
            for (std::size_t j = 0; j < n; ++j) sum[j] += part[j];
        rows += static_cast<double>(layer->rows());
    }
    for (double& v : sum) v /= rows;
    return sum;
}

} // namespace

Result<std::vector<Index>> groupRuns(const Grid& grid, const InputRows& rows, const Context& context)
{
    // Where rows are fitted by themselves, all have the groups of the first few.
    const Index own = independentTile(rows, grid, 2);
    std::unique_ptr<FittedGrid> fitted;
    if (own > 0) {
        TileBuffer buffer;
        QS_ASSIGN(FitInput first, rows.read(0, std::min(own, rows.rows()), buffer));
        first.limits = nullptr;
        QS_ASSIGN(fitted, grid.fit(first, context));
    } else {
        QS_ASSIGN(fitted, grid.fitRows(rows, context));
    }
    std::vector<Index> begins = {0};
    for (Index c = 1; c < fitted->cols(); ++c)
        if (fitted->groupOf(0, c) != fitted->groupOf(0, c - 1)) begins.push_back(c);
    for (Index r = 1; r < fitted->rows(); ++r) {
        Index c = 0;
        for (const Index b : begins) {
            if (fitted->groupOf(r, b) == fitted->groupOf(0, b))
                return fail(Error(ErrorCode::Lacking, "AWQ's searches need groups that lie within one row").fix("choose groups of columns or whole rows, or clip=0 and variant=llm-awq"));
            if (b > 0 && fitted->groupOf(r, b) == fitted->groupOf(r, b - 1))
                return fail(Error(ErrorCode::Lacking, "AWQ's searches need groups that begin at the same columns in every row"));
            c = b;
        }
        if (fitted->groupOf(r, c) != fitted->groupOf(r, fitted->cols() - 1))
            return fail(Error(ErrorCode::Lacking, "AWQ's searches need groups that begin at the same columns in every row"));
    }
    return begins;
}

Result<AwqScales> searchAwqScales(std::span<const InputRows* const> layers, const Calibration& calibration, const Grid& grid,
                                  bool isDuo, int count, const Context& context)
{
    const auto n = static_cast<std::size_t>(layers[0]->cols());
    std::vector<double> shares;
    if (isDuo) {
        QS_ASSIGN(shares, meanShares(layers, grid, context));
    }
    AwqScales out;
    std::vector<double> sigma;
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
        Calibration changed;
        changed.inputs = calibration.inputs;
        changed.meanAbs = calibration.meanAbs;
        changed.maxAbs = calibration.maxAbs;
        changed.meanSquare = calibration.meanSquare;
        divideInputs(changed, scale);
        Context quiet = context;
        quiet.progress = nullptr;
        if (!divideSigma(calibration.sigma, scale, quiet, sigma)) return cancelled();
        changed.sigma.swap(sigma); // its memory serves the next ratio
        double loss = 0;
        for (const InputRows* w : layers) {
            QS_ASSIGN(const double error, roundingError(grid, scaledColumns(*w, scale, &changed), changed.sigma, context));
            loss += error;
        }
        changed.sigma.swap(sigma);
        out.losses.push_back(loss);
        if (k == 0 || loss < out.losses[static_cast<std::size_t>(out.best)]) {
            out.best = k;
            out.scale = std::move(scale);
        }
    }
    return out;
}

} // namespace qs::quant
