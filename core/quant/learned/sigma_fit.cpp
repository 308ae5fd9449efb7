// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/sigma_fit.h"

#include "core/exec/parallel_for.h"
#include "core/quant/error_feedback.h"
#include "core/quant/input_rows.h"
#include "core/quant/learned/products.h"
#include "core/quant/tiled_encode.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qs::quant {
namespace {

using RowVector = Eigen::Map<Eigen::RowVectorXd>;

constexpr Index kRows = 16;             // of a chunk, whose E·Σ is one product
constexpr double kRidge = 1e-9;
constexpr double kEnough = 1e-4;        // relative gain of a round below which it ends
constexpr std::size_t kMostBasis = 512; // unknowns of the basis' system

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// What a pass over all rows does: first S and B, then codes.
struct Pass {
    bool scales = false;
    bool offsets = false;
    int sweeps = 0;
    bool sumBasis = false;
};

/// tr(E(Σ + λI)Eᵀ) when the pass begins, with the new S and B, with the new codes; normal equations of the basis.
struct Sums {
    double before = 0, solved = 0, coded = 0;
    std::vector<double> a, x;
    void add(const Sums& o)
    {
        before += o.before;
        solved += o.solved;
        coded += o.coded;
        if (a.empty()) { a = o.a; x = o.x; return; }
        for (std::size_t i = 0; i < o.a.size(); ++i) a[i] += o.a[i];
        for (std::size_t i = 0; i < o.x.size(); ++i) x[i] += o.x[i];
    }
};

class Alternation {
public:
    Alternation(const FitInput& input, double damping, LearnableLevels levels)
        : m_weights(input.weights), m_removed(input.removed), m_sigma(input.calibration->sigma), m_levels(std::move(levels)),
          m_cols(m_weights.cols), m_groups(m_levels.layout.groups()), m_perRow(m_levels.layout.groupsPerRow()),
          m_k(at(m_levels.levels)), m_rank(at(m_levels.rank))
    {
        double trace = 0;
        for (std::size_t i = 0; i < at(m_cols); ++i) trace += m_sigma[i * (at(m_cols) + 1)];
        for (std::size_t i = 0; i < at(m_cols); ++i) m_sigma[i * (at(m_cols) + 1)] += damping * trace / static_cast<double>(m_cols);
    }
    LearnableLevels& levels() { return m_levels; }
    std::size_t unknowns() const { return m_rank * m_k; }

