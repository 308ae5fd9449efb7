// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/evaluation/evaluate.h"
#include "core/plots/plot_data.h"

#include <memory>
#include <span>

namespace qs::plots {

/// An evaluation against a reference, as a curve.
struct LossCurve {
    std::string name;
    int slot = 0;
    std::shared_ptr<const model::Evaluation> losses; ///< without a reference: left out
};

/// How far the loss of a token moves against the reference: a histogram of nll − reference, between the 0.1st and the 99.9th
/// percentile of all curves together. Lacking where no curve has a reference.
Result<std::shared_ptr<const PlotData>> lossDifferenceDistribution(std::span<const LossCurve> curves, const Context& context);
/// The same along the text: the mean over runs of neighbouring tokens, about `points` of them.
Result<std::shared_ptr<const PlotData>> lossDifferenceAlongText(std::span<const LossCurve> curves, std::size_t points, const Context& context);
/// One line a scored token: window, loss, reference, difference, KL divergence, whether the first choices agree.
std::string lossesAsCsv(const model::Evaluation& losses);

} // namespace qs::plots
