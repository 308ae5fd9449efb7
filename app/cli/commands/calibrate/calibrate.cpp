// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/model_text.h"
#include "app/cli/progress_line.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/model/calibration/calibrate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

namespace qs::cli {
namespace {

// Of all bytes of the checkpoint's files, in their order.
Result<std::string> hashOf(const io::ModelSource& source, const Context& context)
{
    constexpr std::size_t kStep = std::size_t(16) << 20;
    Sha256 hash;
    for (const auto& file : source.files) {
        const auto bytes = file->bytes();
        for (std::size_t at = 0; at < bytes.size(); at += kStep) {
            if (context.stopped()) return cancelled();
            const std::size_t n = std::min(kStep, bytes.size() - at);
            hash.update(bytes.subspan(at, n));
            file->release(at, n);
        }
        QS_TRY(file->check());
    }
    return hash.finish();
}

// The default tensors under --prefix-recipe.
Result<std::shared_ptr<const model::Model>> prefixModel(const Invocation& invocation, const std::shared_ptr<const io::ModelSource>& source,
                                                        const std::shared_ptr<const model::Model>& model)
{
    study::StudyRequest request;
    request.source = source;
    QS_ASSIGN(auto recipe, quant::parseRecipe(invocation.options.value("--prefix-recipe")));
    request.recipes.push_back(std::move(recipe));
    QS_ASSIGN(request.tensors, io::selectTensors(*source, {}));
    request.options = invocation.runOptions();
    QS_ASSIGN(request.options.calibrationOf, chosenCalibration(invocation));
    study::Study cells;
    return quantizedModel(model, std::move(request), cells, invocation.context);
}

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
    QS_ASSIGN(const Index length, chosenLength(invocation, model->config()));
    QS_ASSIGN(ModelText text, chosenText(invocation, *source));
    constexpr std::size_t kDefaultTokens = std::size_t(128) * 2048; // as GPTQ and AWQ take
    std::size_t most = kDefaultTokens;
    if (options.has("--tokens")) {
        QS_ASSIGN(most, wholeNumber("--tokens", options.value("--tokens"), static_cast<std::uint64_t>(length), std::uint64_t(1) << 32));
    }
    if (text.ids.size() > most) text.ids.resize(most);
    const model::Tokens tokens = model::windowsOf(text.ids, length);
    if (tokens.sequences == 0)
        return fail(Error(ErrorCode::Lacking, "the text does not fill one window").inFile(text.file).wanted(std::to_string(length) + " tokens")
                        .got(std::to_string(text.ids.size())).fix("give a longer text, or a shorter --length"));
    model::CalibrateOptions how;
    how.fisher = options.has("--fisher");
    if (options.has("--samples")) {
        QS_ASSIGN(const auto samples, wholeNumber("--samples", options.value("--samples"), 0, 1'000'000));
        how.samples = static_cast<Index>(samples);
    }
    // What is kept at a time: the stream, a block and its layers' sums; on disk all layers.
    std::uint64_t disk = 0;
    std::uint64_t block = 0;
    std::size_t layers = 0;
    for (Index b = 0; b < model->config().blocks; ++b) {
        std::uint64_t sums = 0;
        for (const auto* l : model->block(b).description().linears()) {
            const auto in = static_cast<std::uint64_t>(l->in);
            const auto each = in * in * 8 * (options.has("--prefix-recipe") ? 3 : 1) + 4 * in * (3 + static_cast<std::uint64_t>(how.samples))
                            + (how.fisher ? 4 * in * static_cast<std::uint64_t>(l->out) : 0);
            sums += each;
            ++layers;
        }
        disk += sums;
        block = std::max(block, sums);
    }
    const std::uint64_t peak = model->blockBytes() * (options.has("--prefix-recipe") ? 2 : 1) + block
                             + static_cast<std::uint64_t>(tokens.count() * model->config().hidden) * 8 + (std::uint64_t(256) << 20) + (how.fisher ? disk : 0);
    if (context.memoryLimit > 0 && peak > context.memoryLimit)
        return fail(Error(ErrorCode::Lacking, "this run needs more memory than --memory-limit allows").wanted(formatBytes(peak))
                        .got(formatBytes(context.memoryLimit)).fix("use fewer --tokens"));
    if (invocation.common.dryRun) {
        Outcome out;
        out.json = {{"dry_run", true}, {"layers", layers}, {"tokens", tokens.count()}, {"peak_bytes", peak}, {"bytes", disk}};
        out.text = "would run " + formatCount(static_cast<std::uint64_t>(tokens.count())) + " tokens and write about " + formatBytes(disk) + " of "
                 + formatCount(layers) + " layers, peak memory about " + formatBytes(peak) + "\n";
        return out;
    }
    QS_ASSIGN(auto writer, model::CalibrationWriter::create(target, invocation.common.force));
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(context.progress, "calibrate");
    if (options.has("--prefix-recipe")) {
        QS_ASSIGN(how.prefix, prefixModel(invocation, source, model));
    }
    auto done = model::calibrate(context, *model, tokens, how, [&](const model::LayerCalibration& layer) { return writer.add(layer); });
    if (!done) return fail(std::move(done.error()));
    QS_TRY(writer.addIds(tokens.ids, tokens.length));
    QS_ASSIGN(const std::string modelHash, hashOf(*source, context));
    std::map<std::string, std::string> metadata = {{"tokens", std::to_string(tokens.count())}, {"length", std::to_string(length)},
                                                   {"model_sha256", modelHash}, {"text_sha256", text.sha256}};
    if (how.prefix) metadata["prefix_recipe"] = options.value("--prefix-recipe");
    QS_TRY(writer.finish(std::move(metadata), context));
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
    out.json["tokens"] = tokens.count();
    out.json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.json["out"] = target.string();
    out.text = table.text() + "\nwrote " + escapeText(target.string()) + ", " + formatCount(static_cast<std::uint64_t>(tokens.count())) + " tokens\n";
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
