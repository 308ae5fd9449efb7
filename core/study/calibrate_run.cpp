// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/calibrate_run.h"

#include "core/base/format.h"
#include "core/linalg/gram.h"
#include "core/study/mixture.h"
#include "core/study/run_study.h"
#include "core/study/time_estimate.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace qs::study {
namespace {

constexpr std::uint64_t kBeside = std::uint64_t(256) << 20; // batches, logits, what libraries hold

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

model::Tokens windowsOf(const CalibrateRequest& request)
{
    const std::size_t n = std::min(request.text->ids.size(), request.mostTokens);
    return model::windowsOf(std::span(request.text->ids).first(n), request.length);
}

// The default tensors under the prefix's recipe, one artefact after another.
Result<std::shared_ptr<const model::Model>> prefixModel(const CalibrateRequest& request, const Context& context)
{
    StudyRequest study;
    study.source = request.source;
    study.recipes = {*request.prefix};
    QS_ASSIGN(study.tensors, io::selectTensors(*request.source, {}));
    study.options = request.options;
    std::vector<CellPtr> cells;
    study.onCell = [&cells](const CellPtr& cell) -> Status {
        cells.push_back(cell);
        return {};
    };
    QS_TRY(runStudy(study, context));
    return mixtureModel(request.model, request.source, cells, request.options, context);
}

} // namespace

Result<CalibrateNeeds> calibrateNeeds(const CalibrateRequest& request)
{
    const auto& model = *request.model;
    CalibrateNeeds out;
    const auto usable = std::min(request.text->ids.size(), request.mostTokens);
    out.windows = request.length < 1 ? 0 : static_cast<Index>(usable) / request.length;
    out.tokens = out.windows * request.length;
    if (out.windows == 0)
        return fail(Error(ErrorCode::Lacking, "the text does not fill one window").wanted(std::to_string(request.length) + " tokens").got(std::to_string(usable))
                        .fix("give a longer text, or a shorter window"));
    const bool prefix = request.prefix.has_value();
    // What is kept at a time: the stream, a block and its layers' sums; on disk all layers.
    std::uint64_t block = 0;
    for (Index b = 0; b < model.config().blocks; ++b) {
        std::uint64_t sums = 0;
        const auto described = model.block(b); // what it lists lies in it
        for (const auto* l : described.description().linears()) {
            const auto in = static_cast<std::uint64_t>(l->in);
            sums += in * in * 8 * (prefix ? 3 : 1) + 4 * in * (3 + static_cast<std::uint64_t>(request.samples))
                  + (request.fisher ? 4 * in * static_cast<std::uint64_t>(l->out) : 0);
            ++out.layers;
        }
        out.fileBytes += sums;
        block = std::max(block, sums);
    }
    out.peakBytes = model.blockBytes() * (prefix ? 2 : 1) + block + static_cast<std::uint64_t>(out.tokens * model.config().hidden) * (prefix ? 12 : 8) + kBeside
                  + (request.fisher ? out.fileBytes : 0);
    return out;
}

Result<std::vector<model::CalibratedLayer>> calibrateToFile(const CalibrateRequest& request, const Context& context)
{
    QS_ASSIGN(const auto needs, calibrateNeeds(request));
    if (context.memoryLimit > 0 && needs.peakBytes > context.memoryLimit)
        return fail(Error(ErrorCode::Lacking, "this run needs more memory than its limit allows").wanted(formatBytes(needs.peakBytes))
                        .got(formatBytes(context.memoryLimit)).fix("use fewer tokens"));
    const model::Tokens tokens = windowsOf(request);
    QS_ASSIGN(auto writer, model::CalibrationWriter::create(request.target, request.replace));
    model::CalibrateOptions how;
    how.fisher = request.fisher;
    how.samples = request.samples;
    if (request.prefix) {
        QS_ASSIGN(how.prefix, prefixModel(request, context));
    }
    context.note("calibrate with " + formatCount(static_cast<std::uint64_t>(tokens.count())) + " tokens; stated working memory " + formatBytes(needs.peakBytes));
    QS_ASSIGN(auto layers, model::calibrate(context, *request.model, tokens, how, [&](const model::LayerCalibration& layer) { return writer.add(layer); }));
    QS_TRY(writer.addIds(tokens.ids, tokens.length));
    QS_ASSIGN(const std::string modelHash, checkpointHash(*request.source, context));
    std::map<std::string, std::string> metadata = {{"tokens", std::to_string(tokens.count())}, {"length", std::to_string(request.length)},
                                                   {"model_sha256", modelHash}, {"text_sha256", request.text->sha256}};
    if (request.prefix) metadata["prefix_recipe"] = request.prefix->text();
    QS_TRY(writer.finish(std::move(metadata), context));
    return layers;
}

