// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/error_feedback.h"

#include "core/base/format.h"
#include "core/exec/parallel_for.h"
#include "core/quant/dense_factor.h"
#include "core/quant/permuted_grid.h"
#include "core/quant/product_kernels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qs::quant {
namespace {

constexpr Index kTileRows = 64;
constexpr Index kStep = 16; // columns whose feedback within a block is added together

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// What all tiles of rows share.
struct Shared {
    const FitInput* input = nullptr;
    const Grid* grid = nullptr;
    const FeedbackOptions* options = nullptr;
    FeedbackPlan plan;
    Index cols = 0;
    std::vector<Index> order;   ///< column that comes p-th
    std::vector<bool> isDead;   ///< by column: the input is always 0
    std::vector<double> factor; ///< U, in the order of processing
    // Groups fitted on the way: run k holds places [k·run, ...), its columns in ascending order.
    std::vector<Index> placeColumn; ///< column at each place
    std::vector<Index> rank;        ///< place, within its run, of the column that comes p-th
    std::vector<Calibration> runInputs;
};

/// Column weights of some columns, as grids of independent columns use them.
Calibration inputsOf(const Calibration& c, std::span<const Index> columns)
{
    Calibration out;
    const auto n = static_cast<std::size_t>(c.inputs);
    out.inputs = static_cast<std::int64_t>(columns.size());
    for (const Index j : columns) {
        const std::size_t k = at(j);
        if (c.sigma.size() == n * n) out.meanSquare.push_back(static_cast<float>(c.sigma[k * n + k]));
        else if (c.meanSquare.size() == n) out.meanSquare.push_back(c.meanSquare[k]);
        if (c.meanAbs.size() == n) out.meanAbs.push_back(c.meanAbs[k]);
        if (c.maxAbs.size() == n) out.maxAbs.push_back(c.maxAbs[k]);
    }
    return out;
}

/// Tile of rows [row0, row0 + rows): quantizes all columns.
class Tile {
public:
    Tile(const Shared& shared, Index row0, Index rows)
        : m_s(shared), m_row0(row0), m_rows(rows), m_w(at(shared.cols * rows)), m_column(at(rows)), m_values(at(rows)),
          m_found(at(rows)), m_error(at(shared.options->block * rows))
    {
        const MatrixView w = m_s.input->weights;
        for (Index p = 0; p < m_s.cols; ++p) {
            const Index c = m_s.order[at(p)];
            for (Index r = 0; r < rows; ++r) m_w[at(p * rows + r)] = m_s.isDead[at(c)] ? 0.0 : static_cast<double>(w.at(row0 + r, c));
        }
    }