    Sums pass(const Pass& what, Codes& codes, const Context& context)
    {
        return reduceOrdered(
            context, m_weights.rows, kRows, Sums{}, [&](Index begin, Index end) { return chunk(what, codes, begin, end); },
            [](Sums& total, const Sums& part) { total.add(part); });
    }
    /// Takes from two choices of codes that of less error, row by row. False: stopped.
    bool chooseRows(Codes& codes, Codes& other, const Context& context)
    {
        return parallelFor(context, m_weights.rows, kRows, [&](Index begin, Index end) {
            const auto first = rowErrors(codes, begin, end);
            const auto second = rowErrors(other, begin, end);
            for (Index r = begin; r < end; ++r)
                if (second[at(r - begin)] < first[at(r - begin)]) std::copy_n(other.row(r).begin(), m_cols, codes.row(r).begin());
        });
    }
    /// The basis that solves the sums' system, around the present one. Whether it lowers the objective.
    bool moveBasis(const Sums& sums)
    {
        const auto n = static_cast<Eigen::Index>(unknowns());
        if (sums.a.empty()) return false;
        Eigen::MatrixXd a = learned::ConstMap(sums.a.data(), n, n);
        const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(sums.x.data(), n);
        const double mean = a.trace() / static_cast<double>(n);
        if (!(mean > 0) || !std::isfinite(mean)) return false;
        Eigen::MatrixXd ridged = a;
        ridged.diagonal().array() += kRidge * mean;
        const Eigen::VectorXd step = ridged.ldlt().solve(x);
        if (!step.allFinite() || !(step.dot(a * step) - 2 * step.dot(x) < 0)) return false;
        for (std::size_t i = 0; i < unknowns(); ++i) m_levels.basis[i] += step[static_cast<Eigen::Index>(i)];
        return true;
    }

private:
    bool isRemoved(Index r, Index c) const { return !m_removed.empty() && m_removed[at(r * m_cols + c)] != 0; }
    double shift(std::size_t g) const { return m_levels.shifts.empty() ? 0.0 : m_levels.shifts[g]; }
    void book(std::size_t g, double* out) const
    {
        for (std::size_t k = 0; k < m_k; ++k) {
            double level = -m_levels.offsets[g] - m_levels.scales[g] * shift(g);
            for (std::size_t p = 0; p < m_rank; ++p) level += m_levels.scales[p * at(m_groups) + g] * m_levels.basis[p * m_k + k];
            out[k] = level;
        }
    }
    void errors(const Codes& codes, Index begin, Index end, learned::Matrix& e) const
    {
        std::vector<double> levels(m_k);
        for (Index r = begin; r < end; ++r) {
            const auto w = m_weights.row(r);
            const auto code = codes.row(r);
            for (Index c = 0; c < m_cols;) {
                const Index stop = m_levels.layout.runEnd(r, c);
                book(at(m_levels.layout.group(r, c)), levels.data());
                for (; c < stop; ++c) e(r - begin, c) = isRemoved(r, c) ? 0.0 : levels[code[at(c)]] - static_cast<double>(w[at(c)]);
            }
        }
    }
    std::vector<double> rowErrors(const Codes& codes, Index begin, Index end) const
    {
        learned::Matrix e(end - begin, m_cols);
        errors(codes, begin, end, e);
        const learned::Matrix q = e * learned::ConstMap(m_sigma.data(), m_cols, m_cols);
        std::vector<double> out;
        for (Index r = 0; r < end - begin; ++r) out.push_back(e.row(r).dot(q.row(r)));
        return out;
    }

    Sums chunk(const Pass& what, Codes& codes, Index begin, Index end)
    {
        Sums sums;
        learned::Matrix e(end - begin, m_cols);
        errors(codes, begin, end, e);
        learned::Matrix q = e * learned::ConstMap(m_sigma.data(), m_cols, m_cols);
        if (what.sumBasis) {
            sums.a.assign(unknowns() * unknowns(), 0.0);
            sums.x.assign(unknowns(), 0.0);
        }
        for (Index r = begin; r < end; ++r) {
            double* const error = e.data() + (r - begin) * m_cols;
            double* const product = q.data() + (r - begin) * m_cols;
            const auto objective = [&] { return RowVector(error, m_cols).dot(RowVector(product, m_cols)); };
            sums.before += objective();
            if (what.scales || what.offsets)
                for (Index c = 0; c < m_cols; c = m_levels.layout.runEnd(r, c)) solveGroup(what, codes, r, c, error, product);
            sums.solved += objective();
            if (what.sweeps > 0) descend(what.sweeps, codes, r, error, product);
            sums.coded += objective();
            if (what.sumBasis) addBasis(codes, r, product, sums);
        }
        return sums;
    }

