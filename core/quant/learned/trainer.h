// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/learned/adam.h"

#include <functional>
#include <memory>
#include <optional>

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
    /// With an evaluation: every so many steps, before the first one and after the last.
    int evaluateEvery = 50;
};

/// Loss of what the learners decode to, and its gradient by each of them (one span per learner, [rows, cols]). Must not
/// depend on the number of threads. `step` lets a loss choose its mini-batch; `steps` is the evaluation after the last step.
using TrainLoss = std::function<Result<double>(int step, std::span<const std::vector<double>> decoded,
                                               std::span<std::vector<double>> gradients)>;

/// Loss of what the learners decode to on what does not change from step to step; decides which parameters are the best.
using Evaluation = std::function<Result<double>(std::span<const std::vector<double>> decoded)>;

struct TrainResult {
    std::vector<double> losses; ///< losses[k] before step k; without an evaluation the last one is that after the last step
    std::size_t best = 0;       ///< index of the least; with an evaluation, the step of the least evaluated loss
    std::vector<std::pair<int, double>> evaluated; ///< step, loss; empty without an evaluation
};

/// All that a training needs to go on before `step` is made, with the same bits as if it had never stopped.
struct TrainState {
    int step = 0;
    std::vector<std::vector<double>> values;  ///< of all learners' arrays, one after another
    std::vector<Adam::Moments> moments;       ///< of the same
    std::vector<std::vector<double>> best;    ///< values of the least loss so far; empty where none was finite yet
    double least = 0;
    std::size_t kept = 0;                     ///< step of the least loss
    std::vector<double> losses;
    std::vector<std::pair<int, double>> evaluated;
};

/// How a training is kept while it runs, and where it begins.
struct Checkpoints {
    int every = 0;                                          ///< steps; 0: never
    std::function<Status(const TrainState& state)> keep;    ///< an error ends the training
    std::optional<TrainState> from;                         ///< of an earlier run with the same learners, loss and options
};

/// Called with each loss as it comes, for curves, with its evaluation where there was one (else NaN); may be null.
using OnLoss = std::function<void(int step, double loss, double evaluated)>;

/// Changes the learners' arrays so that the loss falls. Afterwards every learner has decoded the parameters that it keeps.
/// With keepBest the loss (or with mini-batches its `evaluation`) is at most that of the start. A loss that is not finite ends
/// the training at the best parameters. With an evaluation patience counts steps since the best one, looked at when it is made.
/// Begins at checkpoints.from, if there; the loss must then be in the state that it had before that step.
/// Errors: those of the loss and of checkpoints.keep; Mismatch where checkpoints.from is of other learners; Cancelled.
Result<TrainResult> train(std::span<Learner* const> learners, const TrainLoss& loss, const TrainOptions& options,
                          const Context& context, const OnLoss& onLoss = {}, const Evaluation& evaluation = {},
                          const Checkpoints& checkpoints = {});

} // namespace qs::quant
