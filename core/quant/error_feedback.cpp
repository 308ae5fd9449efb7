// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/error_feedback.h"

#include "core/base/format.h"
#include "core/quant/dense_factor.h"
#include "core/quant/input_rows.h"
#include "core/quant/permuted_grid.h"
#include "core/quant/product_kernels.h"
#include "core/quant/tiled_encode.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qs::quant {
namespace {

constexpr Index kTileRows = 64;
constexpr Index kStep = 16; // columns whose feedback within a block is added together

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

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

} // namespace

/// What all tiles of rows share.
struct ErrorFeedback::Shared {
    FeedbackOptions options;
    Index cols = 0;
    double damping = 0;
    std::vector<Index> order;   ///< column that comes p-th
    std::vector<bool> isDead;   ///< by column: the input is always 0
    std::vector<double> factor; ///< U, in the order of processing
    Status factorize(const Calibration& c, const Context& context);
};

namespace {

/// Groups fitted on the way: run k holds places [k·run, ...), its columns in ascending order.
struct Runs {
    FeedbackPlan plan;
    const Grid* grid = nullptr;
    std::vector<Index> placeColumn; ///< column at each place
    std::vector<Index> rank;        ///< place, within its run, of the column that comes p-th
    std::vector<Calibration> inputs;
    Calibration all;                ///< of the columns in their places
};

} // namespace

/// A tile of rows: quantizes all columns.
class ErrorFeedback::Tile {
public:
    Tile(const Shared& shared, const Runs* runs, const FitInput& input)
        : m_s(shared), m_runs(runs), m_run(runs ? runs->plan.run : 0), m_input(input), m_rows(input.weights.rows),
          m_w(at(shared.cols * m_rows)), m_column(at(m_rows)), m_values(at(m_rows)), m_found(at(m_rows)),
          m_error(at(shared.options.block * m_rows))
    {
        const MatrixView w = input.weights;
        for (Index p = 0; p < m_s.cols; ++p) {
            const Index c = m_s.order[at(p)];
            for (Index r = 0; r < m_rows; ++r) m_w[at(p * m_rows + r)] = m_s.isDead[at(c)] ? 0.0 : static_cast<double>(w.at(r, c));
        }
    }

    /// `fitted`: all levels, or null where they are fitted on the way, from weights that `seen` keeps (in places).
    Result<double> run(const FittedGrid* fitted, Matrix* seen, const Context& context, Codes& codes)
    {
        const ProductKernels& kernels = productKernels();
        const FeedbackOptions& o = m_s.options;
        const auto rows = at(m_rows);
        const auto n = at(m_s.cols);
        const double* u = m_s.factor.data();
        std::unique_ptr<FittedGrid> group;
        double loss = 0;
        for (Index i1 = 0, i2 = 0; i1 < m_s.cols; i1 = i2) {
            if (context.stopped()) return cancelled();
            i2 = std::min(m_s.cols, i1 + o.block);
            if (m_run > 0 && o.fitCurrent) i2 = std::min(i2, (i1 / m_run + 1) * m_run);
            if (m_run > 0) m_before.assign(m_w.begin() + i1 * m_rows, m_w.begin() + i2 * m_rows);
            for (Index s1 = i1, s2 = 0; s1 < i2; s1 = s2) {
                s2 = std::min(i2, s1 + kStep);
                for (Index i = s1; i < s2; ++i) {
                    if (m_run > 0 && i % m_run == 0) {
                        QS_ASSIGN(group, fitRun(i, i1, i2, *seen, context));
                    }
                    double* now = m_w.data() + i * m_rows;
                    double* e = m_error.data() + (i - i1) * m_rows;
                    const Index c = m_s.order[at(i)];
                    for (std::size_t r = 0; r < rows; ++r) m_column[r] = static_cast<float>(now[r]);
                    if (group) group->quantizeColumn(0, m_runs->rank[at(i)], m_column, m_found, m_values);
                    else fitted->quantizeColumn(0, c, m_column, m_found, m_values);
                    const double d = u[at(i) * n + at(i)];
                    for (std::size_t r = 0; r < rows; ++r) {
                        codes.data[at((static_cast<Index>(r)) * m_s.cols + c)] = m_found[r];
                        e[r] = now[r] - static_cast<double>(m_values[r]);
                    }
                    if (!m_input.removed.empty()) // the true value stands beside the codes: only what feedback added is lost
                        for (std::size_t r = 0; r < rows; ++r)
                            if (m_input.removed[at((static_cast<Index>(r)) * m_s.cols + c)]) e[r] = now[r];
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
        const Index width = std::min(m_run, m_s.cols - i);
        Matrix slice(m_rows, width);
        for (Index p = i; p < i + width; ++p) {
            const double* from = p < i2 ? m_before.data() + (p - i1) * m_rows : m_w.data() + p * m_rows;
            for (Index r = 0; r < m_rows; ++r) slice.at(r, m_runs->rank[at(p)]) = static_cast<float>(from[r]);
        }
        const FitInput& input = m_input;
        if (input.limits && !input.limits->empty()) {
            const auto& begins = input.limits->begins;
            for (Index k = 0; k < width; ++k) {
                const Index c = m_runs->placeColumn[at(i + k)];
                const auto run = static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), c) - begins.begin()) - 1;
                for (Index r = 0; r < m_rows; ++r) {
                    const std::size_t b = at(r) * begins.size() + run;
                    slice.at(r, k) = std::clamp(slice.at(r, k), input.limits->lo[b], input.limits->hi[b]);
                }
            }
        }
        std::vector<std::uint8_t> removed;
        if (!input.removed.empty())
            for (Index r = 0; r < m_rows; ++r)
                for (Index k = 0; k < width; ++k)
                    removed.push_back(input.removed[at((r) * m_s.cols + m_runs->placeColumn[at(i + k)])]);
        for (Index r = 0; r < m_rows; ++r)
            std::copy(slice.row(r).begin(), slice.row(r).end(), seen.row(r).begin() + i);
        std::vector<float> fisher;
        if (!input.fisher.empty())
            for (Index r = 0; r < m_rows; ++r)
                for (Index k = 0; k < width; ++k) fisher.push_back(input.fisher[at(r * m_s.cols + m_runs->placeColumn[at(i + k)])]);
        FitInput one;
        one.fisher = fisher;
        one.weights = slice.view();
        one.calibration = &m_runs->inputs[at(i / m_run)];
        one.seed = input.seed;
        one.removed = removed;
        Context quiet = context; // progress is counted by columns
        quiet.progress = nullptr;
        return m_runs->grid->fit(one, quiet);
    }

