// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/codebook_learner.h"

#include "core/exec/parallel_for.h"
#include "core/quant/learned/products.h"
#include "core/quant/scale_type.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qs::quant {
namespace {

constexpr Index kGroupChunk = 256;

double stored(const std::optional<DType>& type, double v)
{
    return type ? static_cast<double>(roundScale(*type, static_cast<float>(v))) : v;
}

} // namespace

CodebookLearner::CodebookLearner(MatrixView weights, CodebookStart start, const CodebookOptions& options)
    : m_weights(weights), m_start(std::move(start)), m_options(options)
{
    const auto groups = static_cast<std::size_t>(m_start.layout.groups());
    const auto levels = static_cast<std::size_t>(m_start.levels);
    m_scales = m_start.scales;
    m_basis = m_start.basis;
    m_offsets = m_start.offsets;
    m_unit.assign(groups, 1.0);
    for (std::size_t g = 0; g < groups; ++g) {
        double lo = 0;
        double hi = 0;
        for (std::size_t k = 0; k < levels; ++k) {
            const double level = levelOf(g, k);
            lo = k == 0 ? level : std::min(lo, level);
            hi = k == 0 ? level : std::max(hi, level);
        }
        if (hi > lo) m_unit[g] = 0.5 * (hi - lo);
    }
    m_arrays.reserve(4); // pointers into it stay
    const auto add = [this](LearnedArray array) { return &m_arrays.emplace_back(std::move(array)); };
    if (options.learnCodebook) {
        m_ofScales = add(learnedArray("S", m_start.rank, m_start.layout.groups()));
        for (std::size_t i = 0; i < m_scales.size(); ++i) m_ofScales->value[i] = m_scales[i] / m_unit[i % groups];
        if (options.learnV) {
            m_ofBasis = add(learnedArray("V", m_start.rank, m_start.levels));
            m_ofBasis->value = m_basis;
            m_ofBasis->rate = options.basisRate;
        }
        if (options.learnB) {
            m_ofOffsets = add(learnedArray("B", 1, m_start.layout.groups()));
            for (std::size_t g = 0; g < groups; ++g) m_ofOffsets->value[g] = m_offsets[g] / m_unit[g];
        }
    }
    if (options.learnOffsets) {
        m_free = add(learnedArray("D", weights.rows, weights.cols));
        m_free->rate = options.offsetRate;
        for (std::size_t i = 0; i < m_options.firstOffsets.size(); ++i) {
            const auto r = static_cast<Index>(i) / weights.cols;
            const auto g = static_cast<std::size_t>(m_start.layout.group(r, static_cast<Index>(i) - r * weights.cols));
            m_free->value[i] = static_cast<double>(m_options.firstOffsets[i]) / m_unit[g];
        }
        m_options.firstOffsets.clear();
    }
    m_sorted.resize(groups * levels);
    m_order.resize(groups * levels);
    m_codes.resize(static_cast<std::size_t>(weights.rows * weights.cols));
    m_above.resize(m_codes.size());
}

double CodebookLearner::levelOf(std::size_t group, std::size_t k) const
{
    const auto groups = m_offsets.size();
    const auto levels = static_cast<std::size_t>(m_start.levels);
    double level = -m_offsets[group];
    for (std::size_t p = 0; p < static_cast<std::size_t>(m_start.rank); ++p) level += m_scales[p * groups + group] * m_basis[p * levels + k];
    if (!m_start.shifts.empty()) level -= m_scales[group] * m_start.shifts[group];
    return level;
}

double CodebookLearner::target(std::size_t i, std::size_t group, float w) const
{
    return static_cast<double>(w) + (m_free ? m_unit[group] * m_free->value[i] : 0.0);
}

bool CodebookLearner::setLevels(const Context& context)
{
    const auto groups = static_cast<std::size_t>(m_start.layout.groups());
    const auto levels = static_cast<std::size_t>(m_start.levels);
    if (m_ofScales)
        for (std::size_t i = 0; i < m_scales.size(); ++i) m_scales[i] = m_ofScales->value[i] * m_unit[i % groups];
    if (m_ofBasis) m_basis = m_ofBasis->value;
    if (m_ofOffsets)
        for (std::size_t g = 0; g < groups; ++g) m_offsets[g] = m_ofOffsets->value[g] * m_unit[g];
    if (m_ofScales && m_start.round) {
        m_start.round(m_scales, m_basis, m_offsets);
    } else if (m_ofScales) {
        for (double& s : m_scales) s = stored(m_start.storedScale, s);
        for (double& v : m_basis) v = stored(m_start.storedBasis, v);
        for (double& b : m_offsets) b = stored(m_start.storedScale, b);
    }
    return parallelFor(context, static_cast<Index>(groups), kGroupChunk, [&](Index begin, Index end) {
        std::vector<double> level(levels);
        for (auto g = static_cast<std::size_t>(begin); g < static_cast<std::size_t>(end); ++g) {
            for (std::size_t k = 0; k < levels; ++k) level[k] = levelOf(g, k);
            std::uint8_t* order = m_order.data() + g * levels;
            std::iota(order, order + levels, std::uint8_t(0));
            // by insertion, which keeps equal levels in the order of their codes
            for (std::size_t k = 1; k < levels; ++k)
                for (std::size_t j = k; j > 0 && level[order[j]] < level[order[j - 1]]; --j) std::swap(order[j], order[j - 1]);
            for (std::size_t k = 0; k < levels; ++k) m_sorted[g * levels + k] = level[order[k]];
        }
    });
}

