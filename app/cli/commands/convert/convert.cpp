// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/export_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"

#include <optional>

namespace qs::cli {
namespace {

// What --tensor chooses; by default everything, so that dtype= concerns all that can be decoded.
Result<std::vector<std::size_t>> tensorsToConvert(const Invocation& invocation, const io::ModelSource& source)
{
    if (invocation.options.has("--tensor")) return chosenTensors(invocation, source);
    auto chosen = io::selectTensors(source, {});
    std::vector<bool> taken(source.tensors.size());
    if (chosen)
        for (const std::size_t i : *chosen) taken[i] = true;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < source.tensors.size(); ++i)
        if (taken[i] || invocation.options.has("--only")) all.push_back(i);
    return all;
}

Result<Outcome> convert(const Invocation& invocation)
{
    QS_ASSIGN(const auto format, askedFormat(invocation));
    if (!format) return fail(Error(ErrorCode::Usage, "there is nowhere to write to").wanted("--out P --format F"));
    QS_ASSIGN(const auto source, openArgument(invocation));
    auto request = exportRequest(invocation, source, *format);
    QS_ASSIGN(request.chosen, tensorsToConvert(invocation, *source));
    QS_TRY(exporting::checkExport(request));
    Outcome out;
    if (invocation.common.dryRun) {
        std::uint64_t weights = 0;
        std::uint64_t peak = 0;
        for (const auto& t : source->tensors) {
            weights += t.shape.elements();
            peak = std::max(peak, 8 * t.shape.elements() + (std::uint64_t(16) << 20));
        }
        out.json["dry_run"] = true;
        out.json["tensors"] = request.only ? request.chosen.size() : source->tensors.size();
        out.json["weights"] = weights;
        out.json["peak_bytes"] = peak;
        constexpr double kWeightsPerSecond = 5e7; // reading, hashing, writing and reading back on a slow disk
        out.json["estimated_seconds"] = static_cast<double>(weights) / kWeightsPerSecond;
        out.text = "would write " + escapeText(request.target.string()) + " (" + format->text() + "): " + formatCount(weights)
                 + " weights, peak memory " + formatBytes(peak) + "\n";
        return out;
    }
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "convert");
    auto report = exporting::exportModel(request, invocation.context);
    progress.reset();
    if (!report) return fail(std::move(report.error()));
    study::RecipeTotals totals;
    Json list = Json::array();
    Table table = cellTable();
    for (const auto& t : report->tensors) {
        study::CellSummary c;
        c.weights = t.weights;
        c.bytesBefore = t.bytesBefore;
        c.bits = t.bits;
        c.error = t.error;
        c.seconds = t.seconds;
        totals.add(c);
        const std::string recipe = t.recipe.empty() ? "none" : t.recipe;
        Json j;
        j["name"] = t.name;
        j["recipe"] = recipe;
        j["bits_per_weight"] = c.bitsPerWeight();
        j["payload_bits"] = c.bits.payload;
        j["metadata_bits"] = c.bits.metadata;
        j["seconds"] = c.seconds;
        j["dtype"] = dtypeName(t.dtype);
        j["metrics"] = metricsJson(t.error);
        list.push_back(std::move(j));
        addCell(table, t.name, recipe, c.bitsPerWeight(), c.bytesAfter(), t.error, c.seconds);
    }
    out.json["tensors"] = std::move(list);
    out.json["totals"] = {{"bits_per_weight", totals.bitsPerWeight()},
                          {"bytes_before", totals.bytesBefore},
                          {"bytes_after", totals.bytesAfter},
                          {"seconds", totals.seconds},
                          {"peak_bytes", totals.peakBytes},
                          {"metrics", metricsJson(totals.error)}};
    out.json["export"] = exportJson(*report, *format);
    out.text = table.text() + "\n" + exportText(*report, *format);
    out.warnings = report->warnings;
    return out;
}

} // namespace

void registerConvert(CommandRegistry& registry);
void registerConvert(CommandRegistry& registry)
{
    std::vector<OptionSpec> options = {tensorOption()};
    for (auto& o : exportOptions()) options.push_back(std::move(o));
    registry.add({"convert", "Writes the tensors as they are, quantized ones decoded", "PATH", 1, 1, std::move(options), convert});
}

} // namespace qs::cli