    const Shared& m_s;
    const Runs* m_runs; ///< null: levels are there
    Index m_run;        ///< columns of a run; 0: none
    const FitInput& m_input;
    Index m_rows;
    std::vector<double> m_w;      ///< [cols in order][rows]
    std::vector<double> m_before; ///< the block's columns before their own feedback
    std::vector<float> m_column;
    std::vector<float> m_values;
    std::vector<std::uint8_t> m_found;
    std::vector<double> m_error;  ///< [block][rows]
};

// The factor of (Σ + λI)⁻¹ in the order of processing; more damping where it takes more.
Status ErrorFeedback::Shared::factorize(const Calibration& c, const Context& context)
{
    const auto n = at(cols);
    std::vector<double> diagonal(n);
    for (std::size_t j = 0; j < n; ++j) {
        const double d = c.sigma[j * n + j];
        if (!std::isfinite(d) || d < 0)
            return fail(Error(ErrorCode::Lacking, "the input covariance (sigma) is damaged")
                            .wanted("finite sums of squares on its diagonal")
                            .got("element " + std::to_string(j) + ": " + formatNumber(d))
                            .fix("calibrate the model again"));
        diagonal[j] = d > 0 ? d : 0.5; // the official code sets H = 2Σ to 1 there
        isDead[j] = !(d > 0);
    }
    if (options.actOrder)
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return diagonal[at(a)] > diagonal[at(b)]; });
    const double mean = std::accumulate(diagonal.begin(), diagonal.end(), 0.0) / static_cast<double>(n);
    std::vector<double> h(n * n);
    for (double share = options.damping;; share = share > 0 ? share * 10 : 1e-6) {
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t a = at(order[i]);
            for (std::size_t j = 0; j < n; ++j) h[i * n + j] = c.sigma[a * n + at(order[j])];
            h[i * n + i] = diagonal[a] + share * mean;
        }
        auto found = inverseFactor(h, n, context);
        if (found) {
            factor = std::move(*found);
            if (share != options.damping) context.note("damping raised to " + formatNumber(share));
            damping = share;
            return {};
        }
        if (found.error().code == ErrorCode::Cancelled) return cancelled();
        if (share > 1e6)
            return fail(Error(ErrorCode::NotRepresentable, "the input covariance (sigma) can't be factored")
                            .wanted("a positive semidefinite matrix of finite numbers")
                            .fix("calibrate the model again"));
    }
}

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

Runs layOutRuns(const FeedbackPlan& plan, const Grid& grid, const std::vector<Index>& order, const Calibration& calibration)
{
    Runs out;
    out.plan = plan;
    out.grid = &grid;
    out.placeColumn = order;
    const auto cols = static_cast<Index>(order.size());
    out.rank.resize(order.size());
    for (Index k = 0; k < cols; k += plan.run) {
        const Index end = std::min(cols, k + plan.run);
        const auto first = out.placeColumn.begin();
        std::sort(first + k, first + end);
        for (Index p = k; p < end; ++p)
            out.rank[at(p)] = std::lower_bound(first + k, first + end, order[at(p)]) - first - k;
        out.inputs.push_back(inputsOf(calibration, std::span(out.placeColumn).subspan(at(k), at(end - k))));
    }
    out.all = inputsOf(calibration, out.placeColumn);
    return out;
}

