// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/layer_loss.h"

#include "core/exec/parallel_for.h"
#include "core/quant/learned/products.h"

namespace qs::quant {

Result<double> LayerLoss::operator()(std::span<const double> decoded, std::span<double> gradient, const Context& context) const
{
    const Index rows = m_weights.rows;
    const Index cols = m_weights.cols;
    // Chunks of rows: each product is computed as a whole by one thread, so the bits don't depend on their number.
    const double total = reduceOrdered(
        context, rows, learned::kRowChunk, 0.0,
        [&](Index begin, Index end) {
            learned::Matrix error(end - begin, cols);
            for (Index r = begin; r < end; ++r) {
                const auto w = m_weights.row(r);
                for (Index c = 0; c < cols; ++c) {
                    const auto i = static_cast<std::size_t>(r * cols + c);
                    const bool isElsewhere = !m_removed.empty() && m_removed[i] != 0;
                    error(r - begin, c) = isElsewhere ? 0.0 : decoded[i] - static_cast<double>(w[static_cast<std::size_t>(c)]);
                }
            }
            learned::Map product(gradient.data() + begin * cols, end - begin, cols);
            product.noalias() = error * learned::ConstMap(m_sigma.data(), cols, cols);
            const double sum = product.cwiseProduct(error).sum();
            product *= 2.0 * m_factor;
            for (Index i = begin * cols; !m_removed.empty() && i < end * cols; ++i)
                if (m_removed[static_cast<std::size_t>(i)] != 0) gradient[static_cast<std::size_t>(i)] = 0;
            return sum;
        },
        [](double& sum, double part) { sum += part; });
    if (context.stopped()) return cancelled();
    return m_factor * total;
}

Result<double> LayerLoss::energy(const Context& context) const
{
    const Index cols = m_weights.cols;
    const double total = reduceOrdered(
        context, m_weights.rows, learned::kRowChunk, 0.0,
        [&](Index begin, Index end) {
            learned::Matrix w(end - begin, cols);
            for (Index r = begin; r < end; ++r)
                for (Index c = 0; c < cols; ++c) w(r - begin, c) = static_cast<double>(m_weights.at(r, c));
            const learned::Matrix product = w * learned::ConstMap(m_sigma.data(), cols, cols);
            return product.cwiseProduct(w).sum();
        },
        [](double& sum, double part) { sum += part; });
    if (context.stopped()) return cancelled();
    return total;
}

} // namespace qs::quant
