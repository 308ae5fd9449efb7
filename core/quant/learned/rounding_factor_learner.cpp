// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/rounding_factor_learner.h"

#include "core/exec/parallel_for.h"
#include "core/quant/learned/products.h"
#include "core/quant/scale_type.h"

#include <cmath>
#include <random>

namespace qs::quant {
namespace {

using learned::kColumnChunk;
using learned::kRowChunk;

// Uniform in [0, 1) from the generator's bits alone: the standard library's distributions differ between systems.
double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

} // namespace

RoundingFactorLearner::RoundingFactorLearner(MatrixView weights, LadderStart start, Index rank, std::uint64_t seed)
    : m_weights(weights), m_start(std::move(start)), m_rank(rank)
{
    const Index m = weights.rows;
    const Index n = weights.cols;
    m_arrays.push_back(learnedArray("log_step", m_start.layout.groups(), 1));
    for (std::size_t g = 0; g < m_start.scale.size(); ++g)
        m_arrays[0].value[g] = m_start.scale[g] > 0 ? std::log(m_start.scale[g]) : 0.0;
    if (rank == 0) {
        m_arrays.push_back(learnedArray("S", m, n));
        m_arrays.push_back(learnedArray("row", m, 1));
    } else {
        m_arrays.push_back(learnedArray("L", m, rank));
        m_arrays.push_back(learnedArray("U", rank, n));
        m_arrays.push_back(learnedArray("row", m, 1));
        m_arrays.push_back(learnedArray("col", 1, n));
        std::mt19937_64 random(seed);
        const double bound = 1.0 / std::sqrt(static_cast<double>(n));
        for (double& u : m_arrays[2].value) u = (2.0 * unit(random) - 1.0) * bound;
    }
    const auto size = static_cast<std::size_t>(m * n);
    m_scale.resize(m_start.scale.size());
    m_quotient.resize(size);
    m_codes.resize(size);
    m_inside.resize(size);
}

bool RoundingFactorLearner::decode(std::span<double> decoded, const Context& context)
{
    const Index n = m_weights.cols;
    for (std::size_t g = 0; g < m_scale.size(); ++g) {
        double s = m_start.scale[g] > 0 ? std::exp(logStep().value[g]) : 0.0;
        if (m_start.stored) s = static_cast<double>(roundScale(*m_start.stored, static_cast<float>(s)));
        m_scale[g] = s;
    }
    return parallelFor(context, m_weights.rows, kRowChunk, [&](Index begin, Index end) {
        // θ − δ of the chunk, in place of the quotients that come of it
        learned::Map factor(m_quotient.data() + begin * n, end - begin, n);
        if (m_rank == 0) {
            factor = learned::ConstMap(m_arrays[1].value.data() + begin * n, end - begin, n);
        } else {
            factor.noalias() = learned::ConstMap(m_arrays[1].value.data() + begin * m_rank, end - begin, m_rank)
                             * learned::ConstMap(m_arrays[2].value.data(), m_rank, n);
            factor.rowwise() += Eigen::Map<const Eigen::RowVectorXd>(m_arrays[4].value.data(), n);
        }
        const std::vector<double>& row = m_arrays[m_rank == 0 ? 2 : 3].value;
        for (Index r = begin; r < end; ++r) {
            const auto w = m_weights.row(r);
            for (Index c = 0; c < n;) {
                const Index stop = m_start.layout.runEnd(r, c);
                const auto g = static_cast<std::size_t>(m_start.layout.group(r, c));
                const double step = m_scale[g];
                const double least = -m_start.zero[g];
                const double most = m_start.top - m_start.zero[g];
                const double shift = logStep().value[g] + row[static_cast<std::size_t>(r)];
                for (; c < stop; ++c) {
                    const auto i = static_cast<std::size_t>(r * n + c);
                    const double z = step > 0 ? static_cast<double>(w[static_cast<std::size_t>(c)]) / std::exp(shift + m_quotient[i]) : 0.0;
                    const double whole = std::nearbyint(z);
                    const double held = std::min(std::max(whole, least), most);
                    m_quotient[i] = z;
                    m_inside[i] = whole >= least && whole <= most;
                    m_codes[i] = static_cast<std::uint8_t>(held + m_start.zero[g]);
                    decoded[i] = step * held;
                }
            }
        }
    });
}

bool RoundingFactorLearner::backward(std::span<const double> gradient, const Context& context)
{
    const Index m = m_weights.rows;
    const Index n = m_weights.cols;
    std::vector<double>& row = m_arrays[m_rank == 0 ? 2 : 3].gradient;
    bool done = parallelFor(context, m, kRowChunk, [&](Index begin, Index end) {
        for (Index r = begin; r < end; ++r) {
            double ofRow = 0;
            for (Index c = 0; c < n;) {
                const Index stop = m_start.layout.runEnd(r, c);
                const auto g = static_cast<std::size_t>(m_start.layout.group(r, c));
                const double step = m_scale[g];
                double ofStep = 0; // Σ G s (Q − M Z)
                double ofGroup = 0;
                for (; c < stop; ++c) {
                    const auto i = static_cast<std::size_t>(r * n + c);
                    const double whole = static_cast<double>(m_codes[i]) - m_start.zero[g];
                    const double t = m_inside[i] ? -gradient[i] * step * m_quotient[i] : 0.0;
                    ofStep += gradient[i] * step * whole + t;
                    ofGroup += t;
                    m_quotient[i] = t; // T, for the factors
                }
                logStep().gradient[g] = ofStep;
                ofRow += ofGroup;
            }
            row[static_cast<std::size_t>(r)] = ofRow;
        }
        if (m_rank == 0) {
            std::copy(m_quotient.begin() + begin * n, m_quotient.begin() + end * n, m_arrays[1].gradient.begin() + begin * n);
        } else {
            learned::Map(m_arrays[1].gradient.data() + begin * m_rank, end - begin, m_rank).noalias() =
                learned::ConstMap(m_quotient.data() + begin * n, end - begin, n)
                * learned::ConstMap(m_arrays[2].value.data(), m_rank, n).transpose();
        }
    });
    if (!done || m_rank == 0) return done;
    return parallelFor(context, n, kColumnChunk, [&](Index begin, Index end) {
        const learned::Columns t(m_quotient.data() + begin, m, end - begin, Eigen::OuterStride<>(n));
        learned::MutableColumns(m_arrays[2].gradient.data() + begin, m_rank, end - begin, Eigen::OuterStride<>(n)).noalias() =
            learned::ConstMap(m_arrays[1].value.data(), m, m_rank).transpose() * t;
        Eigen::Map<Eigen::RowVectorXd>(m_arrays[4].gradient.data() + begin, end - begin) = t.colwise().sum();
    });
}

} // namespace qs::quant
