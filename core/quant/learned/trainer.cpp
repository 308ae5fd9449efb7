// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace qs::quant {
namespace {

double rateAt(const TrainOptions& options, int step)
{
    double rate = options.rate;
    if (options.schedule == Schedule::Cosine)
        rate *= 0.5 * (1.0 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(options.steps)));
    if (step < options.warmUp) rate *= static_cast<double>(step + 1) / static_cast<double>(options.warmUp);
    return rate;
}

using Values = std::vector<std::vector<double>>;

void copyOut(std::span<Learner* const> learners, Values& values)
{
    values.clear();
    for (Learner* learner : learners)
        for (const LearnedArray& a : learner->arrays()) values.push_back(a.value);
}

void copyIn(std::span<Learner* const> learners, const Values& values)
{
    std::size_t at = 0;
    for (Learner* learner : learners)
        for (LearnedArray& a : learner->arrays()) a.value = values[at++];
}

} // namespace

Result<TrainResult> train(std::span<Learner* const> learners, const TrainLoss& loss, const TrainOptions& options,
                          const Context& context, const OnLoss& onLoss)
{
    std::vector<std::vector<double>> decoded;
    std::vector<std::vector<double>> gradients;
    std::vector<Adam> optimizers(learners.size(), Adam(options.adam));
    for (const Learner* learner : learners) {
        const auto n = static_cast<std::size_t>(learner->rows() * learner->cols());
        decoded.emplace_back(n);
        gradients.emplace_back(n);
    }
    TrainResult out;
    Values best;
    double least = std::numeric_limits<double>::infinity();
    for (int step = 0; step <= options.steps; ++step) {
        for (std::size_t l = 0; l < learners.size(); ++l)
            if (!learners[l]->decode(decoded[l], context)) return cancelled();
        QS_ASSIGN(const double value, loss(step, decoded, gradients));
        if (context.stopped()) return cancelled();
        out.losses.push_back(value);
        if (onLoss) onLoss(step, value);
        if (value < least) { // NaN is never less
            least = value;
            out.best = out.losses.size() - 1;
            if (options.keepBest) copyOut(learners, best);
        }
        const bool tired = options.patience > 0 && out.losses.size() - 1 - out.best >= static_cast<std::size_t>(options.patience);
        if (step == options.steps || !std::isfinite(value) || tired) break;
        for (std::size_t l = 0; l < learners.size(); ++l) {
            if (!learners[l]->backward(gradients[l], context)) return cancelled();
            optimizers[l].step(learners[l]->arrays(), rateAt(options, step), context);
        }
        if (context.stopped()) return cancelled();
    }
    if (options.keepBest && out.best + 1 != out.losses.size()) {
        if (best.empty()) return fail(ErrorCode::Internal, "the loss was never finite");
        copyIn(learners, best);
        for (std::size_t l = 0; l < learners.size(); ++l)
            if (!learners[l]->decode(decoded[l], context)) return cancelled();
    }
    return out;
}

} // namespace qs::quant
