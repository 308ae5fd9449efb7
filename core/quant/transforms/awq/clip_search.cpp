// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/product_kernels.h"
#include "core/quant/tiled_encode.h"
#include "core/quant/transforms/awq/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace qs::quant {
namespace {

constexpr std::size_t kSteps = 10;
constexpr Index kSamples = 512;
constexpr Index kTileRows = 32;
constexpr Index kBatchErrors = Index(1) << 16; // errors that are multiplied at a time: they stay in the cache

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

/// Errors of some rows in one group at every step, of positive and of negative weights apart where a grid has two sides,
/// with their products with Σ: [width, columns], a column for each row, side and step.
class StepErrors {
public:
    StepErrors(std::size_t width, std::size_t rows, bool isTwoSided)
        : m_width(width), m_sides(isTwoSided ? 2 : 1), m_columns(rows * m_sides * kSteps), m_errors(width * m_columns), m_products(width * m_columns)
    {
    }
    double& at(std::size_t j, std::size_t row, std::size_t side, std::size_t step) { return m_errors[j * m_columns + column(row, side) + step]; }
    /// δΣδᵀ of every column.
    void multiply(const std::vector<double>& sigma)
    {
        productKernels().subtract(m_width, m_columns, m_width, sigma.data(), m_width, m_errors.data(), m_columns, m_products.data(), m_columns);
        m_squares.assign(m_columns, 0.0);
        for (std::size_t j = 0; j < m_width; ++j)
            for (std::size_t c = 0; c < m_columns; ++c) m_squares[c] -= m_products[j * m_columns + c] * m_errors[j * m_columns + c];
    }
    /// The step of the upper and of the lower end with the least error, the first of equals.
    std::pair<std::size_t, std::size_t> best(std::size_t row) const
    {
        const double* own = m_squares.data() + column(row, 0);
        if (m_sides == 1) {
            const auto least = static_cast<std::size_t>(std::min_element(own, own + kSteps) - own);
            return {least, least};
        }
        std::array<double, kSteps * kSteps> cross{}; // +Σ of the upper end's errors times the lower end's
        productKernels().subtract(kSteps, kSteps, m_width, m_products.data() + column(row, 0), m_columns, m_errors.data() + column(row, 1), m_columns,
                                  cross.data(), kSteps);
        const double* lower = m_squares.data() + column(row, 1);
        std::pair<std::size_t, std::size_t> out{0, 0};
        double least = own[0] + 2 * cross[0] + lower[0];
        for (std::size_t i = 0; i < kSteps; ++i)
            for (std::size_t j = 0; j < kSteps; ++j)
                if (const double error = own[i] + 2 * cross[i * kSteps + j] + lower[j]; error < least) {
                    least = error;
                    out = {i, j};
                }
        return out;
    }

private:
    std::size_t column(std::size_t row, std::size_t side) const { return (row * m_sides + side) * kSteps; }
    std::size_t m_width;
    std::size_t m_sides;
    std::size_t m_columns;
    std::vector<double> m_errors;
    std::vector<double> m_products; ///< with the sign turned
    std::vector<double> m_squares;
};

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
        const Index sides = isTwoSided ? 2 : 1;
        for (std::size_t k = 0; k < runs; ++k) {
            const Index width = endOf(k) - out.begins[k];
            const Index batch = std::clamp<Index>(kBatchErrors / (width * sides * static_cast<Index>(kSteps)), 1, count);
            for (Index first = 0; first < count; first += batch) {
                const Index end = std::min(count, first + batch);
                StepErrors errors(at(width), at(end - first), isTwoSided);
                for (Index r = first; r < end; ++r)
                    for (Index j = 0; j < width; ++j) {
                        const Index col = out.begins[k] + j;
                        if (!tile.removed.empty() && tile.removed[at(r * cols + col)]) continue; // exact in the end
                        const float v = tile.weights.at(r, col);
                        const std::size_t side = isTwoSided && v < 0 ? 1 : 0;
                        for (std::size_t step = 0; step < kSteps; ++step)
                            errors.at(at(j), at(r - first), side, step) = static_cast<double>(decoded[step].at(r, col)) - static_cast<double>(v);
                    }
                errors.multiply(sigma[k]);
                for (Index r = first; r < end; ++r) {
                    const auto [hi, lo] = errors.best(at(r - first));
                    const std::size_t place = at(row0 + r) * runs + k;
                    out.lo[place] = bound(out.lo[place], lo);
                    out.hi[place] = bound(out.hi[place], hi);
                }
            }
            if (context.stopped()) return cancelled();
        }
        return {};
    };
    QS_TRY(forTiles(rows, own > 0 ? own : kTileRows, context, searchTile));
    return out;
}

} // namespace qs::quant
