// SPDX-License-Identifier: GPL-3.0-or-later
// Where the fit begins (seed_methods.md §3.7).
#include "core/exec/parallel_for.h"
#include "core/quant/grids/lcq/lcq_fit.h"
#include "core/quant/kmeans_1d.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qs::quant {
namespace {

/// Smallest and largest weight of each group that counts.
struct Ranges {
    std::vector<double> low, high;
};

Ranges rangesOf(const LcqProblem& p, const Context& context) {
    const auto n = static_cast<std::size_t>(p.layout.groups());
    Ranges out{std::vector<double>(n), std::vector<double>(n)};
    parallelFor(context, p.layout.groups(), p.grain(), [&](Index b, Index e) {
        LcqReader reader(p, e);
        for (; b < e; ++b) {
            bool any = false;
            double lo = 0;
            double hi = 0;
            reader.forEach(b, [&](double w, double h) {
                if (h <= 0) return;
                lo = any ? std::min(lo, w) : w;
                hi = any ? std::max(hi, w) : w;
                any = true;
            });
            out.low[static_cast<std::size_t>(b)] = lo;
            out.high[static_cast<std::size_t>(b)] = hi;
        }
    });
    return out;
}

// Rows of V from `from` on: cosines, unlike each other and the rows before; with S = 0 they change nothing at first.
void fillRows(LcqModel& m, int from) {
    for (int r = from; r < m.rank; ++r)
        for (int k = 0; k < m.levels; ++k)
            m.v[static_cast<std::size_t>(r * m.levels + k)] =
                std::cos(std::numbers::pi * (r + 1) * (k + 0.5) / m.levels);
}

/// Exact k-means levels of groups, each less its mean.
class FreeBooks {
public:
    FreeBooks(const LcqProblem& p, int levels, Index end) : m_p(p), m_reader(p, end), m_book(static_cast<std::size_t>(levels)) {}
    /// Null where the work was stopped.
    const std::vector<double>* of(Index group, const Context& context) {
        lcqPoints(m_p, m_reader, group, m_solver);
        const std::size_t k = m_book.size();
        if (!m_solver.solve(static_cast<int>(k), context, m_solution)) return nullptr;
        m_mean = 0;
        // Fewer levels than codes are spread over all codes, so that a code means about the same place in every group.
        const auto& c = m_solution.centres;
        for (std::size_t q = 0; q < k; ++q) {
            const double at = static_cast<double>(q) * static_cast<double>(c.size() - 1) /
                              static_cast<double>(std::max<std::size_t>(1, k - 1));
            const auto low = std::min(static_cast<std::size_t>(at), c.size() - 1);
            const auto high = std::min(low + 1, c.size() - 1);
            m_book[q] = c[low] + (at - static_cast<double>(low)) * (c[high] - c[low]);
            m_mean += m_book[q] / static_cast<double>(k);
        }
        for (double& level : m_book)
            level -= m_mean;
        return &m_book;
    }
    double mean() const { return m_mean; }

private:
    const LcqProblem& m_p;
    LcqReader m_reader;
    Kmeans1d m_solver;
    Kmeans1d::Solution m_solution;
    std::vector<double> m_book;
    double m_mean = 0;
};

// Exact k-means levels of each group, their mean as −β, and the best rank-r factors of the rest: eigenvectors of the
// K × K Gram matrix.
LcqModel fromFreeCodebooks(const LcqProblem& p, int levels, int rank, const Context& context) {
    LcqModel m(rank, levels, p.layout.groups());
    const auto k = static_cast<std::size_t>(levels);
    const auto count = static_cast<std::size_t>(m.groups);
    // All codebooks are kept for the projection where they take half of what the matrix would; else they are found twice.
    const bool keep = count * k <= static_cast<std::size_t>(p.size()) / 4;
    std::vector<double> books(keep ? count * k : 0);
    using Square = Eigen::MatrixXd;
    const Square gram = reduceOrdered(
        context, m.groups, p.grain(), Square(Square::Zero(levels, levels)),
        [&](Index b, Index e) {
            FreeBooks free(p, levels, e);
            Square part = Square::Zero(levels, levels);
            for (; b < e && !context.stopped(); ++b) {
                const auto* book = free.of(b, context);
                if (!book) break;
                if (keep)
                    std::copy(book->begin(), book->end(),
                              books.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(b) * k));
                m.b[static_cast<std::size_t>(b)] = -free.mean();
                const Eigen::Map<const Eigen::VectorXd> c(book->data(), levels);
                part.noalias() += c * c.transpose();
            }
            return part;
        },
        [](Square& total, const Square& part) { total += part; });
    if (context.stopped()) return m;
    const Eigen::SelfAdjointEigenSolver<Square> eigen(gram);
    for (int r = 0; r < rank; ++r) {
        const auto row = std::span(m.v).subspan(static_cast<std::size_t>(r) * k, k);
        for (std::size_t q = 0; q < k; ++q)
            row[q] = eigen.eigenvectors()(static_cast<Eigen::Index>(q), levels - 1 - r);
        // The sign of an eigenvector is free: let the first large component be positive.
        const double least = 0.1 / std::sqrt(levels);
        const auto large = std::find_if(row.begin(), row.end(), [&](double v) { return std::fabs(v) > least; });
        if (large != row.end() && *large < 0)
            for (double& u : row)
                u = -u;
    }
    parallelFor(context, m.groups, p.grain(), [&](Index b, Index e) {
        FreeBooks free(p, levels, e);
        for (; b < e && !context.stopped(); ++b) {
            const auto t = static_cast<std::size_t>(b);
            std::span<const double> book;
            if (keep)
                book = std::span(books).subspan(t * k, k);
            else if (const auto* found = free.of(b, context))
                book = *found;
            else
                return;
            for (std::size_t r = 0; r < static_cast<std::size_t>(rank); ++r) {
                double dot = 0;
                for (std::size_t q = 0; q < k; ++q)
                    dot += m.v[r * k + q] * book[q];
                m.s[r * count + t] = dot;
            }
        }
    });
    m.normalise();
    return m;
}