bool CodebookLearner::decode(std::span<double> decoded, const Context& context)
{
    if (!setLevels(context)) return false;
    const Index n = m_weights.cols;
    const auto levels = static_cast<std::size_t>(m_start.levels);
    return parallelFor(context, m_weights.rows, learned::kRowChunk, [&](Index begin, Index end) {
        for (Index r = begin; r < end; ++r) {
            const auto w = m_weights.row(r);
            for (Index c = 0; c < n;) {
                const Index stop = m_start.layout.runEnd(r, c);
                const auto g = static_cast<std::size_t>(m_start.layout.group(r, c));
                const double* sorted = m_sorted.data() + g * levels;
                const std::uint8_t* order = m_order.data() + g * levels;
                for (; c < stop; ++c) {
                    const auto i = static_cast<std::size_t>(r * n + c);
                    const double x = target(i, g, w[static_cast<std::size_t>(c)]);
                    std::size_t above = 0;
                    if (levels <= 16)
                        for (std::size_t k = 0; k < levels; ++k) above += sorted[k] < x ? 1 : 0;
                    else above = static_cast<std::size_t>(std::lower_bound(sorted, sorted + levels, x) - sorted);
                    std::size_t k = above == levels ? levels - 1 : above;
                    if (above > 0 && above < levels && x - sorted[above - 1] <= sorted[above] - x) k = above - 1;
                    // of equal levels the first in order, so that codes are those of the lowest index
                    while (k > 0 && sorted[k - 1] == sorted[k]) --k;
                    m_above[i] = static_cast<std::uint8_t>(std::clamp<std::size_t>(above, 1, std::max<std::size_t>(levels, 2) - 1));
                    m_codes[i] = order[k];
                    decoded[i] = sorted[k];
                }
            }
        }
    });
}

bool CodebookLearner::backward(std::span<const double> gradient, const Context& context)
{
    const Index n = m_weights.cols;
    const auto groups = static_cast<std::size_t>(m_start.layout.groups());
    const auto levels = static_cast<std::size_t>(m_start.levels);
    const auto rank = static_cast<std::size_t>(m_start.rank);
    const bool straightScales = m_options.rule != CodebookRule::Fixed;
    const bool straightBasis = m_options.rule == CodebookRule::Straight;
    // Each chunk of groups sums its own share of V's gradient; shares are added in order.
    const std::vector<double> basis = reduceOrdered(
        context, static_cast<Index>(groups), kGroupChunk, std::vector<double>(),
        [&](Index begin, Index end) {
            std::vector<double> share(m_ofBasis ? rank * levels : 0, 0.0);
            std::vector<double> taken(levels);    // Σ G of the weights that take each code
            std::vector<double> through(levels);  // what the straight-through rule takes from each level
            for (auto g = static_cast<std::size_t>(begin); g < static_cast<std::size_t>(end); ++g) {
                std::fill(taken.begin(), taken.end(), 0.0);
                std::fill(through.begin(), through.end(), 0.0);
                const double* sorted = m_sorted.data() + g * levels;
                const std::uint8_t* order = m_order.data() + g * levels;
                m_start.layout.forEachRun(static_cast<Index>(g), [&](Index r, Index c0, Index c1) {
                    const auto w = m_weights.row(r);
                    for (Index c = c0; c < c1; ++c) {
                        const auto i = static_cast<std::size_t>(r * n + c);
                        const double slope = gradient[i];
                        taken[m_codes[i]] += slope;
                        const double x = target(i, g, w[static_cast<std::size_t>(c)]);
                        const bool inside = x >= sorted[0] && x <= sorted[levels - 1];
                        if (m_free) m_free->gradient[i] = inside ? slope * m_unit[g] : 0.0;
                        if (!straightScales || !inside || levels < 2) continue;
                        const std::size_t high = m_above[i];
                        const double width = sorted[high] - sorted[high - 1];
                        const double t = width > 0 ? (x - sorted[high - 1]) / width : 0.0;
                        through[order[high - 1]] += slope * (1.0 - t);
                        through[order[high]] += slope * t;
                    }
                });
                if (!m_ofScales) continue;
                double ofOffset = 0;
                for (std::size_t k = 0; k < levels; ++k) ofOffset -= taken[k] - (straightScales ? through[k] : 0.0);
                if (m_ofOffsets) m_ofOffsets->gradient[g] = ofOffset * m_unit[g];
                for (std::size_t p = 0; p < rank; ++p) {
                    double ofScale = p == 0 && !m_start.shifts.empty() ? ofOffset * m_start.shifts[g] : 0.0;
                    for (std::size_t k = 0; k < levels; ++k) {
                        ofScale += m_basis[p * levels + k] * (taken[k] - (straightScales ? through[k] : 0.0));
                        if (m_ofBasis) share[p * levels + k] += m_scales[p * groups + g] * (taken[k] - (straightBasis ? through[k] : 0.0));
                    }
                    m_ofScales->gradient[p * groups + g] = ofScale * m_unit[g];
                }
            }
            return share;
        },
        [](std::vector<double>& total, const std::vector<double>& part) {
            if (total.empty()) total.resize(part.size());
            for (std::size_t i = 0; i < part.size(); ++i) total[i] += part[i];
        });
    if (context.stopped()) return false;
    if (m_ofBasis) m_ofBasis->gradient = basis;
    return true;
}

} // namespace qs::quant