    // S and B of the group at (r, c0) by least squares, all other groups of the row held. Weights of one code move together, so Σ is
    // summed over codes first.
    void solveGroup(const Pass& what, const Codes& codes, Index r, Index c0, double* error, double* product)
    {
        const auto g = at(m_levels.layout.group(r, c0));
        const Index c1 = m_levels.layout.runEnd(r, c0);
        const std::size_t ofScales = what.scales ? m_rank : 0;
        const std::size_t n = ofScales + (what.offsets && m_levels.learnOffsets ? 1 : 0);
        if (n == 0) return;
        const auto code = codes.row(r);
        Eigen::MatrixXd between = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(m_k), static_cast<Eigen::Index>(m_k));
        Eigen::VectorXd slope = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(m_k));
        for (Index i = c0; i < c1; ++i) {
            if (isRemoved(r, i)) continue;
            slope[code[at(i)]] += product[i];
            const double* const row = m_sigma.data() + i * m_cols;
            double* const sums = between.data() + static_cast<std::size_t>(code[at(i)]) * m_k; // symmetric, so a column does
            for (Index j = c0; j < c1; ++j)
                if (!isRemoved(r, j)) sums[code[at(j)]] += row[j];
        }
        Eigen::MatrixXd features(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(m_k));
        for (std::size_t k = 0; k < m_k; ++k) {
            const auto col = static_cast<Eigen::Index>(k);
            for (std::size_t p = 0; p < ofScales; ++p) features(static_cast<Eigen::Index>(p), col) = m_levels.basis[p * m_k + k] - (p == 0 ? shift(g) : 0.0);
            if (n > ofScales) features(static_cast<Eigen::Index>(ofScales), col) = -1.0;
        }
        const Eigen::MatrixXd a = features * between * features.transpose();
        const Eigen::VectorXd x = -(features * slope);
        const double mean = a.trace() / static_cast<double>(n);
        if (!(mean > 0) || !std::isfinite(mean)) return;
        Eigen::MatrixXd ridged = a;
        ridged.diagonal().array() += kRidge * mean;
        const Eigen::VectorXd step = ridged.ldlt().solve(x);
        if (!step.allFinite() || !(step.dot(a * step) - 2 * step.dot(x) < 0)) return;
        for (std::size_t p = 0; p < ofScales; ++p) {
            const double s = m_levels.scales[p * at(m_groups) + g];
            // A fixed table keeps its direction: grids of scales alone have no other sign.
            if (!m_levels.learnBasis && s * (s + step[static_cast<Eigen::Index>(p)]) <= 0) return;
        }
        for (std::size_t p = 0; p < ofScales; ++p) m_levels.scales[p * at(m_groups) + g] += step[static_cast<Eigen::Index>(p)];
        if (n > ofScales) m_levels.offsets[g] += step[static_cast<Eigen::Index>(ofScales)];
        const Eigen::RowVectorXd moved = step.transpose() * features;
        Eigen::RowVectorXd change(c1 - c0);
        for (Index i = c0; i < c1; ++i) {
            change[i - c0] = isRemoved(r, i) ? 0.0 : moved[code[at(i)]];
            error[i] += change[i - c0];
        }
        RowVector(product, m_cols).noalias() += change * learned::ConstMap(m_sigma.data() + c0 * m_cols, c1 - c0, m_cols);
    }

    // The best level of each weight with all others held, until nothing changes or the sweeps are over.
    void descend(int sweeps, Codes& codes, Index r, double* error, double* product) const
    {
        std::vector<double> levels(at(m_perRow) * m_k);
        std::vector<std::uint8_t> order(levels.size());
        for (Index c = 0, p = 0; c < m_cols; c = m_levels.layout.runEnd(r, c), ++p) {
            std::vector<double> own(m_k);
            book(at(m_levels.layout.group(r, c)), own.data());
            std::uint8_t* const by = order.data() + at(p) * m_k;
            std::iota(by, by + m_k, std::uint8_t(0));
            std::stable_sort(by, by + m_k, [&](std::uint8_t a, std::uint8_t b) { return own[a] < own[b]; });
            for (std::size_t k = 0; k < m_k; ++k) levels[at(p) * m_k + k] = own[by[k]];
        }
        const auto w = m_weights.row(r);
        const auto code = codes.row(r);
        for (bool changed = true; changed && sweeps > 0; --sweeps) {
            changed = false;
            for (Index c = 0, p = 0; c < m_cols; ++p) {
                const double* const sorted = levels.data() + at(p) * m_k;
                for (const Index stop = m_levels.layout.runEnd(r, c); c < stop; ++c) {
                    const double h = m_sigma[at(c) * (at(m_cols) + 1)];
                    if (!(h > 0) || isRemoved(r, c)) continue;
                    const double now = static_cast<double>(w[at(c)]) + error[c];
                    const double target = now - product[c] / h;
                    auto k = static_cast<std::size_t>(std::lower_bound(sorted, sorted + m_k, target) - sorted);
                    if (k == m_k || (k > 0 && target - sorted[k - 1] <= sorted[k] - target)) --k;
                    const double step = sorted[k] - now;
                    const double gain = step * (2 * product[c] + step * h);
                    if (!(gain < -1e-14 * std::abs(product[c] * now))) continue; // what rounding could have done is no gain
                    changed = true;
                    code[at(c)] = order[at(p) * m_k + k];
                    error[c] += step;
                    RowVector(product, m_cols) += step * Eigen::Map<const Eigen::RowVectorXd>(m_sigma.data() + c * m_cols, m_cols);
                }
            }
        }
    }

    // The row's part of the basis' normal equations: Ψᵀ(Σ + λI)Ψ and −Ψᵀ(Σ + λI)e, Ψ[j, (ρ, k)] = S[ρ, group of j] where j has code k.
    void addBasis(const Codes& codes, Index r, const double* product, Sums& sums) const
    {
        const auto code = codes.row(r);
        const std::size_t n = unknowns();
        std::vector<double> scale(m_rank * at(m_cols), 0.0);
        for (std::size_t p = 0; p < m_rank; ++p)
            for (Index j = 0; j < m_cols; ++j)
                if (!isRemoved(r, j)) scale[p * at(m_cols) + at(j)] = m_levels.scales[p * at(m_groups) + at(m_levels.layout.group(r, j))];
        std::vector<double> z(n);
        for (Index i = 0; i < m_cols; ++i) {
            if (isRemoved(r, i)) continue;
            std::fill(z.begin(), z.end(), 0.0);
            const double* const row = m_sigma.data() + i * m_cols;
            for (std::size_t p = 0; p < m_rank; ++p) {
                const double* const s = scale.data() + p * at(m_cols);
                double* const to = z.data() + p * m_k;
                for (Index j = 0; j < m_cols; ++j) to[code[at(j)]] += row[j] * s[j];
            }
            for (std::size_t p = 0; p < m_rank; ++p) {
                const double s = scale[p * at(m_cols) + at(i)];
                const std::size_t own = p * m_k + code[at(i)];
                sums.x[own] -= s * product[i];
                for (std::size_t k = 0; k < n; ++k) sums.a[own * n + k] += s * z[k];
            }
        }
    }

    MatrixView m_weights;
    std::span<const std::uint8_t> m_removed;
    std::vector<double> m_sigma; // Σ + λI
    LearnableLevels m_levels;
    Index m_cols;
    Index m_groups;
    Index m_perRow;
    std::size_t m_k;
    std::size_t m_rank;
};