// Quantiles of the normal distribution, largest magnitude 1: the spirit of NF4 at any K.
std::vector<double> gaussianTable(int levels) {
    std::vector<double> out;
    for (int k = 0; k < levels; ++k) {
        const double want = (k + 0.5) / levels;
        double lo = -10;
        double hi = 10;
        for (int i = 0; i < 80; ++i) {
            const double mid = 0.5 * (lo + hi);
            (0.5 * std::erfc(-mid / std::numbers::sqrt2) < want ? lo : hi) = mid;
        }
        out.push_back(0.5 * (lo + hi));
    }
    const double most = out.back();
    for (double& v : out)
        v /= most;
    return out;
}

LcqModel fromTable(const LcqProblem& p, const Ranges& ranges, int levels, int rank) {
    LcqModel m(rank, levels, p.layout.groups());
    const auto table = gaussianTable(levels);
    const auto k = static_cast<std::size_t>(levels);
    const auto count = static_cast<std::size_t>(m.groups);
    fillRows(m, rank == 1 ? 1 : 2);
    for (std::size_t q = 0; q < k; ++q) {
        if (rank == 1)
            m.v[q] = table[q];
        else {
            m.v[q] = std::max(0.0, table[q]);
            m.v[k + q] = std::min(0.0, table[q]);
        }
    }
    for (std::size_t t = 0; t < count; ++t) {
        const double positive = std::max(0.0, ranges.high[t]);
        const double negative = std::max(0.0, -ranges.low[t]);
        if (rank == 1)
            m.s[t] = std::max(positive, negative);
        else {
            m.s[t] = positive;
            m.s[count + t] = negative;
        }
    }
    return m;
}

LcqModel fromUniform(const LcqProblem& p, const Ranges& ranges, int levels, int rank) {
    LcqModel m(rank, levels, p.layout.groups());
    fillRows(m, 1);
    for (int q = 0; q < levels; ++q)
        m.v[static_cast<std::size_t>(q)] = static_cast<double>(q) / (levels - 1);
    for (std::size_t t = 0; t < static_cast<std::size_t>(m.groups); ++t) {
        m.s[t] = ranges.high[t] - ranges.low[t];
        m.b[t] = -ranges.low[t];
    }
    return m;
}

}  // namespace

std::vector<LcqModel> lcqStarts(const LcqProblem& p, int levels, int rank, const Context& context) {
    std::vector<LcqModel> out;
    out.push_back(fromFreeCodebooks(p, levels, rank, context));
    if (context.stopped()) return out;
    const Ranges ranges = rangesOf(p, context);
    if (context.stopped()) return out;
    out.push_back(fromTable(p, ranges, levels, rank));
    out.push_back(fromUniform(p, ranges, levels, rank));
    return out;
}

}  // namespace qs::quant
