// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/clip_ratio_learner.h"

#include "core/exec/parallel_for.h"
#include "core/quant/learned/products.h"
#include "core/quant/scale_type.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

constexpr double kStart = 4.0;
constexpr double kLeastScale = 1e-5;
constexpr double kMostScale = 1e4;

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

} // namespace

ClipRatioLearner::ClipRatioLearner(MatrixView weights, ClipRatioOptions options) : m_weights(weights), m_options(std::move(options))
{
    const Index groups = m_options.layout.groups();
    m_arrays.push_back(learnedArray("up", groups, 1, kStart));
    m_arrays.push_back(learnedArray("low", groups, 1, kStart));
    for (Index g = 0; g < groups; ++g) {
        double lo = 0;
        double hi = 0;
        bool first = !m_options.zeroInside;
        m_options.layout.forEachRun(g, [&](Index r, Index c0, Index c1) {
            for (const float v : weights.row(r).subspan(static_cast<std::size_t>(c0), static_cast<std::size_t>(c1 - c0))) {
                const auto w = static_cast<double>(v);
                lo = first ? w : std::min(lo, w);
                hi = first ? w : std::max(hi, w);
                first = false;
            }
        });
        m_low.push_back(lo);
        m_high.push_back(hi);
    }
    for (auto* v : {&m_scale, &m_zero, &m_byUp, &m_byLow}) v->resize(static_cast<std::size_t>(groups));
    m_codes.resize(static_cast<std::size_t>(weights.rows * weights.cols));
}

void ClipRatioLearner::setLadder(std::size_t g)
{
    const double up = sigmoid(m_arrays[0].value[g]);
    const double low = sigmoid(m_arrays[1].value[g]);
    const double hi = up * m_high[g];
    const double lo = low * m_low[g];
    const double top = static_cast<double>((1 << m_options.bits) - 1);
    const double middle = static_cast<double>((1 << (m_options.bits - 1)) - 1);
    double byHigh = 0;
    double byLow = 0;
    double scale = 0;
    if (m_options.symmetric) {
        const bool highDecides = std::abs(hi) >= std::abs(lo);
        scale = std::max(std::abs(hi), std::abs(lo)) / middle;
        byHigh = highDecides ? std::copysign(1.0 / middle, hi) : 0.0;
        byLow = highDecides ? 0.0 : std::copysign(1.0 / middle, lo);
    } else {
        scale = (hi - lo) / top;
        byHigh = 1.0 / top;
        byLow = -1.0 / top;
    }
    if (scale < kLeastScale || scale > kMostScale) byHigh = byLow = 0;
    scale = std::clamp(scale, kLeastScale, kMostScale);
    m_byUp[g] = byHigh * m_high[g] * up * (1.0 - up);
    m_byLow[g] = byLow * m_low[g] * low * (1.0 - low);
    if (m_options.stored) scale = static_cast<double>(roundScale(*m_options.stored, static_cast<float>(scale)));
    m_scale[g] = scale;
    if (m_options.symmetric) m_zero[g] = m_options.symmetricZero < 0 ? middle : m_options.symmetricZero;
    else m_zero[g] = scale > 0 ? std::nearbyint(std::clamp(-lo / scale, -1e4, 1e4)) : 0.0;
    if (m_options.zeroInside) m_zero[g] = std::clamp(m_zero[g], 0.0, top);
}

bool ClipRatioLearner::decode(std::span<double> decoded, const Context& context)
{
    const Index n = m_weights.cols;
    for (std::size_t g = 0; g < m_scale.size(); ++g) setLadder(g);
    const double top = static_cast<double>((1 << m_options.bits) - 1);
    return parallelFor(context, m_weights.rows, learned::kRowChunk, [&](Index begin, Index end) {
        for (Index r = begin; r < end; ++r) {
            const auto w = m_weights.row(r);
            for (Index c = 0; c < n; ++c) {
                const auto g = static_cast<std::size_t>(m_options.layout.group(r, c));
                const auto i = static_cast<std::size_t>(r * n + c);
                const double z = m_scale[g] > 0 ? std::nearbyint(static_cast<double>(w[static_cast<std::size_t>(c)]) / m_scale[g]) : 0.0;
                const double code = std::clamp(z + m_zero[g], 0.0, top);
                m_codes[i] = static_cast<std::uint8_t>(code);
                decoded[i] = m_scale[g] * (code - m_zero[g]);
            }
        }
    });
}

bool ClipRatioLearner::backward(std::span<const double> gradient, const Context& context)
{
    const double top = static_cast<double>((1 << m_options.bits) - 1);
    const Index n = m_weights.cols;
    const Index groups = m_options.layout.groups();
    return parallelFor(context, groups, 1024, [&](Index begin, Index end) {
        for (Index k = begin; k < end; ++k) {
            const auto g = static_cast<std::size_t>(k);
            double byScale = 0; // Σ G (Q − z − [inside] w/s)
            if (m_scale[g] > 0)
                m_options.layout.forEachRun(k, [&](Index r, Index c0, Index c1) {
                    const auto w = m_weights.row(r);
                    for (Index c = c0; c < c1; ++c) {
                        const auto i = static_cast<std::size_t>(r * n + c);
                        const double z = static_cast<double>(w[static_cast<std::size_t>(c)]) / m_scale[g];
                        const double place = std::nearbyint(z) + m_zero[g];
                        const bool inside = place >= 0 && place <= top;
                        byScale += gradient[i] * (static_cast<double>(m_codes[i]) - m_zero[g] - (inside ? z : 0.0));
                    }
                });
            m_arrays[0].gradient[g] = byScale * m_byUp[g];
            m_arrays[1].gradient[g] = byScale * m_byLow[g];
        }
    });
}

} // namespace qs::quant