Status feedbackCodes(const FitInput& input, const FittedGrid& grid, const SigmaFitOptions& options, const Context& context, Codes& codes)
{
    FeedbackOptions o;
    o.staticGroups = o.actOrder = true;
    o.damping = std::max(options.damping, 1e-6);
    QS_ASSIGN(const auto feedback, ErrorFeedback::make(input.calibration, input.weights.cols, o, context));
    return forTiles(MatrixInput(input), 64, context, [&](const FitInput& tile, Index row0) -> Status {
        const RowsOfGrid own(grid, row0, tile.weights.rows);
        Codes found(tile.weights.rows, tile.weights.cols);
        QS_TRY(feedback.assign(tile, own, context, found));
        std::copy(found.data.begin(), found.data.end(), codes.row(row0).begin());
        return {};
    });
}

} // namespace

Result<SigmaFitResult> fitOnSigma(const FitInput& input, FittedGrid& grid, Codes& codes, const SigmaFitOptions& options, const Context& context)
{
    const auto n = at(input.weights.cols);
    if (!input.calibration || input.calibration->sigma.size() != n * n)
        return fail(Error(ErrorCode::Lacking, "alternating least squares needs the input covariance (sigma)").fix("calibrate the model first"));
    auto* learnable = dynamic_cast<LearnableGrid*>(&grid);
    if (!learnable)
        return fail(Error(ErrorCode::Lacking, "this grid's levels are not scales, offsets and tables that can be learned").fix("use the grid rtn, nf, afpq, kmeans or lcq"));
    QS_ASSIGN(const LearnableLevels first, learnable->learnableLevels());
    if (!first.layout.withinRows()) return fail(Error(ErrorCode::Lacking, "groups that reach over several rows can't be solved row by row").fix("use groups of columns, or group=row"));
    const auto give = [&](const LearnableLevels& l) { learnable->takeLevels(l.scales, l.basis, l.offsets); };
    const auto stopped = [&] { return context.stopped(); };

    Alternation work(input, options.damping, first);
    SigmaFitResult out;
    if (!parallelFor(context, codes.rows, 64, [&](Index begin, Index end) {
            for (Index r = begin; r < end; ++r) grid.nearest(r, 0, input.weights.row(r), codes.row(r));
        }))
        return cancelled();
    out.nearest = work.pass({}, codes, context).before;
    if (options.feedback) {
        Codes other(codes.rows, codes.cols);
        QS_TRY(feedbackCodes(input, grid, options, context, other));
        if (!work.chooseRows(codes, other, context)) return cancelled();
    }
    // What is stored of it now is the first candidate.
    Codes best = codes;
    LearnableLevels kept = first;
    {
        const Sums s = work.pass({.scales = false, .offsets = false, .sweeps = options.sweeps, .sumBasis = false}, best, context);
        out.start = s.before;
        out.end = s.coded;
    }
    const bool moves = first.learnBasis && work.unknowns() <= kMostBasis;
    double before = 0;
    for (int i = 0; i < options.rounds && !stopped(); ++i) {
        const Sums s = work.pass({.scales = true, .offsets = true, .sweeps = options.sweeps, .sumBasis = moves}, codes, context);
        if (stopped()) break;
        for (const double j : {s.before, s.solved, s.coded}) out.objectives.push_back(j);
        if (i > 0 && s.coded > before * (1 - kEnough)) break;
        before = s.coded;
        if (moves && i + 1 < options.rounds) work.moveBasis(s);
    }
    if (stopped()) return cancelled();
    // Rounded as it is; then V first, S and B solved around it, then S, and B around both.
    const LearnableLevels solved = work.levels();
    const auto offer = [&](const LearnableLevels& candidate, Codes own) -> Status {
        give(candidate);
        QS_ASSIGN(const LearnableLevels stored, learnable->learnableLevels());
        work.levels() = stored;
        const Sums s = work.pass({.scales = false, .offsets = false, .sweeps = options.sweeps, .sumBasis = false}, own, context);
        if (stopped()) return cancelled();
        if (!(s.coded < out.end)) return {};
        out.end = s.coded;
        best = std::move(own);
        kept = stored;
        return {};
    };
    const auto rounded = [&](const LearnableLevels& levels, const Pass& then) -> Result<LearnableLevels> {
        give(levels);
        QS_ASSIGN(const LearnableLevels stored, learnable->learnableLevels());
        work.levels() = stored;
        work.pass(then, codes, context);
        if (stopped()) return cancelled();
        return work.levels();
    };
    QS_TRY(offer(solved, codes));
    QS_ASSIGN(const auto aroundBasis, rounded(solved, {.scales = true, .offsets = true, .sweeps = 0, .sumBasis = false}));
    QS_ASSIGN(const auto aroundScales, rounded(aroundBasis, {.scales = false, .offsets = true, .sweeps = 0, .sumBasis = false}));
    QS_TRY(offer(aroundScales, codes));
    give(kept);
    codes = std::move(best);
    return out;
}

} // namespace qs::quant