Result<EngineSpeed> measureEngine(const model::Model& model, Index length, const Context& context)
{
    constexpr Index kTokens = 128; // enough for a product's rate, a blink on a small model
    Context quiet = context;
    quiet.progress = nullptr;
    EngineSpeed out;
    const auto& c = model.config();
    if (c.blocks < 1) return out;
    model::Tokens tokens;
    tokens.sequences = 1;
    tokens.length = std::clamp<Index>(length, 1, kTokens);
    for (Index i = 0; i < tokens.length; ++i) tokens.ids.push_back(static_cast<std::int32_t>(i % std::max<Index>(1, c.vocabulary)));
    auto start = Clock::now();
    QS_ASSIGN(const auto weights, model.loadBlock(0, quiet));
    out.load = since(start);
    QS_ASSIGN(const Matrix embedded, model.embed(tokens, quiet));
    const model::Block block = model.block(0);
    const auto rope = model.rope(tokens.length);
    model::BlockTrace workspace;
    const auto once = [&](model::InputObserver observer) -> Result<double> {
        model::RunOptions run;
        run.observer = std::move(observer);
        Matrix hidden(embedded.rows(), embedded.cols());
        std::copy(embedded.data().begin(), embedded.data().end(), hidden.data().begin());
        const auto begin = Clock::now();
        QS_TRY(model::runBlock(quiet, block, weights, rope, tokens.length, run, hidden, workspace));
        return since(begin) / static_cast<double>(tokens.length);
    };
    QS_TRY(once({})); // pages and buffers are new the first time
    QS_ASSIGN(out.block, once({}));
    std::map<Index, std::vector<double>> sums;
    double gram = 0;
    QS_TRY(once([&](const model::LinearInput& in) -> Status {
        auto& sum = sums[in.x.cols];
        sum.resize(static_cast<std::size_t>(in.x.cols * in.x.cols));
        const auto begin = Clock::now();
        if (!linalg::addGram(quiet, in.x, sum)) return cancelled();
        gram += since(begin);
        return {};
    }));
    out.moments = gram / static_cast<double>(tokens.length);
    double weightsOfBlock = 0;
    for (const auto* l : block.description().linears()) weightsOfBlock += static_cast<double>(l->in) * static_cast<double>(l->out);
    if (weightsOfBlock > 0) out.head = out.block * static_cast<double>(c.vocabulary) * static_cast<double>(c.hidden) / weightsOfBlock;
    return out;
}

Result<double> estimateCalibrateSeconds(const CalibrateRequest& request, const EngineSpeed& speed, const Context& context)
{
    QS_ASSIGN(const auto needs, calibrateNeeds(request));
    const auto blocks = static_cast<double>(request.model->config().blocks);
    const auto tokens = static_cast<double>(needs.tokens);
    const double streams = request.prefix ? 2 : 1;
    double seconds = blocks * (speed.load * streams + tokens * (speed.block * streams + speed.moments * (request.prefix ? 3 : 1)));
    // Forward twice, backward about twice the products, and the squares.
    if (request.fisher) seconds += blocks * (2 * speed.load + 4 * tokens * speed.block) + 3 * tokens * speed.head;
    if (request.prefix) {
        QS_ASSIGN(const auto tensors, io::selectTensors(*request.source, {}));
        QS_ASSIGN(const auto plan, planRun(*request.source, tensors, *request.prefix, request.options, context, true));
        seconds += plan.seconds;
    }
    return seconds;
}

double estimateEvaluateSeconds(const model::Model& model, const EngineSpeed& speed, Index tokens, bool reference)
{
    const auto blocks = static_cast<double>(model.config().blocks);
    const double one = blocks * (speed.load + static_cast<double>(tokens) * speed.block) + static_cast<double>(tokens) * speed.head;
    return one * (reference ? 2 : 1);
}

} // namespace qs::study
