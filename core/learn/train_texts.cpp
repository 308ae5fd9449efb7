// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/train_texts.h"

#include "core/learn/batches.h"

#include <algorithm>
#include <chrono>

namespace qs::learn {

Result<LossCurve> trainOnTexts(const LearnRequest& request, const quant::LearnSettings& settings, const TextTraining& training, const Context& context)
{
    const auto start = std::chrono::steady_clock::now();
    const Split split = splitTexts(request.tokens.sequences, settings.holdout);
    Batches batches(split.trained, settings.batch, training.seed);
    const auto step = [&](int, std::span<const std::vector<double>> decoded, std::span<std::vector<double>> gradients) -> Result<double> {
        if (!training.apply(decoded)) return cancelled();
        const auto texts = batches.next();
        context.advance(static_cast<std::uint64_t>(static_cast<Index>(texts.size()) * request.tokens.length));
        return training.loss(texts, &gradients);
    };
    const auto evaluate = [&](std::span<const std::vector<double>> decoded) -> Result<double> {
        if (!training.apply(decoded)) return cancelled();
        double sum = 0;
        for (std::size_t at = 0; at < split.deciding.size(); at += static_cast<std::size_t>(settings.batch)) {
            const std::size_t end = std::min(split.deciding.size(), at + static_cast<std::size_t>(settings.batch));
            const std::vector<Index> texts(split.deciding.begin() + static_cast<std::ptrdiff_t>(at), split.deciding.begin() + static_cast<std::ptrdiff_t>(end));
            QS_ASSIGN(const double part, training.loss(texts, nullptr));
            sum += part * static_cast<double>(texts.size());
        }
        return sum / static_cast<double>(split.deciding.size());
    };
    const auto tell = [&](int k, double value, double judged) {
        if (request.onLoss) request.onLoss({training.scope, training.block, k, settings.train.steps, value, judged});
    };
    quant::Checkpoints checkpoints;
    checkpoints.every = request.checkpointEvery;
    if (request.checkpoint) checkpoints.keep = [&](const quant::TrainState& state) { return request.checkpoint(training.block, state); };
    if (request.resume) checkpoints.from = request.resume(training.block);
    if (checkpoints.from) { // mini-batches come in the order that they would have had
        for (int k = 0; k < checkpoints.from->step; ++k) batches.next();
        context.note("goes on at step " + std::to_string(checkpoints.from->step) + " of " + std::to_string(settings.train.steps));
    }
    QS_ASSIGN(auto result, quant::train(training.learners, step, settings.train, context, tell, evaluate, checkpoints));
    LossCurve curve;
    curve.scope = training.scope;
    curve.block = training.block;
    curve.tensors = training.tensors;
    curve.losses = std::move(result.losses);
    curve.evaluated = std::move(result.evaluated);
    curve.best = static_cast<int>(result.best);
    curve.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return curve;
}

} // namespace qs::learn