    /// `fitted`: all levels, or null where they are fitted on the way, from weights that `seen` keeps (in places).
    Result<double> run(const FittedGrid* fitted, Matrix* seen, const Context& context, Codes& codes)
    {
        const ProductKernels& kernels = productKernels();
        const FeedbackOptions& o = *m_s.options;
        const auto rows = at(m_rows);
        const auto n = at(m_s.cols);
        const double* u = m_s.factor.data();
        std::unique_ptr<FittedGrid> group;
        double loss = 0;
        for (Index i1 = 0, i2 = 0; i1 < m_s.cols; i1 = i2) {
            if (context.stopped()) return cancelled();
            i2 = std::min(m_s.cols, i1 + o.block);
            if (m_s.plan.run > 0 && o.fitCurrent) i2 = std::min(i2, (i1 / m_s.plan.run + 1) * m_s.plan.run);
            if (m_s.plan.run > 0) m_before.assign(m_w.begin() + i1 * m_rows, m_w.begin() + i2 * m_rows);
            for (Index s1 = i1, s2 = 0; s1 < i2; s1 = s2) {
                s2 = std::min(i2, s1 + kStep);
                for (Index i = s1; i < s2; ++i) {
                    if (m_s.plan.run > 0 && i % m_s.plan.run == 0) {
                        QS_ASSIGN(group, fitRun(i, i1, i2, *seen, context));
                    }
                    double* now = m_w.data() + i * m_rows;
                    double* e = m_error.data() + (i - i1) * m_rows;
                    const Index c = m_s.order[at(i)];
                    for (std::size_t r = 0; r < rows; ++r) m_column[r] = static_cast<float>(now[r]);
                    if (group) group->quantizeColumn(0, m_s.rank[at(i)], m_column, m_found, m_values);
                    else fitted->quantizeColumn(m_row0, c, m_column, m_found, m_values);
                    const double d = u[at(i) * n + at(i)];
                    for (std::size_t r = 0; r < rows; ++r) {
                        codes.data[at((m_row0 + static_cast<Index>(r)) * m_s.cols + c)] = m_found[r];
                        e[r] = now[r] - static_cast<double>(m_values[r]);
                    }
                    if (!m_s.input->removed.empty()) // the true value stands beside the codes: only what feedback added is lost
                        for (std::size_t r = 0; r < rows; ++r)
                            if (m_s.input->removed[at((m_row0 + static_cast<Index>(r)) * m_s.cols + c)]) e[r] = now[r];
                    for (std::size_t r = 0; r < rows; ++r) {
                        e[r] /= d;
                        loss += e[r] * e[r];
                    }
                    kernels.subtractOuter(at(s2 - i - 1), rows, u + at(i) * n + at(i) + 1, e, now + m_rows, rows);
                }
                kernels.subtract(at(i2 - s2), rows, at(s2 - s1), u + at(s1) * n + at(s2), n,
                                 m_error.data() + (s1 - i1) * m_rows, rows, m_w.data() + s2 * m_rows, rows);
            }
            kernels.subtract(at(m_s.cols - i2), rows, at(i2 - i1), u + at(i1) * n + at(i2), n, m_error.data(), rows,
                             m_w.data() + i2 * m_rows, rows);
            context.advance(static_cast<std::uint64_t>((i2 - i1) * m_rows));
        }
        return loss;
    }

private:
    // Levels of the run that begins at place i, from weights as they were at the block's begin.
    Result<std::unique_ptr<FittedGrid>> fitRun(Index i, Index i1, Index i2, Matrix& seen, const Context& context)
    {
        const Index width = std::min(m_s.plan.run, m_s.cols - i);
        Matrix slice(m_rows, width);
        for (Index p = i; p < i + width; ++p) {
            const double* from = p < i2 ? m_before.data() + (p - i1) * m_rows : m_w.data() + p * m_rows;
            for (Index r = 0; r < m_rows; ++r) slice.at(r, m_s.rank[at(p)]) = static_cast<float>(from[r]);
        }
        const FitInput& input = *m_s.input;
        if (input.limits && !input.limits->empty()) {
            const auto& begins = input.limits->begins;
            for (Index k = 0; k < width; ++k) {
                const Index c = m_s.placeColumn[at(i + k)];
                const auto run = static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), c) - begins.begin()) - 1;
                for (Index r = 0; r < m_rows; ++r) {
                    const std::size_t b = at(m_row0 + r) * begins.size() + run;
                    slice.at(r, k) = std::clamp(slice.at(r, k), input.limits->lo[b], input.limits->hi[b]);
                }
            }
        }
        std::vector<std::uint8_t> removed;
        if (!input.removed.empty())
            for (Index r = 0; r < m_rows; ++r)
                for (Index k = 0; k < width; ++k)
                    removed.push_back(input.removed[at((m_row0 + r) * m_s.cols + m_s.placeColumn[at(i + k)])]);
        for (Index r = 0; r < m_rows; ++r)
            std::copy(slice.row(r).begin(), slice.row(r).end(), seen.row(m_row0 + r).begin() + i);
        FitInput one;
        one.weights = slice.view();
        one.calibration = &m_s.runInputs[at(i / m_s.plan.run)];
        one.seed = input.seed;
        one.removed = removed;
        Context quiet = context; // progress is counted by columns
        quiet.progress = nullptr;
        return m_s.grid->fit(one, quiet);
    }

    const Shared& m_s;
    Index m_row0;
    Index m_rows;
    std::vector<double> m_w;      ///< [cols in order][rows]
    std::vector<double> m_before; ///< the block's columns before their own feedback
    std::vector<float> m_column;
    std::vector<float> m_values;
    std::vector<std::uint8_t> m_found;
    std::vector<double> m_error;  ///< [block][rows]
};

