// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/lcq/lcq_fit.h"

#include "core/exec/parallel_for.h"
#include "core/quant/kmeans_1d.h"
#include "core/quant/level_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qs::quant {
namespace {

constexpr double kRidge = 1e-9;

/// Weight and weighted sum of each code in one group.
struct GroupStats {
    std::vector<double> n, sum;
    void reset(std::size_t levels) {
        n.assign(levels, 0);
        sum.assign(levels, 0);
    }
};

/// Scratch of one chunk of groups, the last before `end`.
struct Scratch {
    Scratch(const LcqProblem& p, Index end) : reader(p, end) {}
    LcqReader reader;
    GroupStats stats;
    LcqSorted sorted;
    std::vector<double> book, a, x, feature;
};

// Reads a group, gives each weight its nearest level of `m`, counts. Returns the group's J.
double countCodes(const LcqModel& m, Index g, Scratch& t) {
    const auto levels = static_cast<std::size_t>(m.levels);
    t.stats.reset(levels);
    t.book.resize(levels);
    m.book(g, t.book);
    t.sorted.build(t.book);
    double j = 0;
    t.reader.forEach(g, [&](double w, double h) {
        const std::size_t k = t.sorted.code(w);
        const double d = t.book[k] - w;
        j += h * d * d;
        t.stats.n[k] += h;
        t.stats.sum[k] += h * w;
    });
    return j;
}

// Least squares of a group's (S, B) around the present values, so that unused directions keep them.
void solveGroup(LcqModel& m, Index g, bool keepS, Scratch& t) {
    const auto levels = static_cast<std::size_t>(m.levels);
    const auto rank = static_cast<std::size_t>(m.rank);
    const auto group = static_cast<std::size_t>(g);
    const auto count = static_cast<std::size_t>(m.groups);
    t.book.resize(levels);
    m.book(g, t.book);
    const std::size_t first = keepS ? rank : 0;
    const std::size_t n = rank + 1 - first;
    t.a.assign(n * n, 0);
    t.x.assign(n, 0);
    t.feature.resize(n);
    for (std::size_t k = 0; k < levels; ++k) {
        const double weight = t.stats.n[k];
        if (weight <= 0) continue;
        const double residual = t.stats.sum[k] - weight * t.book[k];  // weight · (mean − level)
        for (std::size_t i = 0; i < n; ++i)
            t.feature[i] = first + i < rank ? m.v[(first + i) * levels + k] : -1.0;
        for (std::size_t i = 0; i < n; ++i) {
            t.x[i] += t.feature[i] * residual;
            for (std::size_t j = 0; j <= i; ++j)
                t.a[i * n + j] += weight * t.feature[i] * t.feature[j];
        }
    }
    if (!lcqSolve(t.a, t.x, n)) return;
    for (std::size_t i = 0; i + 1 < n; ++i)
        m.s[(first + i) * count + group] += t.x[i];
    m.b[group] += t.x[n - 1];
}

/// Normal equations of V: for each code its own rank × rank system.
struct LevelSystem {
    std::vector<double> a, x;
    void add(const LevelSystem& o) {
        if (a.empty()) {
            *this = o;
            return;
        }
        for (std::size_t i = 0; i < o.a.size(); ++i)
            a[i] += o.a[i];
        for (std::size_t i = 0; i < o.x.size(); ++i)
            x[i] += o.x[i];
    }
};

void addLevels(const LcqModel& m, Index g, Scratch& t, LevelSystem& out) {
    const auto levels = static_cast<std::size_t>(m.levels);
    const auto rank = static_cast<std::size_t>(m.rank);
    const auto group = static_cast<std::size_t>(g);
    const auto count = static_cast<std::size_t>(m.groups);
    out.a.resize(levels * rank * rank);
    out.x.resize(levels * rank);
    m.book(g, t.book);
    for (std::size_t k = 0; k < levels; ++k) {
        const double weight = t.stats.n[k];
        if (weight <= 0) continue;
        const double residual = t.stats.sum[k] - weight * t.book[k];
        for (std::size_t i = 0; i < rank; ++i) {
            const double si = m.s[i * count + group];
            out.x[k * rank + i] += si * residual;
            for (std::size_t j = 0; j <= i; ++j)
                out.a[(k * rank + i) * rank + j] += weight * si * m.s[j * count + group];
        }
    }
}

void moveLevels(LcqModel& m, const LevelSystem& system) {
    const auto levels = static_cast<std::size_t>(m.levels);
    const auto rank = static_cast<std::size_t>(m.rank);
    if (system.a.empty()) return;
    for (std::size_t k = 0; k < levels; ++k) {
        std::vector<double> a(system.a.begin() + static_cast<std::ptrdiff_t>(k * rank * rank),
                              system.a.begin() + static_cast<std::ptrdiff_t>((k + 1) * rank * rank));
        std::vector<double> x(system.x.begin() + static_cast<std::ptrdiff_t>(k * rank),
                              system.x.begin() + static_cast<std::ptrdiff_t>((k + 1) * rank));
        if (!lcqSolve(a, x, rank)) continue;
        for (std::size_t i = 0; i < rank; ++i)
            m.v[i * levels + k] += x[i];
    }
}

}  // namespace

