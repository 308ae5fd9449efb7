// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/learned/trainer.h"

namespace qs::quant {

/// factor · tr(E Σ Eᵀ), E = Ŵ − W, of one layer, with the gradient 2·factor·EΣ; all in double.
class LayerLoss {
public:
    /// `weights` and `sigma` ([cols, cols], symmetric) must outlive it.
    LayerLoss(MatrixView weights, std::span<const double> sigma, double factor) : m_weights(weights), m_sigma(sigma), m_factor(factor) {}
    void setFactor(double factor) { m_factor = factor; }
    /// Weights that are kept elsewhere (row-major mask; empty: none) have no error, whatever is decoded. Must outlive it.
    void leaveOut(std::span<const std::uint8_t> removed) { m_removed = removed; }
    /// tr(W Σ Wᵀ). Cancelled when stopped.
    Result<double> energy(const Context& context) const;
    /// The loss; `gradient` [rows, cols] is overwritten. Cancelled when stopped.
    Result<double> operator()(std::span<const double> decoded, std::span<double> gradient, const Context& context) const;

private:
    MatrixView m_weights;
    std::span<const double> m_sigma;
    double m_factor;
    std::span<const std::uint8_t> m_removed;
};

} // namespace qs::quant
