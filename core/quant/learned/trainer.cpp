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

std::vector<LearnedArray*> arraysOf(std::span<Learner* const> learners)
{
    std::vector<LearnedArray*> out;
    for (Learner* learner : learners)
        for (LearnedArray& a : learner->arrays()) out.push_back(&a);
    return out;
}

// Whether a state is of these learners: every number of it has its place.
bool fits(const TrainState& state, std::span<Learner* const> learners, int steps)
{
    const auto arrays = arraysOf(learners);
    if (state.step < 1 || state.step > steps || state.values.size() != arrays.size() || state.moments.size() != arrays.size()
        || (!state.best.empty() && state.best.size() != arrays.size()) || state.losses.size() != static_cast<std::size_t>(state.step))
        return false;
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        const std::size_t n = arrays[i]->value.size();
        if (state.values[i].size() != n || state.moments[i].first.size() != n || state.moments[i].second.size() != n || (!state.best.empty() && state.best[i].size() != n)) return false;
    }
    return true;
}

} // namespace

Result<TrainResult> train(std::span<Learner* const> learners, const TrainLoss& loss, const TrainOptions& options,
                          const Context& context, const OnLoss& onLoss, const Evaluation& evaluation, const Checkpoints& checkpoints)
{
    std::vector<std::vector<double>> decoded;
    std::vector<std::vector<double>> gradients;
    std::vector<Adam> optimizers(learners.size(), Adam(options.adam));
    for (const Learner* learner : learners) {
        const auto n = static_cast<std::size_t>(learner->rows() * learner->cols());
        decoded.emplace_back(n);
        gradients.emplace_back(n);
    }
    const auto decodeAll = [&] {
        return std::all_of(learners.begin(), learners.end(),
                           [&, l = std::size_t(0)](Learner* learner) mutable { return learner->decode(decoded[l++], context); });
    };
    TrainResult out;
    Values best;
    double least = std::numeric_limits<double>::infinity();
    std::size_t kept = 0; // step of the best parameters
    int start = 0;
    if (checkpoints.from) {
        const TrainState& state = *checkpoints.from;
        if (!fits(state, learners, options.steps)) return fail(ErrorCode::Mismatch, "what was kept of the training is of another one");
        start = state.step;
        copyIn(learners, state.values);
        best = state.best;
        least = state.best.empty() ? least : state.least;
        kept = state.kept;
        out.losses = state.losses;
        out.evaluated = state.evaluated;
        auto moments = state.moments.begin();
        for (std::size_t l = 0; l < learners.size(); ++l) {
            const auto end = moments + static_cast<std::ptrdiff_t>(learners[l]->arrays().size());
            optimizers[l].resume({moments, end}, start);
            moments = end;
        }
    }
    for (int step = start; step <= options.steps; ++step) {
        if (checkpoints.every > 0 && checkpoints.keep && step > start && step % checkpoints.every == 0 && step < options.steps) {
            TrainState state;
            state.step = step;
            copyOut(learners, state.values);
            for (const Adam& optimizer : optimizers) state.moments.insert(state.moments.end(), optimizer.moments().begin(), optimizer.moments().end());
            state.best = best;
            state.least = least;
            state.kept = kept;
            state.losses = out.losses;
            state.evaluated = out.evaluated;
            QS_TRY(checkpoints.keep(state));
        }
        if (!decodeAll()) return cancelled();
        const bool isLast = step == options.steps;
        double judged = std::numeric_limits<double>::quiet_NaN();
        if (evaluation && (isLast || step % std::max(1, options.evaluateEvery) == 0)) {
            QS_ASSIGN(judged, evaluation(decoded));
            out.evaluated.emplace_back(step, judged);
        }
        double value = judged;
        if (!evaluation || !isLast) { // the last evaluation needs no gradient
            QS_ASSIGN(value, loss(step, decoded, gradients));
            out.losses.push_back(value);
        }
        if (context.stopped()) return cancelled();
        if (onLoss) onLoss(step, value, judged);
        const double counts = evaluation ? judged : value;
        if (counts < least) { // NaN is never less
            least = counts;
            kept = static_cast<std::size_t>(step);
            if (options.keepBest) copyOut(learners, best);
        }
        const bool tired = options.patience > 0 && (!evaluation || !std::isnan(judged)) && static_cast<std::size_t>(step) - kept >= static_cast<std::size_t>(options.patience);
        if (isLast || !std::isfinite(value) || tired) break;
        for (std::size_t l = 0; l < learners.size(); ++l) {
            if (!learners[l]->backward(gradients[l], context)) return cancelled();
            optimizers[l].step(learners[l]->arrays(), rateAt(options, step), context);
        }
        if (context.stopped()) return cancelled();
    }
    out.best = kept;
    const std::size_t last = evaluation ? static_cast<std::size_t>(out.evaluated.back().first) : out.losses.size() - 1;
    if (options.keepBest && (kept != last || best.empty())) {
        if (best.empty()) return fail(ErrorCode::Internal, "the loss was never finite");
        copyIn(learners, best);
        if (!decodeAll()) return cancelled();
    }
    return out;
}

} // namespace qs::quant
