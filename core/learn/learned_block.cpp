// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/learned_block.h"

#include "core/exec/parallel_for.h"
#include "core/model/run_model.h"
#include "core/quant/decoder.h"

#include <algorithm>

namespace qs::learn {
namespace {

constexpr Index kGrain = Index(1) << 15;

} // namespace

Status LearnedBlock::take(int parameter, Artefact artefact, const Context& context)
{
    const auto at = static_cast<std::size_t>(parameter);
    QS_ASSIGN(const auto decoder, quant::Decoder::make(artefact));
    QS_ASSIGN(m_quantized[at], decoder->decodeAll(context));
    m_artefacts[artefact->name] = std::move(artefact);
    return {};
}

Result<LearnedBlock> LearnedBlock::make(const LearnRequest& request, Index index, const Context& context)
{
    LearnedBlock out(request.model->block(index));
    QS_ASSIGN(out.m_full, request.model->loadBlock(index, context));
    out.m_quantized = out.m_full;
    out.m_wanted.assign(out.m_full.size(), false);
    for (const model::LinearSpec* layer : out.m_block.description().linears()) {
        const std::string name = request.model->tensorName(*layer);
        const auto named = request.layers.find(name);
        if (named == request.layers.end()) continue;
        const quant::Recipe& recipe = named->second;
        if (request.find) {
            QS_ASSIGN(auto found, request.find(name));
            if (found) {
                QS_TRY(out.take(layer->weight, std::move(found), context));
                continue;
            }
        }
        quant::QuantizeOptions options;
        options.seed = request.seed;
        options.nonFiniteAsZero = request.nonFiniteAsZero;
        std::shared_ptr<const quant::Calibration> calibration;
        if (request.calibrationOf) {
            QS_ASSIGN(calibration, request.calibrationOf(name));
        }
        options.calibration = calibration.get();
        const auto at = static_cast<std::size_t>(layer->weight);
        if (quant::scopeOf(recipe) == quant::LearnScope::Layer) {
            QS_ASSIGN(auto artefact, quant::quantize(name, Matrix(out.m_full[at]), recipe, options, context));
            QS_TRY(out.take(layer->weight, std::make_shared<const quant::QuantizedTensor>(std::move(artefact)), context));
            continue;
        }
        Layer learned;
        learned.parameter = layer->weight;
        QS_ASSIGN(learned.tensor, quant::LearnedTensor::begin(name, Matrix(out.m_full[at]), recipe, options, context));
        out.m_wanted[at] = true;
        out.m_learned.push_back(std::move(learned));
    }
    return out;
}

std::vector<quant::Learner*> LearnedBlock::learners() const
{
    std::vector<quant::Learner*> out;
    for (const Layer& l : m_learned) out.push_back(&l.tensor->learner());
    return out;
}

std::vector<std::string> LearnedBlock::learnedNames() const
{
    std::vector<std::string> out;
    for (const Layer& l : m_learned) out.push_back(l.tensor->name());
    return out;
}

bool LearnedBlock::apply(std::span<const std::vector<double>> decoded, const Context& context)
{
    for (std::size_t k = 0; k < m_learned.size(); ++k) {
        float* const to = m_quantized[static_cast<std::size_t>(m_learned[k].parameter)].data().data();
        const double* const from = decoded[k].data();
        if (!parallelFor(context, static_cast<Index>(decoded[k].size()), kGrain, [&](Index b, Index e) {
                for (Index i = b; i < e; ++i) to[i] = static_cast<float>(from[i]);
            }))
            return false;
    }
    return true;
}

bool LearnedBlock::takeGradients(const model::BlockWeights& gradients, std::span<std::vector<double>> out, const Context& context) const
{
    for (std::size_t k = 0; k < m_learned.size(); ++k) {
        const float* const from = gradients[static_cast<std::size_t>(m_learned[k].parameter)].data().data();
        double* const to = out[k].data();
        if (!parallelFor(context, static_cast<Index>(out[k].size()), kGrain, [&](Index b, Index e) {
                for (Index i = b; i < e; ++i) to[i] = static_cast<double>(from[i]);
            }))
            return false;
    }
    return true;
}

Status LearnedBlock::finish(const Context& context)
{
    for (Layer& l : m_learned)
        QS_TRY(take(l.parameter, std::make_shared<const quant::QuantizedTensor>(l.tensor->finish()), context));
    m_learned.clear();
    return {};
}

Result<Matrix> blockOutputs(const model::Block& block, const model::BlockWeights& weights, const model::RopeTable& rope, Index length, Index batch,
                            const Matrix& input, const Context& context)
{
    Matrix out(input);
    model::RunOptions run;
    run.batchTokens = batch * length;
    model::BlockTrace workspace;
    QS_TRY(model::runBlock(context, block, weights, rope, length, run, out, workspace));
    return out;
}

} // namespace qs::learn
