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
    const auto rank = static_cast<std::size_t>(m_start.rank);
    m_scales = m_start.scales;
    m_basis = m_start.basis;
    m_offsets = m_start.offsets;
    m_unit.assign(groups, 1.0);
    for (std::size_t g = 0; g < groups; ++g) {
        double lo = 0;
        double hi = 0;
        for (std::size_t k = 0; k < levels; ++k) {
            double level = -m_offsets[g];
            for (std::size_t p = 0; p < rank; ++p) level += m_scales[p * groups + g] * m_basis[p * levels + k];
            lo = k == 0 ? level : std::min(lo, level);
            hi = k == 0 ? level : std::max(hi, level);
        }
        if (hi > lo) m_unit[g] = 0.5 * (hi - lo);
    }
    if (options.learnCodebook) {
        auto s = learnedArray("S", m_start.rank, m_start.layout.groups());
        auto v = learnedArray("V", m_start.rank, m_start.levels);
        auto b = learnedArray("B", 1, m_start.layout.groups());
        for (std::size_t i = 0; i < s.value.size(); ++i) s.value[i] = m_scales[i] / m_unit[i % groups];
        v.value = m_basis;
        v.rate = options.basisRate;
        for (std::size_t g = 0; g < groups; ++g) b.value[g] = m_offsets[g] / m_unit[g];
        m_arrays.push_back(std::move(s));
        m_arrays.push_back(std::move(v));
        m_arrays.push_back(std::move(b));
    }
    if (options.learnOffsets) {
        m_arrays.push_back(learnedArray("D", weights.rows, weights.cols));
        m_arrays.back().rate = options.offsetRate;
        m_free = &m_arrays.back();
    }
    m_sorted.resize(groups * levels);
    m_order.resize(groups * levels);
    m_codes.resize(static_cast<std::size_t>(weights.rows * weights.cols));
    if (m_arrays.empty()) setLevels();
}

LearnedArray* CodebookLearner::array(std::string_view name)
{
    for (LearnedArray& a : m_arrays)
        if (a.name == name) return &a;
    return nullptr;
}

double CodebookLearner::target(std::size_t i, std::size_t group, float w) const
{
    return static_cast<double>(w) + (m_free ? m_unit[group] * m_free->value[i] : 0.0);
}

void CodebookLearner::setLevels()
{
    const auto groups = static_cast<std::size_t>(m_start.layout.groups());
    const auto levels = static_cast<std::size_t>(m_start.levels);
    const auto rank = static_cast<std::size_t>(m_start.rank);
    if (m_options.learnCodebook) {
        for (std::size_t i = 0; i < m_scales.size(); ++i)
            m_scales[i] = stored(m_start.storedScale, m_arrays[0].value[i] * m_unit[i % groups]);
        for (std::size_t i = 0; i < m_basis.size(); ++i) m_basis[i] = stored(m_start.storedBasis, m_arrays[1].value[i]);
        for (std::size_t g = 0; g < groups; ++g) m_offsets[g] = stored(m_start.storedScale, m_arrays[2].value[g] * m_unit[g]);
    }
    std::vector<double> level(levels);
    for (std::size_t g = 0; g < groups; ++g) {
        for (std::size_t k = 0; k < levels; ++k) {
            level[k] = -m_offsets[g];
            for (std::size_t p = 0; p < rank; ++p) level[k] += m_scales[p * groups + g] * m_basis[p * levels + k];
        }
        std::uint8_t* order = m_order.data() + g * levels;
        std::iota(order, order + levels, std::uint8_t(0));
        std::stable_sort(order, order + levels, [&](std::uint8_t a, std::uint8_t b) { return level[a] < level[b]; });
        for (std::size_t k = 0; k < levels; ++k) m_sorted[g * levels + k] = level[order[k]];
    }
}

bool CodebookLearner::decode(std::span<double> decoded, const Context& context)
{
    setLevels();
    const Index n = m_weights.cols;
    const auto levels = static_cast<std::size_t>(m_start.levels);
    return parallelFor(context, m_weights.rows, learned::kRowChunk, [&](Index begin, Index end) {
        for (Index r = begin; r < end; ++r) {
            const auto w = m_weights.row(r);
            for (Index c = 0; c < n; ++c) {
                const auto g = static_cast<std::size_t>(m_start.layout.group(r, c));
                const auto i = static_cast<std::size_t>(r * n + c);
                const double x = target(i, g, w[static_cast<std::size_t>(c)]);
                const double* sorted = m_sorted.data() + g * levels;
                const auto above = static_cast<std::size_t>(std::lower_bound(sorted, sorted + levels, x) - sorted);
                std::size_t k = above == levels ? levels - 1 : above;
                if (above > 0 && above < levels && x - sorted[above - 1] <= sorted[above] - x) k = above - 1;
                // of equal levels the first in order, so that codes are those of the lowest index
                while (k > 0 && sorted[k - 1] == sorted[k]) --k;
                m_codes[i] = m_order[g * levels + k];
                decoded[i] = sorted[k];
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
    LearnedArray* ofScales = array("S");
    LearnedArray* ofBasis = array("V");
    LearnedArray* ofOffsets = array("B");
    LearnedArray* free = array("D");
    const bool straightScales = m_options.rule != CodebookRule::Fixed;
    const bool straightBasis = m_options.rule == CodebookRule::Straight;
    // Each chunk of groups sums its own share of V's gradient; shares are added in order.
    const std::vector<double> basis = reduceOrdered(
        context, static_cast<Index>(groups), kGroupChunk, std::vector<double>(),
        [&](Index begin, Index end) {
            std::vector<double> share(rank * levels, 0.0);
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
                        if (free) free->gradient[i] = inside ? slope * m_unit[g] : 0.0;
                        if (!straightScales || !inside) continue;
                        auto high = static_cast<std::size_t>(std::lower_bound(sorted, sorted + levels, x) - sorted);
                        high = std::max<std::size_t>(high, 1);
                        const double width = sorted[high] - sorted[high - 1];
                        const double t = width > 0 ? (x - sorted[high - 1]) / width : 0.0;
                        through[order[high - 1]] += slope * (1.0 - t);
                        through[order[high]] += slope * t;
                    }
                });
                if (!ofScales) continue;
                double ofOffset = 0;
                for (std::size_t k = 0; k < levels; ++k) ofOffset -= taken[k] - (straightScales ? through[k] : 0.0);
                ofOffsets->gradient[g] = ofOffset * m_unit[g];
                for (std::size_t p = 0; p < rank; ++p) {
                    double ofScale = 0;
                    for (std::size_t k = 0; k < levels; ++k) {
                        ofScale += m_basis[p * levels + k] * (taken[k] - (straightScales ? through[k] : 0.0));
                        share[p * levels + k] += m_scales[p * groups + g] * (taken[k] - (straightBasis ? through[k] : 0.0));
                    }
                    ofScales->gradient[p * groups + g] = ofScale * m_unit[g];
                }
            }
            return share;
        },
        [](std::vector<double>& total, const std::vector<double>& part) {
            if (total.empty()) total.resize(part.size());
            for (std::size_t i = 0; i < part.size(); ++i) total[i] += part[i];
        });
    if (context.stopped()) return false;
    if (ofBasis) ofBasis->gradient = basis;
    return true;
}

} // namespace qs::quant
