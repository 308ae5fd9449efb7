// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/ledger/ledger.h"

#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::metrics {
namespace {

struct Range {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
};

struct Part {
    std::vector<double> counts, sums, squares;
};

} // namespace

Result<WeightLedger> WeightLedger::make(MatrixView weights, const Context& context)
{
    WeightLedger out;
    const Index grain = std::max<Index>(1, (Index(1) << 18) / std::max<Index>(1, weights.cols));
    const Range range = reduceOrdered(
        context, weights.rows, grain, Range{},
        [&](Index b, Index e) {
            Range r;
            for (Index i = b; i < e; ++i) {
                for (const float v : weights.row(i)) {
                    if (!std::isfinite(v)) continue;
                    r.low = std::min(r.low, v);
                    r.high = std::max(r.high, v);
                }
                context.advance(static_cast<std::uint64_t>(weights.cols));
            }
            return r;
        },
        [](Range& t, const Range& p) {
            t.low = std::min(t.low, p.low);
            t.high = std::max(t.high, p.high);
        });
    if (context.stopped()) return cancelled();
    if (!(range.low <= range.high)) return fail(ErrorCode::Lacking, "there is no finite weight");
    out.m_low = static_cast<double>(range.low);
    out.m_high = static_cast<double>(range.high);
    const double width = out.m_high > out.m_low ? (out.m_high - out.m_low) / kIntervals : 1;
    const double scale = 1 / width;
    constexpr auto n = static_cast<std::size_t>(kIntervals);
    // Few large parts: each has tables of its own. Their number depends on the rows alone, and they are joined in order.
    const Index rowsPerPart = std::max<Index>(1, (weights.rows + 15) / 16);
    const Part empty{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n)};
    Part all = reduceOrdered(
        context, weights.rows, rowsPerPart, Part{},
        [&](Index b, Index e) {
            Part p = empty;
            for (Index i = b; i < e && !context.stopped(); ++i) {
                for (const float v : weights.row(i)) {
                    if (!std::isfinite(v)) continue;
                    const double w = static_cast<double>(v);
                    const auto k = std::min(static_cast<std::size_t>((w - out.m_low) * scale), n - 1);
                    p.counts[k] += 1;
                    p.sums[k] += w;
                    p.squares[k] += w * w;
                }
                context.advance(static_cast<std::uint64_t>(weights.cols));
            }
            return p;
        },
        [&](Part& t, Part& p) {
            if (t.counts.empty()) {
                t = std::move(p);
                return;
            }
            for (std::size_t i = 0; i < n; ++i) {
                t.counts[i] += p.counts[i];
                t.sums[i] += p.sums[i];
                t.squares[i] += p.squares[i];
            }
        });
    if (context.stopped()) return cancelled();
    const auto prefix = [](const std::vector<double>& v) {
        std::vector<double> p(v.size() + 1);
        for (std::size_t i = 0; i < v.size(); ++i) p[i + 1] = p[i] + v[i];
        return p;
    };
    out.m_counts = prefix(all.counts);
    out.m_sums = prefix(all.sums);
    out.m_squares = prefix(all.squares);
    out.m_count = static_cast<std::uint64_t>(out.m_counts.back());
    return out;
}

std::vector<std::size_t> WeightLedger::borders(std::span<const float> levels) const
{
    constexpr auto n = static_cast<std::size_t>(kIntervals);
    std::vector<std::size_t> out{0};
    const double width = m_high > m_low ? (m_high - m_low) / kIntervals : 1;
    for (std::size_t k = 1; k < levels.size(); ++k) {
        const double threshold = (static_cast<double>(levels[k - 1]) + static_cast<double>(levels[k])) / 2;
        auto at = static_cast<std::size_t>(std::clamp((threshold - m_low) / width, 0.0, static_cast<double>(n)));
        // The interval that holds the threshold belongs to the side of its mean; on the threshold to the lower level.
        if (at < n) {
            const double c = m_counts[at + 1] - m_counts[at];
            if (c > 0 && (m_sums[at + 1] - m_sums[at]) / c <= threshold) ++at;
        }
        out.push_back(std::max(at, out.back()));
    }
    out.push_back(n);
    return out;
}

WeightLedger::Figures WeightLedger::judge(std::span<const float> levels) const
{
    Figures f;
    if (levels.empty() || m_counts.empty()) return f;
    const auto at = borders(levels);
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const double c = static_cast<double>(levels[k]);
        const double n = m_counts[at[k + 1]] - m_counts[at[k]];
        const double sum = m_sums[at[k + 1]] - m_sums[at[k]];
        const double squares = m_squares[at[k + 1]] - m_squares[at[k]];
        const double e = std::max(0.0, squares - 2 * c * sum + n * c * c);
        f.errors.push_back(e);
        f.squaredError += e;
        f.usage.push_back(static_cast<std::uint64_t>(n));
        if (n == 0) ++f.dead;
    }
    f.relativeMse = totalSquares() > 0 ? f.squaredError / totalSquares() : 0;
    return f;
}

std::vector<float> WeightLedger::improved(std::span<const float> levels) const
{
    std::vector<float> out(levels.begin(), levels.end());
    if (m_counts.empty()) return out;
    const auto at = borders(levels);
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const double n = m_counts[at[k + 1]] - m_counts[at[k]];
        if (n > 0) out[k] = static_cast<float>((m_sums[at[k + 1]] - m_sums[at[k]]) / n);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<double> WeightLedger::counts(double from, double to, int bins) const
{
    std::vector<double> out(static_cast<std::size_t>(std::max(bins, 0)));
    if (m_counts.empty() || !(to > from)) return out;
    const double width = m_high > m_low ? (m_high - m_low) / kIntervals : 1;
    const auto upTo = [&](double x) {
        const double t = std::clamp((x - m_low) / width, 0.0, static_cast<double>(kIntervals));
        const auto i = static_cast<std::size_t>(t);
        if (i >= static_cast<std::size_t>(kIntervals)) return m_counts.back();
        return m_counts[i] + (t - static_cast<double>(i)) * (m_counts[i + 1] - m_counts[i]);
    };
    double before = upTo(from);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double now = upTo(from + (to - from) * static_cast<double>(i + 1) / static_cast<double>(out.size()));
        out[i] = now - before;
        before = now;
    }
    return out;
}

void WeightLedger::points(std::vector<float>& means, std::vector<double>& weights) const
{
    means.clear();
    weights.clear();
    for (std::size_t i = 0; i + 1 < m_counts.size(); ++i) {
        const double n = m_counts[i + 1] - m_counts[i];
        if (n == 0) continue;
        means.push_back(static_cast<float>((m_sums[i + 1] - m_sums[i]) / n));
        weights.push_back(n);
    }
}

} // namespace qs::metrics
