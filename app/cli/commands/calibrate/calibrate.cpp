// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/model_text.h"
#include "app/cli/progress_line.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/study/calibrate_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> calibrate(const Invocation& invocation)
{
    const auto& options = invocation.options;
    const Context& context = invocation.context;
    const auto start = std::chrono::steady_clock::now();
    const std::filesystem::path target = options.value("--out");
    if (target.extension() != ".safetensors")
        return fail(Error(ErrorCode::Usage, "wrong value for --out").wanted("a name that ends with .safetensors").got("'" + target.string() + "'"));
    if (options.has("--calibration") && !options.has("--prefix-recipe"))
        return fail(Error(ErrorCode::Usage, "--calibration goes with --prefix-recipe"));
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto model, model::Model::open(source));
    study::CalibrateRequest request;
    request.source = source;
    request.model = model;
    request.target = target;
    request.replace = invocation.common.force;
    QS_ASSIGN(request.length, chosenLength(invocation, model->config()));
    QS_ASSIGN(ModelText text, chosenText(invocation, *source));
    request.text = std::make_shared<const study::ModelText>(study::ModelText{std::move(text.ids), std::move(text.sha256), 0});
    if (options.has("--tokens")) {
        QS_ASSIGN(request.mostTokens, wholeNumber("--tokens", options.value("--tokens"), static_cast<std::uint64_t>(request.length), std::uint64_t(1) << 32));
    }
    request.fisher = options.has("--fisher");
    if (options.has("--samples")) {
        QS_ASSIGN(const auto samples, wholeNumber("--samples", options.value("--samples"), 0, 1'000'000));
        request.samples = static_cast<Index>(samples);
    }
    if (options.has("--prefix-recipe")) {
        QS_ASSIGN(request.prefix, quant::parseRecipe(options.value("--prefix-recipe")));
        request.options = invocation.runOptions();
        QS_ASSIGN(request.options.calibrationOf, chosenCalibration(invocation));
    }
    auto needs = study::calibrateNeeds(request);
    if (!needs) return fail(std::move(needs.error()).inFile(text.file));
    if (context.memoryLimit > 0 && needs->peakBytes > context.memoryLimit)
        return fail(Error(ErrorCode::Lacking, "this run needs more memory than --memory-limit allows").wanted(formatBytes(needs->peakBytes))
                        .got(formatBytes(context.memoryLimit)).fix("use fewer --tokens"));
    if (invocation.common.dryRun) {
        Outcome out;
        out.json = {{"dry_run", true}, {"layers", needs->layers}, {"tokens", needs->tokens}, {"peak_bytes", needs->peakBytes}, {"bytes", needs->fileBytes}};
        out.text = "would run " + formatCount(static_cast<std::uint64_t>(needs->tokens)) + " tokens and write about " + formatBytes(needs->fileBytes) + " of "
                 + formatCount(needs->layers) + " layers, peak memory about " + formatBytes(needs->peakBytes) + "\n";
        return out;
    }
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(context.progress, "calibrate");
    auto done = study::calibrateToFile(request, context);
    if (!done) return fail(std::move(done.error()));
    progress.reset();

    Outcome out;
    Json list = Json::array();
    Table table({{"layer", Table::Left}, {"inputs", Table::Right}, {"tokens", Table::Right}, {"rms", Table::Right}, {"max |x|", Table::Right}});
    for (const auto& l : *done) {
        list.push_back({{"name", l.module}, {"inputs", l.inputs}, {"tokens", l.tokens}, {"mean_square", l.meanSquare}, {"max_abs", l.maxAbs}});
        table.row({escapeText(l.module), formatCount(static_cast<std::uint64_t>(l.inputs)), formatCount(l.tokens), formatNumber(std::sqrt(l.meanSquare), 4),
                   formatNumber(static_cast<double>(l.maxAbs), 4)});
    }
    out.json["layers"] = std::move(list);
    out.json["tokens"] = needs->tokens;
    out.json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.json["out"] = target.string();
    out.text = table.text() + "\nwrote " + escapeText(target.string()) + ", " + formatCount(static_cast<std::uint64_t>(needs->tokens)) + " tokens\n";
    return out;
}

} // namespace

void registerCalibrate(CommandRegistry& registry);
void registerCalibrate(CommandRegistry& registry)
{
    std::vector<OptionSpec> options = modelTextOptions();
    options.push_back({"--out", "FILE", "the calibration file to write, .safetensors", false, true});
    options.push_back({"--tokens", "N", "at most so many tokens of the text (default 262144)", false, false});
    options.push_back({"--length", "L", "tokens of a window (default 2048, at most the model's positions)", false, false});
    options.push_back({"--samples", "N", "tokens whose inputs are kept as they are (default 256)", false, false});
    options.push_back({"--fisher", "", "Fisher diagonals too: a backward pass", false, false});
    options.push_back({"--prefix-recipe", "R", "also what each layer reads behind layers quantized so, and the cross product", false, false});
    options.push_back(calibrationOption());
    registry.add({"calibrate", "Runs the model on a text and stores what each linear layer reads", "PATH", 1, 1, std::move(options), calibrate});
}

} // namespace qs::cli
