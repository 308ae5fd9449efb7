// SPDX-License-Identifier: GPL-3.0-or-later
// The gradient fit (seed_methods.md §3.5, §3.6, §3.8).
#include "core/exec/parallel_for.h"
#include "core/quant/grids/lcq/lcq_fit.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

/// Adam (Kingma, Ba 2015) with its usual constants.
class Adam {
public:
    explicit Adam(std::size_t n) : m_first(n), m_second(n) {}
    void begin() {
        ++m_step;
        m_correctFirst = 1 - std::pow(kFirst, m_step);
        m_correctSecond = 1 - std::pow(kSecond, m_step);
    }
    double step(std::size_t i, double gradient, double rate) {
        m_first[i] = kFirst * m_first[i] + (1 - kFirst) * gradient;
        m_second[i] = kSecond * m_second[i] + (1 - kSecond) * gradient * gradient;
        return rate * (m_first[i] / m_correctFirst) / (std::sqrt(m_second[i] / m_correctSecond) + kSmall);
    }

private:
    static constexpr double kFirst = 0.9;
    static constexpr double kSecond = 0.999;
    static constexpr double kSmall = 1e-8;
    int m_step = 0;
    double m_correctFirst = 1;
    double m_correctSecond = 1;
    std::vector<double> m_first, m_second;
};

/// ∂J/∂C of one group: D[k]; returns the group's J.
double levelGradient(LcqReader& reader, const LcqModel& m, Index g, bool straightThrough, std::vector<double>& book,
                     LcqSorted& sorted, std::vector<double>& d) {
    book.resize(static_cast<std::size_t>(m.levels));
    m.book(g, book);
    sorted.build(book);
    d.assign(book.size(), 0);
    double j = 0;
    reader.forEach(g, [&](double w, double weight) {
        const std::size_t at = sorted.position(w);
        const double error = sorted.levelAt(at) - w;
        const double gradient = 2 * weight * error;
        j += weight * error * error;
        d[sorted.codeAt(at)] += gradient;
        if (!straightThrough) return;
        // Rule B: between two levels the index is taken as linear in the weight.
        const std::size_t lo = error <= 0 ? at : at - 1;
        if ((error > 0 && at == 0) || lo + 1 >= sorted.size()) return;  // outside the range
        const double low = sorted.levelAt(lo);
        const double t = (w - low) / (sorted.levelAt(lo + 1) - low);
        d[sorted.codeAt(lo)] -= gradient * (1 - t);
        d[sorted.codeAt(lo + 1)] -= gradient * t;
    });
    return j;
}

}  // namespace

LcqModel lcqGradient(const LcqProblem& p, const LcqModel& start, const LcqOptions& o, const Context& context) {
    const auto levels = static_cast<std::size_t>(start.levels);
    const auto rank = static_cast<std::size_t>(start.rank);
    const auto count = static_cast<std::size_t>(start.groups);
    LcqModel m = start;
    m.normalise();
    // S = h·σ, β = h·τ with h half the first range of the group: a learning rate is then a relative step for all.
    std::vector<double> half(count);
    parallelFor(context, m.groups, p.grain(), [&](Index b, Index e) {
        std::vector<double> book(levels);
        for (; b < e; ++b) {
            m.book(b, book);
            const auto [lo, hi] = std::minmax_element(book.begin(), book.end());
            half[static_cast<std::size_t>(b)] = std::max(0.5 * (*hi - *lo), 1e-8);
        }
    });
    double mean = 0;  // gradients relative to the size of the groups, so that Adam's small constant means the same
    for (const double v : half)
        mean += v * v / static_cast<double>(count);

    Adam adamS(rank * count), adamB(count), adamV(rank * levels);
    LcqModel best = m;
    double bestJ = std::numeric_limits<double>::infinity();
    struct Part {
        double j = 0;
        std::vector<double> v;
    };
    for (int step = 0; step <= o.steps; ++step) {
        const bool last = step == o.steps;
        adamS.begin();
        adamB.begin();
        adamV.begin();
        LcqModel next = m;
        const Part all = reduceOrdered(
            context, m.groups, p.grain(), Part{},
            [&](Index b, Index e) {
                Part part;
                part.v.assign(rank * levels, 0);
                LcqReader reader(p, e);
                std::vector<double> book, d;
                LcqSorted sorted;
                for (; b < e; ++b) {
                    const auto t = static_cast<std::size_t>(b);
                    part.j += levelGradient(reader, m, b, o.straightThrough, book, sorted, d);
                    if (last) continue;
                    const double unit = half[t];
                    double sum = 0;
                    for (const double g : d)
                        sum += g;
                    for (std::size_t r = 0; r < rank; ++r) {
                        double gs = 0;
                        for (std::size_t q = 0; q < levels; ++q) {
                            gs += m.v[r * levels + q] * d[q];
                            part.v[r * levels + q] += m.s[r * count + t] * d[q];
                        }
                        next.s[r * count + t] -= unit * adamS.step(r * count + t, gs * unit / mean, o.rate);
                    }
                    next.b[t] -= unit * adamB.step(t, -sum * unit / mean, o.rate);
                }
                return part;
            },
            [](Part& total, const Part& part) {
                total.j += part.j;
                total.v.resize(part.v.size());
                for (std::size_t i = 0; i < part.v.size(); ++i)
                    total.v[i] += part.v[i];
            });
        if (context.stopped()) break;
        if (all.j < bestJ) {
            bestJ = all.j;
            best = m;
        }
        if (last) break;
        for (std::size_t i = 0; i < rank * levels; ++i)
            next.v[i] -= adamV.step(i, all.v[i] / mean, 0.2 * o.rate);
        m = std::move(next);
    }
    return best;
}

}  // namespace qs::quant
