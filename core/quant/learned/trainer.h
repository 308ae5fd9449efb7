// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/learned/adam.h"

#include <functional>
#include <memory>

namespace qs::quant {

enum class Schedule {
    Constant,
    Cosine ///< rate·(1 + cos(π k / steps)) / 2 at step k, k = 0 first
};

struct TrainOptions {
    int steps = 1000;
    double rate = 1e-3;
    Schedule schedule = Schedule::Cosine;
    int warmUp = 0;      ///< steps over which the rate rises from rate/warmUp to its full value
    AdamOptions adam;
    int patience = 0;    ///< stop after so many steps without a new best loss; 0: never
    bool keepBest = true;///< end with the parameters of the least loss, else with the last ones
};

/// Loss of what the learners decode to, and its gradient by each of them (one span per learner, [rows, cols]). Must not
/// depend on the number of threads. `step` lets a loss choose its mini-batch; `steps` is the evaluation after the last step.
using TrainLoss = std::function<Result<double>(int step, std::span<const std::vector<double>> decoded,
                                               std::span<std::vector<double>> gradients)>;

struct TrainResult {
    std::vector<double> losses; ///< losses[k] before step k; the last one after the last step
    std::size_t best = 0;       ///< index of the least
};

/// Called with each loss as it comes, for curves; may be null.
using OnLoss = std::function<void(int step, double loss)>;

/// Changes the learners' arrays so that the loss falls. Afterwards every learner has decoded the parameters that it keeps.
/// With keepBest the loss is at most that of the start. A loss that is not finite ends the training at the best parameters.
/// Errors: those of the loss; Cancelled.
Result<TrainResult> train(std::span<Learner* const> learners, const TrainLoss& loss, const TrainOptions& options,
                          const Context& context, const OnLoss& onLoss = {});

} // namespace qs::quant
