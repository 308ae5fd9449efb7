// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/batches.h"
#include "core/learn/learned_block.h"
#include "core/learn/train_texts.h"

#include "core/base/format.h"
#include "core/exec/parallel_for.h"

#include <algorithm>

namespace qs::learn {
namespace {

constexpr Index kRows = 64;

// Σ (a − b)², with `d` = 2·factor·(a − b) where it is not null.
double squaredDistance(const Matrix& a, const Matrix& b, double factor, Matrix* d, const Context& context)
{
    if (d) model::ensure(*d, a.rows(), a.cols());
    return reduceOrdered(
        context, a.rows(), kRows, 0.0,
        [&](Index begin, Index end) {
            double sum = 0;
            for (Index i = begin * a.cols(); i < end * a.cols(); ++i) {
                const auto at = static_cast<std::size_t>(i);
                const double apart = static_cast<double>(a.data()[at]) - static_cast<double>(b.data()[at]);
                sum += apart * apart;
                if (d) d->data()[at] = static_cast<float>(2.0 * factor * apart);
            }
            return sum;
        },
        [](double& total, double part) { total += part; });
}

/// The loss of one block on texts of the quantized prefix's stream.
class BlockLoss {
public:
    BlockLoss(LearnedBlock& block, const model::RopeTable& rope, Index length, const Matrix& input, const Matrix& target, double energy)
        : m_block(block), m_rope(rope), m_length(length), m_input(input), m_target(target), m_energy(energy)
    {
    }
    // Mean over the texts' tokens, relative to `energy`; with gradients where `gradients` is not null.
    Result<double> operator()(const std::vector<Index>& texts, std::span<std::vector<double>>* gradients, const Context& context)
    {
        m_trace.sequences = static_cast<Index>(texts.size());
        m_trace.length = m_length;
        gatherTexts(m_input, texts, m_length, m_trace.input);
        gatherTexts(m_target, texts, m_length, m_wanted);
        QS_TRY(m_block.block().forward(context, m_block.quantized(), m_rope, {}, m_trace));
        const double factor = 1.0 / (m_energy * static_cast<double>(m_trace.input.rows()));
        const double sum = squaredDistance(m_trace.output, m_wanted, factor, gradients ? &m_slope : nullptr, context);
        if (context.stopped()) return cancelled();
        if (!gradients) return factor * sum;
        for (Matrix& g : m_gradients) std::fill(g.data().begin(), g.data().end(), 0.0F);
        QS_TRY(m_block.block().backward(context, m_block.quantized(), m_rope, m_trace, m_slope, nullptr, &m_gradients, m_block.wanted()));
        if (!m_block.takeGradients(m_gradients, *gradients, context)) return cancelled();
        return factor * sum;
    }

private:
    LearnedBlock& m_block;
    const model::RopeTable& m_rope;
    Index m_length;
    const Matrix& m_input;
    const Matrix& m_target;
    double m_energy;
    model::BlockTrace m_trace;
    Matrix m_wanted;
    Matrix m_slope;
    model::BlockWeights m_gradients;
};

Result<LossCurve> learnBlock(const LearnRequest& request, const quant::LearnSettings& settings, Index index, LearnedBlock& block,
                             const model::RopeTable& rope, const Matrix& stream, const Matrix& input, const Matrix& target, const Context& context)
{
    const Index length = request.tokens.length;
    const double adds = squaredDistance(target, stream, 0, nullptr, context) / static_cast<double>(target.rows());
    BlockLoss loss(block, rope, length, input, target, adds > 0 ? adds : 1.0);
    TextTraining training;
    training.block = index;
    training.tensors = block.learnedNames();
    training.learners = block.learners();
    training.seed = request.seed + static_cast<std::uint64_t>(index);
    training.apply = [&](std::span<const std::vector<double>> decoded) { return block.apply(decoded, context); };
    training.loss = [&](const std::vector<Index>& texts, std::span<std::vector<double>>* gradients) { return loss(texts, gradients, context); };
    QS_ASSIGN(auto curve, trainOnTexts(request, settings, training, context));
    double least = curve.evaluated.front().second;
    for (const auto& [k, value] : curve.evaluated)
        if (value < least) least = value;
    context.note("block " + std::to_string(index) + ": relative error of its output " + formatError(curve.evaluated.front().second) + " to " + formatError(least)
                 + ", best at step " + std::to_string(curve.best) + " of " + std::to_string(settings.train.steps) + ", " + formatSeconds(curve.seconds));
    return curve;
}

} // namespace

Result<LearnOutcome> learnBlocks(const LearnRequest& request, const quant::LearnSettings& settings, const Context& context)
{
    const Index length = request.tokens.length;
    const Index blocks = request.model->config().blocks;
    const model::RopeTable rope = request.model->rope(length);
    QS_ASSIGN(Matrix stream, request.model->embed(request.tokens, context)); // X, full precision
    Matrix prefix = stream;                                                 // X̃, behind quantized blocks
    LearnOutcome out;
    for (Index b = 0; b < blocks; ++b) {
        QS_ASSIGN(LearnedBlock block, LearnedBlock::make(request, b, context));
        QS_ASSIGN(Matrix target, blockOutputs(block.block(), block.full(), rope, length, settings.batch, stream, context));
        const bool learns = block.learns();
        if (learns) {
            QS_ASSIGN(auto curve, learnBlock(request, settings, b, block, rope, stream, prefix, target, context));
            out.curves.push_back(std::move(curve));
            QS_TRY(block.finish(context));
        }
        for (const auto& [name, artefact] : block.artefacts()) {
            out.artefacts[name] = artefact;
            if (learns && request.keep) QS_TRY(request.keep(artefact));
        }
        if (b + 1 == blocks) break;
        QS_ASSIGN(prefix, blockOutputs(block.block(), block.quantized(), rope, length, settings.batch, prefix, context));
        stream = std::move(target);
    }
    return out;
}

} // namespace qs::learn
