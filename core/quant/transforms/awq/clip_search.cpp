// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/tiled_encode.h"
#include "core/quant/transforms/awq/search.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace qs::quant {
namespace {

constexpr std::size_t kSteps = 10;
constexpr Index kSamples = 512;
constexpr Index kTileRows = 64;

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double ratio(std::size_t step) { return 1.0 - static_cast<double>(step) / 20.0; }

/// Σ of the group's columns over the tokens of the search.
std::vector<double> blockOf(const Calibration& c, Index cols, Index begin, Index width)
{
    const auto n = at(cols);
    const auto g = at(width);
    std::vector<double> out(g * g);
    if (c.sampleRows <= 0 || c.samples.size() != at(c.sampleRows) * n) {
        for (std::size_t i = 0; i < g; ++i)
            for (std::size_t j = 0; j < g; ++j) out[i * g + j] = c.sigma[(at(begin) + i) * n + at(begin) + j];
        return out;
    }
    const Index step = std::max<Index>(1, c.sampleRows / kSamples);
    for (Index t = 0; t < c.sampleRows; t += step) {
        const float* x = c.samples.data() + at(t) * n + at(begin);
        for (std::size_t i = 0; i < g; ++i)
            for (std::size_t j = 0; j <= i; ++j) out[i * g + j] += static_cast<double>(x[i]) * static_cast<double>(x[j]);
    }
    for (std::size_t i = 0; i < g; ++i)
        for (std::size_t j = 0; j < i; ++j) out[j * g + i] = out[i * g + j];
    return out;
}

/// The parts of one step's error in one group: of positive and of negative weights, and each times Σ.
struct SideErrors {
    std::vector<double> positive, negative, positiveSigma, negativeSigma;
};

double dot(const std::vector<double>& a, const std::vector<double>& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

void timesSigma(const std::vector<double>& v, const std::vector<double>& sigma, std::vector<double>& out)
{
    const std::size_t g = v.size();
    out.assign(g, 0.0);
    for (std::size_t i = 0; i < g; ++i)
        if (v[i] != 0)
            for (std::size_t j = 0; j < g; ++j) out[j] += v[i] * sigma[i * g + j];
}

} // namespace

Result<FitLimits> searchAwqClips(const InputRows& rows, const Grid& grid, const Context& context)
{
    const Index cols = rows.cols();
    const Calibration& c = *rows.calibration();
    const bool isTwoSided = grid.sidesAreApart();
    Context quiet = context;
    quiet.progress = nullptr;
    FitLimits out;
    QS_ASSIGN(out.begins, groupRuns(grid, rows, quiet));
    const std::size_t runs = out.begins.size();
    const auto endOf = [&](std::size_t k) { return k + 1 < runs ? out.begins[k + 1] : cols; };
    out.lo.resize(at(rows.rows()) * runs);
    out.hi.resize(at(rows.rows()) * runs);
    std::vector<std::vector<double>> sigma(runs);
    if (!parallelFor(context, static_cast<Index>(runs), 1, [&](Index b, Index e) {
            for (; b < e; ++b) sigma[at(b)] = blockOf(c, cols, out.begins[at(b)], endOf(at(b)) - out.begins[at(b)]);
        }))
        return cancelled();

    // The ends of each group, and their shares.
    QS_TRY(forTiles(rows, kTileRows, context, [&](const FitInput& tile, Index row0) -> Status {
        for (Index r = 0; r < tile.weights.rows; ++r)
            for (std::size_t k = 0; k < runs; ++k) {
                float lo = 0;
                float hi = 0;
                for (Index j = out.begins[k]; j < endOf(k); ++j) {
                    lo = std::min(lo, tile.weights.at(r, j));
                    hi = std::max(hi, tile.weights.at(r, j));
                }
                if (!isTwoSided) {
                    hi = std::max(hi, -lo);
                    lo = -hi;
                }
                out.lo[at(row0 + r) * runs + k] = lo;
                out.hi[at(row0 + r) * runs + k] = hi;
            }
        return {};
    }));
    const FitLimits widest = out;
    const auto bound = [&](float end, std::size_t step) { return static_cast<float>(static_cast<double>(end) * ratio(step)); };
    const auto boundsOf = [&](Index row0, Index count, std::size_t step) {
        FitLimits l = limitsOf(widest, row0, count);
        for (auto* v : {&l.lo, &l.hi})
            for (float& end : *v) end = bound(end, step);
        return l;
    };
    const auto clipped = [&](std::size_t step) {
        return ChangedRows(rows, [&, step](Index row0, FitInput& tile, std::span<float> weights) -> Status {
            const FitLimits limits = boundsOf(row0, tile.weights.rows, step);
            FitInput input = tile;
            input.limits = &limits;
            const Matrix inside = withinLimits(input);
            std::copy(inside.data().begin(), inside.data().end(), weights.begin());
            return {};
        });
    };
    const Index own = independentTile(rows, grid, kTileRows);
    // Levels that follow from all rows are fitted once for each step.
    std::array<std::unique_ptr<FittedGrid>, kSteps> all;
    for (std::size_t step = 0; own == 0 && step < kSteps; ++step) {
        QS_ASSIGN(all[step], grid.fitRows(clipped(step), quiet));
    }
    const auto searchTile = [&](const FitInput& tile, Index row0) -> Status {
        const Index count = tile.weights.rows;
        std::array<Matrix, kSteps> decoded; // what each step decodes to
        for (std::size_t step = 0; step < kSteps; ++step) {
            const FitLimits limits = boundsOf(row0, count, step);
            FitInput input = tile;
            input.limits = &limits;
            const Matrix inside = withinLimits(input);
            input.weights = inside.view();
            input.limits = nullptr;
            std::unique_ptr<FittedGrid> levels;
            if (own > 0) {
                QS_ASSIGN(levels, grid.fit(input, quiet));
            } else {
                levels = std::make_unique<RowsOfGrid>(*all[step], row0, count);
            }
            decoded[step] = Matrix(count, cols);
            std::vector<std::uint8_t> codes(at(cols));
            for (Index r = 0; r < count; ++r) {
                levels->nearest(r, 0, inside.row(r), codes);
                levels->decode(r, 0, codes, decoded[step].row(r));
            }
            if (context.stopped()) return cancelled();
        }
        std::array<SideErrors, kSteps> errors;
        for (Index r = 0; r < count; ++r)
            for (std::size_t k = 0; k < runs; ++k) {
                const auto g = at(endOf(k) - out.begins[k]);
                for (std::size_t step = 0; step < kSteps; ++step) {
                    SideErrors& e = errors[step];
                    e.positive.assign(g, 0.0);
                    e.negative.assign(g, 0.0);
                    for (std::size_t j = 0; j < g; ++j) {
                        const Index col = out.begins[k] + static_cast<Index>(j);
                        const float v = tile.weights.at(r, col);
                        const double d = static_cast<double>(decoded[step].at(r, col)) - static_cast<double>(v);
                        if (!tile.removed.empty() && tile.removed[at(r * cols + col)]) continue; // exact in the end
                        (isTwoSided && v < 0 ? e.negative : e.positive)[j] = d;
                    }
                    timesSigma(e.positive, sigma[k], e.positiveSigma);
                    if (isTwoSided) timesSigma(e.negative, sigma[k], e.negativeSigma);
                }
                std::size_t bestHi = 0;
                std::size_t bestLo = 0;
                double least = 0;
                for (std::size_t i = 0; i < kSteps; ++i)
                    for (std::size_t j = 0; j < (isTwoSided ? kSteps : 1); ++j) {
                        double error = dot(errors[i].positive, errors[i].positiveSigma);
                        if (isTwoSided)
                            error += 2 * dot(errors[i].positiveSigma, errors[j].negative)
                                + dot(errors[j].negative, errors[j].negativeSigma);
                        if ((i == 0 && j == 0) || error < least) {
                            least = error;
                            bestHi = i;
                            bestLo = isTwoSided ? j : i;
                        }
                    }
                const std::size_t place = at(row0 + r) * runs + k;
                out.lo[place] = bound(out.lo[place], bestLo);
                out.hi[place] = bound(out.hi[place], bestHi);
            }
        return {};
    };
    QS_TRY(forTiles(rows, own > 0 ? own : kTileRows, context, searchTile));
    return out;
}

} // namespace qs::quant
