// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/model_run_options.h"
#include "app/cli/model_text.h"
#include "app/cli/progress_line.h"
#include "app/cli/study_arguments.h"
#include "core/base/format.h"
#include "core/export/open_any.h"
#include "core/model/evaluation/figures.h"

#include <chrono>
#include <optional>

namespace qs::cli {
namespace {

Json interval(const model::Estimate& e) { return {e.low, e.high}; }

std::string plusMinus(const model::Estimate& e)
{
    return formatNumber(e.mean, 5) + " ± " + formatNumber(e.error, 2) + " (windows drawn again: " + formatNumber(e.low, 5) + " to " + formatNumber(e.high, 5) + ")";
}

void report(const model::EvaluationFigures& f, Outcome& out)
{
    Json& j = out.json;
    j["perplexity"] = f.perplexity;
    j["perplexity_se"] = f.perplexityError;
    j["nll"] = f.nll.mean;
    j["tokens"] = f.tokens;
    j["windows"] = f.windows;
    j["nll_se"] = f.nll.error;
    j["perplexity_bootstrap"] = {f.perplexityLow, f.perplexityHigh};
    out.text += "perplexity " + formatNumber(f.perplexity, 5) + " ± " + formatNumber(f.perplexityError, 2) + " (windows drawn again: "
              + formatNumber(f.perplexityLow, 5) + " to " + formatNumber(f.perplexityHigh, 5) + ")\n";
    out.text += "loss per token " + plusMinus(f.nll) + ", over " + formatCount(f.tokens) + " tokens in " + formatCount(f.windows) + " windows\n";
    if (!f.comparison) return;
    const auto& c = *f.comparison;
    j["kl_mean"] = c.divergence.mean;
    j["kl_p99"] = c.divergence99;
    j["top1_agreement"] = c.agreement.mean;
    j["delta_nll"] = c.delta.mean;
    j["delta_nll_se"] = c.delta.error;
    j["kl_mean_se"] = c.divergence.error;
    j["top1_agreement_se"] = c.agreement.error;
    j["delta_nll_bootstrap"] = interval(c.delta);
    j["reference_perplexity"] = c.referencePerplexity;
    out.text += "reference perplexity " + formatNumber(c.referencePerplexity, 5) + "\n";
    out.text += "loss above the reference, paired " + plusMinus(c.delta) + "\n";
    out.text += "KL(reference ‖ model) " + plusMinus(c.divergence) + ", 99th percentile " + formatNumber(c.divergence99, 3) + "\n";
    out.text += "same first choice " + formatNumber(100 * c.agreement.mean, 4) + " % ± " + formatNumber(100 * c.agreement.error, 2) + " %\n";
}

Result<Outcome> eval(const Invocation& invocation)
{
    const auto& options = invocation.options;
    const Context& context = invocation.context;
    const auto start = std::chrono::steady_clock::now();
    model::EvaluateOptions how;
    QS_ASSIGN(how.run, chosenRunOptions(invocation));
    const bool mixture = options.has("--recipe") || options.has("--plan");
    if (!mixture)
        for (const char* name : {"--tensor", "--calibration"})
            if (options.has(name)) return fail(Error(ErrorCode::Usage, std::string(name) + " goes with --recipe or --plan"));
    study::StudyRequest request;
    std::shared_ptr<const io::ModelSource> source;
    if (mixture) {
        QS_ASSIGN(request, chosenStudy(invocation));
        source = request.source;
    } else {
        QS_ASSIGN(source, openArgument(invocation));
    }
    QS_ASSIGN(std::shared_ptr<const model::Model> model, model::Model::open(source));
    QS_ASSIGN(how.length, chosenLength(invocation, model->config()));
    if (options.has("--stride")) {
        QS_ASSIGN(const auto stride, wholeNumber("--stride", options.value("--stride"), 1, static_cast<std::uint64_t>(how.length)));
        how.stride = static_cast<Index>(stride);
    }
    QS_ASSIGN(ModelText text, chosenText(invocation, *source));
    if (options.has("--windows")) {
        QS_ASSIGN(const auto windows, wholeNumber("--windows", options.value("--windows"), 1, std::uint64_t(1) << 40));
        const Index stride = how.stride == 0 ? how.length : how.stride;
        const auto wanted = static_cast<std::uint64_t>(how.length) + (windows - 1) * static_cast<std::uint64_t>(stride);
        if (wanted < text.ids.size()) text.ids.resize(wanted);
    }
    if (options.has("--against")) {
        QS_ASSIGN(auto other, exporting::openAny(options.value("--against"), context));
        QS_ASSIGN(how.against, model::Model::open(std::move(other)));
    }
    const auto& c = model->config();
    if (invocation.common.dryRun) {
        Outcome out;
        const std::uint64_t peak = model->blockBytes() + 2 * how.streamBytes + static_cast<std::uint64_t>(c.vocabulary * c.hidden) * sizeof(float) * (how.against ? 2 : 1)
                                 + (std::uint64_t(256) << 20);
        out.json = {{"dry_run", true}, {"tokens", text.ids.size()}, {"length", how.length}, {"peak_bytes", peak}};
        out.text = "would run " + formatCount(text.ids.size()) + " tokens in windows of " + std::to_string(how.length) + ", peak memory about " + formatBytes(peak) + "\n";
        if (mixture) QS_TRY(tellLearnPlan(out, request));
        return out;
    }
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(context.progress, "eval");
    study::Study cells;
    if (mixture) {
        QS_ASSIGN(model, quantizedModel(model, request, cells, context));
    }
    auto evaluation = model::evaluate(context, *model, text.ids, how);
    progress.reset();
    if (!evaluation) return fail(std::move(evaluation.error()));
    Outcome out;
    report(model::figuresOf(*evaluation, invocation.common.seed), out);
    out.json["length"] = how.length;
    if (how.stride != 0) out.json["stride"] = how.stride;
    if (mixture) {
        const auto totals = study::totalsOf(cells.cells);
        out.json["mixture"] = {{"tensors", cells.cells.size()}, {"bits_per_weight", totals.bitsPerWeight()}, {"metrics", metricsJson(totals.error)}};
        out.text += formatCount(cells.cells.size()) + " tensors quantized, " + formatBits(totals.bitsPerWeight()) + "\n";
        tellLearned(out, cells.learned);
    }
    out.json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return out;
}

} // namespace

void registerEval(CommandRegistry& registry);
void registerEval(CommandRegistry& registry)
{
    std::vector<OptionSpec> options = modelTextOptions();
    options.push_back({"--length", "L", "tokens of a window (default 2048, at most the model's positions)", false, false});
    options.push_back({"--stride", "S", "from one window to the next; each scores only tokens that none before it did (default: L)", false, false});
    options.push_back({"--windows", "N", "only the first N windows", false, false});
    options.push_back({"--against", "PATH", "a model to compare with, token by token: KL divergence, agreement, paired loss", false, false});
    options.push_back(recipeOption(false, false));
    options.push_back({"--plan", "FILE", "a plan of the command plan in place of --recipe, or one that ships: best-2, best-3, best-4", false, false});
    options.push_back(tensorOption());
    options.push_back(calibrationOption());
    for (auto& o : modelRunOptions()) options.push_back(std::move(o));
    registry.add({"eval", "Perplexity of a model, or of a mixture of original and quantized layers, with its noise", "PATH", 1, 1, std::move(options), eval});
}

} // namespace qs::cli