// The factor of (Σ + λI)⁻¹ in the order of processing; more damping where it takes more.
Result<double> factorize(const Calibration& c, Shared& s, const Context& context)
{
    const auto n = at(s.cols);
    std::vector<double> diagonal(n);
    for (std::size_t j = 0; j < n; ++j) {
        const double d = c.sigma[j * n + j];
        if (!std::isfinite(d) || d < 0)
            return fail(Error(ErrorCode::Lacking, "the input covariance (sigma) is damaged")
                            .wanted("finite sums of squares on its diagonal")
                            .got("element " + std::to_string(j) + ": " + formatNumber(d))
                            .fix("calibrate the model again"));
        diagonal[j] = d > 0 ? d : 0.5; // the official code sets H = 2Σ to 1 there
        s.isDead[j] = !(d > 0);
    }
    if (s.options->actOrder)
        std::stable_sort(s.order.begin(), s.order.end(), [&](Index a, Index b) { return diagonal[at(a)] > diagonal[at(b)]; });
    const double mean = std::accumulate(diagonal.begin(), diagonal.end(), 0.0) / static_cast<double>(n);
    std::vector<double> h(n * n);
    for (double share = s.options->damping;; share = share > 0 ? share * 10 : 1e-6) {
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t a = at(s.order[i]);
            for (std::size_t j = 0; j < n; ++j) h[i * n + j] = c.sigma[a * n + at(s.order[j])];
            h[i * n + i] = diagonal[a] + share * mean;
        }
        auto factor = inverseFactor(h, n, context);
        if (factor) {
            s.factor = std::move(*factor);
            if (share != s.options->damping) context.note("damping raised to " + formatNumber(share));
            return share;
        }
        if (factor.error().code == ErrorCode::Cancelled) return cancelled();
        if (share > 1e6)
            return fail(Error(ErrorCode::NotRepresentable, "the input covariance (sigma) can't be factored")
                            .wanted("a positive semidefinite matrix of finite numbers")
                            .fix("calibrate the model again"));
    }
}

void layOutRuns(Shared& s)
{
    const Index run = s.plan.run;
    s.placeColumn = s.order;
    s.rank.resize(at(s.cols));
    for (Index k = 0; k < s.cols; k += run) {
        const Index end = std::min(s.cols, k + run);
        std::sort(s.placeColumn.begin() + k, s.placeColumn.begin() + end);
        for (Index p = k; p < end; ++p)
            s.rank[at(p)] = std::lower_bound(s.placeColumn.begin() + k, s.placeColumn.begin() + end, s.order[at(p)])
                - s.placeColumn.begin() - k;
        s.runInputs.push_back(inputsOf(*s.input->calibration, std::span(s.placeColumn).subspan(at(k), at(end - k))));
    }
}

// The whole grid from the weights that its runs were fitted on: the same levels, as one.
Result<std::unique_ptr<FittedGrid>> joinRuns(const Shared& s, const Matrix& seen, const Context& context)
{
    const Calibration all = inputsOf(*s.input->calibration, s.placeColumn);
    std::vector<std::uint8_t> removed(s.input->removed.size());
    for (std::size_t i = 0; i < removed.size(); ++i) {
        const std::size_t row = i / at(s.cols);
        removed[i] = s.input->removed[row * at(s.cols) + at(s.placeColumn[i % at(s.cols)])];
    }
    FitInput input;
    input.weights = seen.view();
    input.calibration = &all;
    input.seed = s.input->seed;
    input.removed = removed;
    QS_ASSIGN(auto grid, s.grid->fit(input, context));
    if (!s.plan.isMoved) return grid;
    std::vector<std::int32_t> group(at(s.cols));
    std::vector<Index> place(at(s.cols));
    for (Index p = 0; p < s.cols; ++p) {
        group[at(s.placeColumn[at(p)])] = static_cast<std::int32_t>(p / s.plan.run);
        place[at(s.placeColumn[at(p)])] = p;
    }
    return std::make_unique<PermutedGrid>(std::move(grid), std::move(group), std::move(place));
}

} // namespace

