// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/learn/learn.h"

#include <span>

namespace qs::learn {

/// What is trained on mini-batches of texts: one block, or all of them. The scope says how decoded weights get into its blocks
/// and what texts lose there.
struct TextTraining {
    quant::LearnScope scope = quant::LearnScope::Block;
    Index block = -1; ///< -1: all of them
    std::vector<std::string> tensors;
    std::vector<quant::Learner*> learners;
    std::uint64_t seed = 0; ///< of the mini-batches
    /// Puts what the learners decoded (one span each, in their order) into the weights. False: stopped.
    std::function<bool(std::span<const std::vector<double>> decoded)> apply;
    /// Mean loss of these texts with the weights as they are; with gradients by each learner's Ŵ where not null.
    std::function<Result<double>(const std::vector<Index>& texts, std::span<std::vector<double>>* gradients)> loss;
};

/// Trains with the settings: mini-batches of the texts that are learned from, and every so many steps the loss of those that decide.
/// Afterwards the learners have decoded their best parameters. Errors: those of quant::train.
Result<LossCurve> trainOnTexts(const LearnRequest& request, const quant::LearnSettings& settings, const TextTraining& training, const Context& context);

} // namespace qs::learn