void LcqModel::book(Index group, std::span<double> out) const {
    const auto k = static_cast<std::size_t>(levels);
    for (std::size_t q = 0; q < k; ++q) {
        double c = 0;
        for (std::size_t r = 0; r < static_cast<std::size_t>(rank); ++r)
            c += s[r * static_cast<std::size_t>(groups) + static_cast<std::size_t>(group)] * v[r * k + q];
        out[q] = c - b[static_cast<std::size_t>(group)];
    }
}

void LcqModel::normalise() {
    const auto k = static_cast<std::size_t>(levels);
    const auto count = static_cast<std::size_t>(groups);
    for (std::size_t r = 0; r < static_cast<std::size_t>(rank); ++r) {
        double most = 0;
        for (std::size_t q = 0; q < k; ++q)
            most = std::max(most, std::fabs(v[r * k + q]));
        if (!(most > 0) || !std::isfinite(most)) continue;
        for (std::size_t q = 0; q < k; ++q)
            v[r * k + q] /= most;
        for (std::size_t t = 0; t < count; ++t)
            s[r * count + t] *= most;
    }
}

LcqProblem::LcqProblem(const InputRows& input, const GroupLayout& groups) : rows(&input), layout(groups) {
    TileBuffer buffer;
    if (const auto first = input.read(0, 1, buffer)) hasRemoved = !first->removed.empty();
}

Index LcqProblem::grain() const {
    const Index size = rows->rows() * rows->cols() / std::max<Index>(1, layout.groups());
    // Few enough chunks that their partial sums stay small.
    return std::max<Index>({1, 16384 / std::max<Index>(1, size), layout.groups() / 1024});
}

void lcqPoints(const LcqProblem& p, LcqReader& reader, Index group, Kmeans1d& solver) {
    constexpr std::uint64_t kLarge = std::uint64_t(1) << 20;  // beyond it the weights of a group are never in memory together
    const auto points = [&](const Kmeans1d::Visit& visit) { return reader.points(group, visit); };
    if (p.size() / static_cast<std::uint64_t>(std::max<Index>(1, p.layout.groups())) > kLarge) {
        p.failure->take(solver.setPoints(points));
        return;
    }
    std::vector<float> values;
    std::vector<double> weights;
    p.failure->take(points([&](std::span<const float> w, std::span<const double> h) {
        values.insert(values.end(), w.begin(), w.end());
        weights.insert(weights.end(), h.begin(), h.end());
    }));
    solver.setPoints(values, weights);
}

double lcqObjective(const LcqProblem& p, const LcqModel& m, const Context& context) {
    return reduceOrdered(
        context, m.groups, p.grain(), 0.0,
        [&](Index b, Index e) {
            Scratch t(p, e);
            double j = 0;
            for (; b < e; ++b)
                j += countCodes(m, b, t);
            return j;
        },
        [](double& total, double part) { total += part; });
}

double lcqObjective(const LcqProblem& p, const LcqStored& m, const Context& context) {
    return reduceOrdered(
        context, m.groups, p.grain(), 0.0,
        [&](Index b, Index e) {
            LcqReader reader(p, e);
            std::vector<float> book(static_cast<std::size_t>(m.levels));
            LevelTable table;
            double j = 0;
            for (; b < e; ++b) {
                m.book(b, book);
                table.build(book);
                reader.forEach(b, [&](double w, double h) {
                    const double d = static_cast<double>(book[table.code(static_cast<float>(w))]) - w;
                    j += h * d * d;
                });
            }
            return j;
        },
        [](double& total, double part) { total += part; });
}

double lcqFreeObjective(const LcqProblem& p, int levels, const Context& context) {
    return reduceOrdered(
        context, p.layout.groups(), p.grain(), 0.0,
        [&](Index b, Index e) {
            Kmeans1d solver;
            Kmeans1d::Solution solution;
            LcqReader reader(p, e);
            double j = 0;
            for (; b < e; ++b) {
                lcqPoints(p, reader, b, solver);
                if (solver.solve(levels, context, solution)) j += solution.cost;
            }
            return j;
        },
        [](double& total, double part) { total += part; });
}

double lcqRound(const LcqProblem& p, LcqModel& m, const Context& context) {
    struct Part {
        double j = 0;
        LevelSystem system;
    };
    const Part all = reduceOrdered(
        context, m.groups, p.grain(), Part{},
        [&](Index b, Index e) {
            Scratch t(p, e);
            Part part;
            for (; b < e; ++b) {
                part.j += countCodes(m, b, t);
                solveGroup(m, b, false, t);
                addLevels(m, b, t, part.system);
            }
            return part;
        },
        [](Part& total, const Part& part) {
            total.j += part.j;
            total.system.add(part.system);
        });
    if (context.stopped()) return all.j;
    moveLevels(m, all.system);
    m.normalise();
    return all.j;
}

