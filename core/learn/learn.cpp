// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/learn.h"

#include "core/base/format.h"
#include "core/learn/batches.h"
#include "core/learn/learned_block.h"

#include <algorithm>
#include <optional>

namespace qs::learn {
namespace {

bool sameSettings(const quant::LearnSettings& a, const quant::LearnSettings& b)
{
    const auto& s = a.train;
    const auto& t = b.train;
    return a.scope == b.scope && a.batch == b.batch && a.holdout == b.holdout && s.steps == t.steps && s.rate == t.rate && s.schedule == t.schedule
        && s.warmUp == t.warmUp && s.adam.beta1 == t.adam.beta1 && s.adam.beta2 == t.adam.beta2 && s.patience == t.patience && s.evaluateEvery == t.evaluateEvery;
}

// Floats that a block's trace holds of one token, at most.
std::uint64_t traceFloats(const model::ModelConfig& c, const model::BlockDescription& d)
{
    std::uint64_t n = 16 * static_cast<std::uint64_t>(c.hidden);
    for (const auto* l : d.linears()) n += 2 * static_cast<std::uint64_t>(l->out) + static_cast<std::uint64_t>(l->in);
    return n;
}

Result<quant::LearnSettings> settingsOf(const quant::Recipe& recipe)
{
    const auto& registry = quant::builtinRegistry();
    const auto* assignment = registry.part(quant::PartKind::Assignment, recipe.assignment.name);
    const auto* grid = registry.part(quant::PartKind::Grid, recipe.grid.name);
    if (!assignment || !grid) return fail(ErrorCode::Internal, "a recipe names a part that is not there");
    QS_ASSIGN(const auto a, assignment->makeAssignment(recipe.assignment.values));
    if (const auto* part = dynamic_cast<const quant::LearnedPart*>(a.get())) return part->learning();
    QS_ASSIGN(const auto g, grid->makeGrid(recipe.grid.values));
    if (const auto* part = dynamic_cast<const quant::LearnedPart*>(g.get())) return part->learning();
    return fail(Error(ErrorCode::Internal, "nothing in this recipe learns").got(recipe.text()));
}

} // namespace

Result<quant::LearnSettings> sharedSettings(const LearnRequest& request)
{
    std::optional<quant::LearnSettings> shared;
    std::string first;
    for (const auto& [tensor, recipe] : request.layers) {
        if (quant::scopeOf(recipe) == quant::LearnScope::Layer) continue;
        QS_ASSIGN(const auto settings, settingsOf(recipe));
        if (!shared) {
            shared = settings;
            first = recipe.text();
        } else if (!sameSettings(*shared, settings)) {
            return fail(Error(ErrorCode::Usage, "layers that learn together need the same scope, steps, rates and batches").ofTensor(tensor).wanted(first).got(recipe.text()));
        }
    }
    if (!shared) return fail(ErrorCode::Usage, "no layer learns on blocks or on the model");
    return *shared;
}

Result<LearnPlan> planLearning(const LearnRequest& request)
{
    QS_ASSIGN(const quant::LearnSettings settings, sharedSettings(request));
    const model::ModelConfig& c = request.model->config();
    if (request.tokens.sequences < 1 || request.tokens.length < 2)
        return fail(Error(ErrorCode::Lacking, "there is no calibration text to learn from").fix("calibrate with a text that fills at least one window"));
    LearnPlan plan;
    plan.scope = settings.scope;
    const bool wholeModel = settings.scope == quant::LearnScope::Model;
    std::uint64_t most = 0; // of one block
    std::uint64_t all = 0;
    std::uint64_t traces = 0;
    Index learningBlocks = 0;
    std::size_t found = 0;
    const auto batch = static_cast<std::uint64_t>(std::min(settings.batch, request.tokens.sequences) * request.tokens.length);
    for (Index b = 0; b < c.blocks; ++b) {
        const model::Block block = request.model->block(b);
        std::uint64_t bytes = 2 * request.model->blockBytes(); // full and quantized
        bool learns = false;
        for (const auto* layer : block.description().linears()) {
            const std::string name = request.model->tensorName(*layer);
            const auto it = request.layers.find(name);
            if (it == request.layers.end()) continue;
            ++found;
            const bool isStacked = layer->expert >= 0 && name.find("." + std::to_string(layer->expert) + ".") == std::string::npos;
            if (isStacked) return fail(Error(ErrorCode::Unsupported, "experts that lie in one tensor can't be learned on a block").ofTensor(name).fix("use scope=layer"));
            if (quant::scopeOf(it->second) == quant::LearnScope::Layer) continue;
            bytes += quant::LearnedTensor::workingBytes(it->second, layer->out, layer->in);
            learns = true;
            ++plan.learned;
        }
        if (learns) ++learningBlocks;
        most = std::max(most, bytes);
        all += bytes;
        traces += 4 * batch * traceFloats(c, block.description());
    }
    if (found < request.layers.size())
        for (const auto& [name, recipe] : request.layers) {
            bool there = false;
            for (Index b = 0; b < c.blocks && !there; ++b) {
                const model::Block block = request.model->block(b);
                for (const auto* layer : block.description().linears()) there = there || request.model->tensorName(*layer) == name;
            }
            if (!there) return fail(Error(ErrorCode::NotFound, "only linear layers inside blocks learn on blocks or on the model").ofTensor(name).fix("leave it out, or use scope=layer"));
        }
    const Split split = splitTexts(request.tokens.sequences, settings.holdout);
    plan.trainedTexts = static_cast<Index>(split.trained.size());
    plan.decidingTexts = static_cast<Index>(split.deciding.size());
    plan.steps = settings.train.steps * (wholeModel ? 1 : learningBlocks);
    plan.recomputes = wholeModel && traces > request.traceBytes;
    const std::uint64_t stream = 4 * static_cast<std::uint64_t>(request.tokens.count()) * static_cast<std::uint64_t>(c.hidden);
    const std::uint64_t oneTrace = traces / static_cast<std::uint64_t>(std::max<Index>(1, c.blocks));
    const std::uint64_t head = 4 * static_cast<std::uint64_t>(c.vocabulary) * static_cast<std::uint64_t>(c.hidden);
    constexpr std::uint64_t kLogits = std::uint64_t(256) << 20;
    // Backward passes hold about as much as the trace that they go through.
    plan.peakBytes = wholeModel ? all + 3 * stream + head + kLogits + (plan.recomputes ? 2 * oneTrace + static_cast<std::uint64_t>(c.blocks) * 4 * batch * static_cast<std::uint64_t>(c.hidden) : traces + oneTrace)
                                : most + 4 * stream + 2 * oneTrace + (std::uint64_t(64) << 20);
    return plan;
}

Result<LearnOutcome> learn(const LearnRequest& request, const Context& context)
{
    QS_ASSIGN(const LearnPlan plan, planLearning(request));
    QS_ASSIGN(const quant::LearnSettings settings, sharedSettings(request));
    if (context.memoryLimit > 0 && plan.peakBytes > context.memoryLimit)
        return fail(Error(ErrorCode::Lacking, "learning needs more memory than it may use")
                        .wanted(formatBytes(plan.peakBytes))
                        .got("a limit of " + formatBytes(context.memoryLimit))
                        .fix("raise --memory-limit, or use a smaller batch, fewer calibration tokens or scope=block"));
    context.note(std::string("learn ") + std::to_string(plan.learned) + " layers with scope=" + quant::learnScopeName(plan.scope) + ", " + std::to_string(plan.steps)
                 + " steps; stated working memory " + formatBytes(plan.peakBytes));
    if (context.progress)
        context.progress->expect(static_cast<std::uint64_t>(plan.steps * std::min(settings.batch, plan.trainedTexts) * request.tokens.length));
    return plan.scope == quant::LearnScope::Model ? learnModel(request, settings, plan.recomputes, context) : learnBlocks(request, settings, context);
}

} // namespace qs::learn
