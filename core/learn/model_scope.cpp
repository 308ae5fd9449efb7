// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/batches.h"
#include "core/learn/divergence.h"
#include "core/learn/learned_block.h"
#include "core/learn/train_texts.h"

#include "core/base/format.h"
#include "core/model/run_model.h"

#include <algorithm>

namespace qs::learn {
namespace {

/// All blocks quantized, run forward and backward on the divergence of the output distribution.
class ModelLoss {
public:
    ModelLoss(std::vector<LearnedBlock>& blocks, const model::Head& head, const model::RopeTable& rope, Index length, const Matrix& embedded, const Matrix& full,
              bool recompute)
        : m_blocks(blocks), m_head(head), m_rope(rope), m_length(length), m_embedded(embedded), m_full(full), m_recompute(recompute),
          m_traces(recompute ? 1 : blocks.size()), m_inputs(recompute ? blocks.size() : 0), m_gradients(blocks.size())
    {
    }
    // Mean divergence per token; with gradients (of all blocks' learners in order) where not null.
    Result<double> operator()(const std::vector<Index>& texts, std::span<std::vector<double>>* gradients, const Context& context)
    {
        gatherTexts(m_embedded, texts, m_length, m_stream);
        for (std::size_t b = 0; b < m_blocks.size(); ++b) {
            model::BlockTrace& trace = m_recompute || !gradients ? m_traces.front() : m_traces[b];
            QS_TRY(forward(b, m_stream, static_cast<Index>(texts.size()), trace, context));
            if (m_recompute && gradients) m_inputs[b] = m_stream;
            m_stream = trace.output;
        }
        gatherTexts(m_full, texts, m_length, m_wanted);
        QS_ASSIGN(const double sum, divergence(context, m_head, m_wanted, m_stream, gradients ? &m_slope : nullptr));
        const double mean = sum / static_cast<double>(m_stream.rows());
        if (!gradients) return mean;
        std::size_t first = gradients->size();
        for (std::size_t b = m_blocks.size(); b-- > 0;) {
            LearnedBlock& block = m_blocks[b];
            model::BlockTrace& trace = m_recompute ? m_traces.front() : m_traces[b];
            if (m_recompute) QS_TRY(forward(b, m_inputs[b], static_cast<Index>(texts.size()), trace, context));
            for (Matrix& g : m_gradients[b]) std::fill(g.data().begin(), g.data().end(), 0.0F);
            QS_TRY(block.block().backward(context, block.quantized(), m_rope, trace, m_slope, b > 0 ? &m_before : nullptr, &m_gradients[b], block.wanted()));
            const std::size_t count = block.learners().size();
            first -= count;
            if (!block.takeGradients(m_gradients[b], gradients->subspan(first, count), context)) return cancelled();
            if (first == 0) break; // nothing before it learns
            std::swap(m_slope, m_before);
        }
        return mean;
    }

private:
    Status forward(std::size_t b, const Matrix& input, Index texts, model::BlockTrace& trace, const Context& context)
    {
        trace.sequences = texts;
        trace.length = m_length;
        model::ensure(trace.input, input.rows(), input.cols());
        std::copy(input.data().begin(), input.data().end(), trace.input.data().begin());
        return m_blocks[b].block().forward(context, m_blocks[b].quantized(), m_rope, {}, trace);
    }

    std::vector<LearnedBlock>& m_blocks;
    const model::Head& m_head;
    const model::RopeTable& m_rope;
    Index m_length;
    const Matrix& m_embedded;
    const Matrix& m_full;
    bool m_recompute;
    std::vector<model::BlockTrace> m_traces;
    std::vector<Matrix> m_inputs; // of each block, where the traces are made again
    std::vector<model::BlockWeights> m_gradients;
    Matrix m_stream, m_wanted, m_slope, m_before;
};

} // namespace

Result<LearnOutcome> learnModel(const LearnRequest& request, const quant::LearnSettings& settings, bool recompute, const Context& context)
{
    const Index length = request.tokens.length;
    const model::RopeTable rope = request.model->rope(length);
    QS_ASSIGN(const model::Head head, request.model->loadHead(context));
    QS_ASSIGN(const Matrix embedded, request.model->embed(request.tokens, context));
    Matrix full = embedded;
    std::vector<LearnedBlock> blocks;
    TextTraining training;
    training.scope = quant::LearnScope::Model;
    training.seed = request.seed;
    for (Index b = 0; b < request.model->config().blocks; ++b) {
        QS_ASSIGN(LearnedBlock block, LearnedBlock::make(request, b, context));
        QS_ASSIGN(full, blockOutputs(block.block(), block.full(), rope, length, settings.batch, full, context));
        block.dropFull();
        for (quant::Learner* l : block.learners()) training.learners.push_back(l);
        for (auto& name : block.learnedNames()) training.tensors.push_back(std::move(name));
        blocks.push_back(std::move(block));
    }
    LearnOutcome out;
    const auto takeAll = [&] {
        for (const LearnedBlock& block : blocks)
            for (const auto& [name, artefact] : block.artefacts()) out.artefacts[name] = artefact;
    };
    if (training.learners.empty()) { // all were found
        takeAll();
        return out;
    }
    ModelLoss loss(blocks, head, rope, length, embedded, full, recompute);
    training.apply = [&](std::span<const std::vector<double>> decoded) {
        std::size_t first = 0;
        for (LearnedBlock& block : blocks) {
            const std::size_t count = block.learners().size();
            if (!block.apply(decoded.subspan(first, count), context)) return false;
            first += count;
        }
        return true;
    };
    training.loss = [&](const std::vector<Index>& texts, std::span<std::vector<double>>* gradients) { return loss(texts, gradients, context); };
    QS_ASSIGN(auto curve, trainOnTexts(request, settings, training, context));
    context.note("model: KL(full ‖ quantized) per token " + formatError(curve.evaluated.front().second) + " at the start, best at step " + std::to_string(curve.best)
                 + " of " + std::to_string(settings.train.steps) + ", " + formatSeconds(curve.seconds));
    for (LearnedBlock& block : blocks) QS_TRY(block.finish(context));
    takeAll();
    if (request.keep)
        for (const auto& [name, artefact] : out.artefacts) QS_TRY(request.keep(artefact));
    out.curves.push_back(std::move(curve));
    return out;
}

} // namespace qs::learn