FeedbackPlan feedbackPlan(const Grid& grid, const FeedbackOptions& options, Index rows, Index cols)
{
    FeedbackPlan plan;
    if (options.staticGroups || grid.independentRows(rows, cols) == 0) return plan;
    const Index run = grid.independentColumns(rows, cols);
    if (run <= 0 || run >= cols) return plan;
    plan.run = run;
    plan.isMoved = options.actOrder;
    return plan;
}

namespace {

// `grid`: what fits groups; null where `given` has all levels.
Result<FeedbackResult> run(const FitInput& input, const Grid* grid, const FittedGrid* given, const FeedbackOptions& options,
                           const Context& context, Codes& codes)
{
    const MatrixView w = input.weights;
    const auto n = at(w.cols);
    if (!input.calibration || input.calibration->sigma.size() != n * n)
        return fail(Error(ErrorCode::Lacking, "error feedback needs the input covariance (sigma)").fix("calibrate the model first"));
    Shared s;
    s.input = &input;
    s.grid = grid;
    s.options = &options;
    s.cols = w.cols;
    if (grid) s.plan = feedbackPlan(*grid, options, w.rows, w.cols);
    s.isDead.resize(n);
    s.order.resize(n);
    std::iota(s.order.begin(), s.order.end(), Index(0));
    FeedbackResult out;
    QS_ASSIGN(out.damping, factorize(*input.calibration, s, context));

    Matrix seen; // what runs were fitted on; else what the grid is fitted on
    Index tileRows = kTileRows;
    if (s.plan.run > 0) {
        layOutRuns(s);
        seen = Matrix(w.rows, w.cols);
        const Index unit = std::max<Index>(1, grid->independentRows(w.rows, w.cols));
        tileRows = (kTileRows + unit - 1) / unit * unit;
    } else if (grid) {
        // As the official code: whole rows are fitted before dead inputs lose their weights, static groups after.
        FitInput before = input;
        const Index width = grid->independentColumns(w.rows, w.cols);
        if (width > 0 && width < w.cols && std::find(s.isDead.begin(), s.isDead.end(), true) != s.isDead.end()) {
            seen = Matrix(w.rows, w.cols);
            for (Index r = 0; r < w.rows; ++r)
                for (Index c = 0; c < w.cols; ++c) seen.at(r, c) = s.isDead[at(c)] ? 0.0F : w.at(r, c);
            before.weights = seen.view();
        }
        QS_ASSIGN(out.grid, fitWithin(*grid, before, context));
    }
    if (const FittedGrid* levels = given ? given : out.grid.get(); levels && levels->levels(0).empty())
        return fail(Error(ErrorCode::Lacking, "this grid stores the weights themselves, so there are no codes to choose")
                        .fix("take another grid"));
    if (context.stopped()) return cancelled();
    const Index tiles = (w.rows + tileRows - 1) / tileRows;
    std::vector<Result<double>> losses(at(tiles));
    const bool done = parallelFor(context, tiles, 1, [&](Index b, Index e) {
        for (; b < e; ++b) {
            const Index row0 = b * tileRows;
            Tile tile(s, row0, std::min(tileRows, w.rows - row0));
            losses[at(b)] = tile.run(given ? given : out.grid.get(), &seen, context, codes);
        }
    });
    if (!done || context.stopped()) return cancelled();
    for (auto& loss : losses) {
        if (!loss) return fail(std::move(loss.error()));
        out.loss += *loss;
    }
    if (s.plan.run > 0) {
        QS_ASSIGN(out.grid, joinRuns(s, seen, context));
    }
    return out;
}

} // namespace

Result<FeedbackResult> assignWithFeedback(const FitInput& input, const Grid& grid, const FeedbackOptions& options,
                                          const Context& context, Codes& codes)
{
    return run(input, &grid, nullptr, options, context, codes);
}

Result<double> assignWithFeedback(const FitInput& input, const FittedGrid& grid, const FeedbackOptions& options,
                                  const Context& context, Codes& codes)
{
    QS_ASSIGN(const auto out, run(input, nullptr, &grid, options, context, codes));
    return out.loss;
}

} // namespace qs::quant