void lcqSolveGroups(const LcqProblem& p, const LcqModel& codesFrom, LcqModel& m, bool keepS, const Context& context) {
    parallelFor(context, m.groups, p.grain(), [&](Index b, Index e) {
        Scratch t(p, e);
        for (; b < e; ++b) {
            countCodes(codesFrom, b, t);
            solveGroup(m, b, keepS, t);
        }
    });
}

void lcqSolveLevels(const LcqProblem& p, const LcqModel& codesFrom, LcqModel& m, const Context& context) {
    const LevelSystem system = reduceOrdered(
        context, m.groups, p.grain(), LevelSystem{},
        [&](Index b, Index e) {
            Scratch t(p, e);
            LevelSystem part;
            for (; b < e; ++b) {
                countCodes(codesFrom, b, t);
                addLevels(m, b, t, part);
            }
            return part;
        },
        [](LevelSystem& total, const LevelSystem& part) { total.add(part); });
    if (!context.stopped()) moveLevels(m, system);
}

LcqStored lcqFit(const LcqProblem& p, const LcqOptions& o, const Context& context) {
    const int levels = 1 << o.bits;
    LcqStored best;
    double bestJ = std::numeric_limits<double>::infinity();
    const auto offer = [&](LcqStored candidate) {
        if (context.stopped()) return;
        const double j = lcqObjective(p, candidate, context);
        if (!(j < bestJ) && best.groups > 0) return;
        bestJ = j;
        best = std::move(candidate);
    };
    std::vector<LcqModel> starts = lcqStarts(p, levels, o.rank, context);
    for (const LcqModel& start : starts)
        offer(lcqRounded(p, start, o, false, context));
    if (o.gradient) {  // from the start that is best as it stands: steps are dear
        std::size_t chosen = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < starts.size(); ++i)
            if (const double j = lcqObjective(p, starts[i], context); j < least) {
                least = j;
                chosen = i;
            }
        if (context.stopped() || starts.empty()) return best;
        offer(lcqRounded(p, lcqGradient(p, starts[chosen], o, context), o, true, context));
        context.advance(p.size());
        return best;
    }
    for (LcqModel& m : starts) {
        double before = std::numeric_limits<double>::infinity();
        for (int i = 0; i < o.iterations && !context.stopped(); ++i) {
            const double j = lcqRound(p, m, context);
            if (!(j < before * (1 - 1e-6))) break;
            before = j;
        }
        offer(lcqRounded(p, m, o, true, context));
        context.advance(p.size() / starts.size());
    }
    return best;
}

void LcqSorted::build(std::span<const double> levels) {
    m_order.resize(levels.size());
    std::iota(m_order.begin(), m_order.end(), std::size_t(0));
    const auto below = [&](std::size_t a, std::size_t b) {
        return levels[a] < levels[b] || (levels[a] == levels[b] && a < b);
    };
    if (!std::is_sorted(m_order.begin(), m_order.end(), below)) std::sort(m_order.begin(), m_order.end(), below);
    m_level.clear();
    m_code.clear();
    m_threshold.clear();
    m_tieUp.clear();
    for (const std::size_t q : m_order) {
        if (!m_level.empty() && m_level.back() == levels[q]) continue;
        if (!m_level.empty()) {
            m_threshold.push_back(0.5 * (m_level.back() + levels[q]));
            m_tieUp.push_back(q < m_code.back());
        }
        m_level.push_back(levels[q]);
        m_code.push_back(q);
    }
}

std::size_t LcqSorted::position(double w) const {
    if (m_threshold.size() <= 15) {
        std::size_t at = 0;
        for (const double t : m_threshold)
            at += w > t ? 1U : 0U;
        return at < m_threshold.size() && w == m_threshold[at] && m_tieUp[at] ? at + 1 : at;
    }
    const auto at =
        static_cast<std::size_t>(std::lower_bound(m_threshold.begin(), m_threshold.end(), w) - m_threshold.begin());
    return at < m_threshold.size() && w == m_threshold[at] && m_tieUp[at] ? at + 1 : at;
}

bool lcqSolve(std::vector<double>& a, std::vector<double>& x, std::size_t n) {
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i)
        trace += a[i * n + i];
    if (!(trace > 0) || !std::isfinite(trace)) return false;
    const double ridge = kRidge * trace / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double v = a[i * n + j] + (i == j ? ridge : 0.0);
            for (std::size_t k = 0; k < j; ++k)
                v -= a[i * n + k] * a[j * n + k];
            if (i == j) {
                if (!(v > 0)) return false;
                a[i * n + i] = std::sqrt(v);
            } else {
                a[i * n + j] = v / a[j * n + j];
            }
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            x[i] -= a[i * n + k] * x[k];
        x[i] /= a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k)
            x[i] -= a[k * n + i] * x[k];
        x[i] /= a[i * n + i];
    }
    return std::all_of(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n),
                       [](double v) { return std::isfinite(v); });
}

}  // namespace qs::quant