// The grid of a tile from the weights that its runs were fitted on (in their places): the same levels, as one.
Result<std::unique_ptr<FittedGrid>> joinRuns(const Runs& runs, const FitInput& tile, const Matrix& seen, const Context& context)
{
    const Index cols = seen.cols();
    std::vector<std::uint8_t> removed(tile.removed.size());
    for (std::size_t i = 0; i < removed.size(); ++i)
        removed[i] = tile.removed[i / at(cols) * at(cols) + at(runs.placeColumn[i % at(cols)])];
    FitInput input;
    input.weights = seen.view();
    input.calibration = &runs.all;
    input.seed = tile.seed;
    input.removed = removed;
    std::vector<float> fisher(tile.fisher.size());
    for (std::size_t i = 0; i < fisher.size(); ++i)
        fisher[i] = tile.fisher[i / at(cols) * at(cols) + at(runs.placeColumn[i % at(cols)])];
    input.fisher = fisher;
    return runs.grid->fit(input, context);
}

} // namespace

ErrorFeedback::ErrorFeedback(std::unique_ptr<Shared> shared) : m_shared(std::move(shared)) {}
ErrorFeedback::ErrorFeedback(ErrorFeedback&&) noexcept = default;
ErrorFeedback::~ErrorFeedback() = default;
double ErrorFeedback::damping() const { return m_shared->damping; }

Result<ErrorFeedback> ErrorFeedback::make(const Calibration* calibration, Index cols, const FeedbackOptions& options, const Context& context)
{
    const auto n = at(cols);
    if (!calibration || calibration->sigma.size() != n * n)
        return fail(Error(ErrorCode::Lacking, "error feedback needs the input covariance (sigma)").fix("calibrate the model first"));
    auto s = std::make_unique<Shared>();
    s->options = options;
    s->cols = cols;
    s->isDead.resize(n);
    s->order.resize(n);
    std::iota(s->order.begin(), s->order.end(), Index(0));
    QS_TRY(s->factorize(*calibration, context));
    return ErrorFeedback(std::move(s));
}

Result<double> ErrorFeedback::assign(const FitInput& tile, const FittedGrid& levels, const Context& context, Codes& codes) const
{
    if (levels.levels(0).empty())
        return fail(Error(ErrorCode::Lacking, "this grid stores the weights themselves, so there are no codes to choose")
                        .fix("take another grid"));
    return Tile(*m_shared, nullptr, tile).run(&levels, nullptr, context, codes);
}

Result<FeedbackResult> ErrorFeedback::encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const
{
    const Index count = rows.rows();
    const Index cols = rows.cols();
    FeedbackResult result;
    result.damping = damping();
    // Losses are summed in the order of rows.
    const Index unit = std::max<Index>(1, independentTile(rows, grid, kTileRows));
    const Index height = std::max(kTileRows, unit);
    std::vector<double> losses(at((count + height - 1) / height));
    const FeedbackPlan plan = feedbackPlan(grid, m_shared->options, count, cols);
    if (plan.run > 0) {
        const Runs runs = layOutRuns(plan, grid, m_shared->order, *rows.calibration());
        const Index each = grid.independentRows(count, cols);
        const Index own = (kTileRows + each - 1) / each * each;
        losses.assign(at((count + own - 1) / own), 0.0);
        std::vector<ArrayStore> tiles(losses.size());
        QS_TRY(forTiles(rows, own, context, [&](const FitInput& tile, Index row0) -> Status {
            Matrix seen(tile.weights.rows, cols);
            Codes codes(tile.weights.rows, cols);
            QS_ASSIGN(losses[at(row0 / own)], Tile(*m_shared, &runs, tile).run(nullptr, &seen, context, codes));
            QS_ASSIGN(const auto levels, joinRuns(runs, tile, seen, context));
            if (levels->levels(0).empty())
                return fail(Error(ErrorCode::Lacking, "this grid stores the weights themselves, so there are no codes to choose")
                                .fix("take another grid"));
            levels->store(codes, tiles[at(row0 / own)]);
            return {};
        }));
        QS_TRY(joinTiles(tiles, out));
        if (plan.isMoved) {
            std::vector<std::int32_t> group(at(cols));
            for (Index p = 0; p < cols; ++p) group[at(runs.placeColumn[at(p)])] = static_cast<std::int32_t>(p / plan.run);
            out.add("g_idx", DType::I32, {cols}, std::span<const std::int32_t>(group));
        }
    } else {
        // As the official code: whole rows are fitted before dead inputs lose their weights, static groups after.
        const auto& isDead = m_shared->isDead;
        const ChangedRows living(rows, [&](Index, FitInput&, std::span<float> weights) -> Status {
            for (std::size_t i = 0; i < weights.size(); ++i)
                if (isDead[i % at(cols)]) weights[i] = 0.0F;
            return {};
        });
        const Index width = grid.independentColumns(count, cols);
        const bool isAfter = width > 0 && width < cols && std::find(isDead.begin(), isDead.end(), true) != isDead.end();
        QS_TRY(encodeTiles(isAfter ? static_cast<const InputRows&>(living) : rows, grid, height,
                           [&](const FitInput& tile, Index row0, FittedGrid& levels, Codes& codes) -> Status {
                               QS_ASSIGN(losses[at(row0 / height)], assign(tile, levels, context, codes));
                               return {};
                           },
                           context, out));
    }
    for (const double loss : losses) result.loss += loss;
    return result;
}

} // namespace qs::quant
