// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/export_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"
#include "core/plan/plan_file.h"

#include <algorithm>
#include <map>
#include <optional>

namespace qs::cli {
namespace {

// Runs the cells while the export asks for them, so that one artefact at a time is in memory.
Result<study::Study> exportCells(const Invocation& invocation, const study::StudyRequest& study,
                                 const exporting::ExportFormat& format, std::optional<exporting::ExportReport>& report)
{
    auto request = exportRequest(invocation, study.source, format);
    request.chosen = study.tensors;
    std::map<std::string, std::size_t> index; // name → place in the request
    for (std::size_t k = 0; k < study.tensors.size(); ++k) index[study.source->tensors[study.tensors[k]].name] = k;
    std::map<std::size_t, study::CellSummary> cells;
    request.results = [&](const io::TensorInfo& tensor) -> Result<std::shared_ptr<const study::CellResult>> {
        const std::size_t k = index.at(tensor.name);
        const std::size_t t = study.tensors[k];
        const std::size_t r = study.assigned[k];
        QS_ASSIGN(auto cell, study::runCell(*study.source, tensor, study.recipes[r], study.options, invocation.context));
        cells[t] = study::summarize(*cell, *study.source, t, r);
        if (study.onCell) QS_TRY(study.onCell(cell));
        return cell;
    };
    QS_ASSIGN(report, exporting::exportModel(request, invocation.context));
    study::Study out;
    for (const std::size_t t : study.tensors) out.cells.push_back(cells.at(t));
    return out;
}

// What --recipe or --plan asks for: the tensors, and which recipe each takes. A plan's tensors are those that it names, of them
// those that --tensor chooses where it is given.
Result<study::StudyRequest> studyRequest(const Invocation& invocation)
{
    study::StudyRequest request;
    request.options = invocation.runOptions();
    QS_ASSIGN(request.options.calibrationOf, chosenCalibration(invocation));
    if (invocation.options.has("--recipe") == invocation.options.has("--plan"))
        return fail(Error(ErrorCode::Usage, "quantize takes a recipe or a plan").wanted("--recipe R or --plan FILE"));
    if (invocation.options.has("--recipe")) {
        QS_ASSIGN(request.recipes, chosenRecipes(invocation));
        QS_ASSIGN(request.source, openArgument(invocation));
        QS_ASSIGN(request.tensors, chosenWeights(invocation, *request.source));
        request.assigned.assign(request.tensors.size(), 0);
        return request;
    }
    const std::string file = invocation.options.value("--plan");
    QS_ASSIGN(const auto plan, plan::loadPlan(file));
    QS_ASSIGN(request.source, openArgument(invocation));
    std::vector<std::size_t> chosen;
    for (const auto& [name, recipe] : plan) {
        const auto t = request.source->find(name);
        if (t < 0)
            return fail(Error(ErrorCode::NotFound, "the plan names a tensor that the checkpoint does not have")
                            .inFile(file)
                            .ofTensor(name)
                            .fix("make the plan for this checkpoint"));
        chosen.push_back(static_cast<std::size_t>(t));
    }
    std::sort(chosen.begin(), chosen.end());
    if (invocation.options.has("--tensor")) {
        QS_ASSIGN(auto asked, chosenWeights(invocation, *request.source));
        std::sort(asked.begin(), asked.end());
        std::erase_if(chosen, [&](std::size_t t) { return !std::binary_search(asked.begin(), asked.end(), t); });
    }
    if (chosen.empty())
        return fail(Error(ErrorCode::NotFound, "the plan has no tensor that is asked for").inFile(file).fix("see its names"));
    request.tensors = std::move(chosen);
    for (const std::size_t t : request.tensors) {
        const quant::Recipe& recipe = plan.at(request.source->tensors[t].name);
        const auto at = std::find(request.recipes.begin(), request.recipes.end(), recipe);
        request.assigned.push_back(static_cast<std::size_t>(at - request.recipes.begin()));
        if (at == request.recipes.end()) request.recipes.push_back(recipe);
    }
    return request;
}

// --dry-run: the one recipe's plan, or one per recipe of a plan over the tensors that take it.
Result<Outcome> dryRun(const Invocation& invocation, const study::StudyRequest& request)
{
    Outcome out;
    std::uint64_t peak = 0;
    double seconds = 0;
    Json plans = Json::array();
    for (std::size_t r = 0; r < request.recipes.size(); ++r) {
        std::vector<std::size_t> tensors;
        for (std::size_t k = 0; k < request.tensors.size(); ++k)
            if (request.assigned[k] == r) tensors.push_back(request.tensors[k]);
        QS_ASSIGN(const auto plan, study::planRun(*request.source, tensors, request.recipes[r], request.options, invocation.context));
        plans.push_back(planJson(plan, request.recipes[r], tensors.size()));
        out.text += planText(plan, request.recipes[r], tensors.size());
        peak = std::max(peak, plan.peakBytes);
        seconds += plan.seconds;
    }
    if (invocation.options.has("--plan")) {
        out.json["plans"] = std::move(plans);
        out.json["peak_bytes"] = peak;
        out.json["estimated_seconds"] = seconds;
    } else {
        out.json = std::move(plans.front());
    }
    out.json["dry_run"] = true;
    return out;
}

Result<Outcome> quantize(const Invocation& invocation)
{
    QS_ASSIGN(const auto format, askedFormat(invocation));
    QS_ASSIGN(auto request, studyRequest(invocation));
    const auto& source = request.source;
    const auto& tensors = request.tensors;
    QS_ASSIGN(const std::size_t most, worstCount(invocation));
    std::map<std::string, Json> worst;
    if (most > 0)
        request.onCell = [&](const std::shared_ptr<const study::CellResult>& cell) -> Status {
            QS_ASSIGN(worst[cell->tensor], worstJson(*source, *cell, most, invocation.context));
            return {};
        };
    Outcome out;
    if (format) {
        auto check = exportRequest(invocation, source, *format);
        check.chosen = tensors;
        QS_TRY(exporting::checkExport(check));
    }
    for (std::size_t k = 0; k < tensors.size(); ++k) { // before the first tensor is worked on
        const std::size_t t = tensors[k];
        const quant::Recipe& recipe = request.recipes[request.assigned[k]];
        QS_TRY(study::fitsShape(source->tensors[t], recipe));
        const auto shape = io::matrixShape(source->tensors[t]);
        std::shared_ptr<const quant::Calibration> calibration;
        if (quant::needsOf(recipe) != 0) {
            QS_ASSIGN(calibration, study::calibrationFor(request.options, *source, source->tensors[t]));
        }
        if (auto ok = quant::acceptsMatrix(recipe, shape.rows, shape.cols, calibration.get()); !ok)
            return fail(std::move(ok.error()).ofTensor(source->tensors[t].name));
    }
    if (invocation.common.dryRun) {
        QS_ASSIGN(out, dryRun(invocation, request));
        if (format) {
            out.json["export"] = {{"path", invocation.options.value("--out")}, {"format", format->text()}};
            out.text += "would write " + escapeText(invocation.options.value("--out")) + " (" + format->text() + ")\n";
        }
        return out;
    }
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "quantize");
    std::optional<exporting::ExportReport> report;
    auto study = format ? exportCells(invocation, request, *format, report) : study::runStudy(request, invocation.context);
    progress.reset();
    if (!study) return fail(std::move(study.error()));
    Table table = cellTable(invocation.options.has("--calibration"));
    Json list = Json::array();
    for (const auto& c : study->cells) {
        const quant::Recipe& recipe = request.recipes[c.recipe];
        list.push_back(cellJson(c, *source, recipe));
        if (most > 0) list.back()["worst"] = worst[source->tensors[c.tensor].name];
        addCell(table, source->tensors[c.tensor].name, recipe.text(), c.bitsPerWeight(), c.bytesAfter(), c.error, c.seconds, c.cached);
    }
    const auto totals = study::totalsOf(study->cells);
    const bool planned = invocation.options.has("--plan");
    addCell(table, "all " + formatCount(tensors.size()), planned ? "plan" : request.recipes.front().text(), totals.bitsPerWeight(), totals.bytesAfter, totals.error,
            totals.seconds);
    out.json["tensors"] = std::move(list);
    out.json["totals"] = totalsJson(totals, request.recipes.front());
    if (planned) out.json["totals"]["recipe"] = "plan";
    out.text = table.text();
    for (const std::size_t t : tensors)
        if (most > 0) out.text += worstText(source->tensors[t].name, worst[source->tensors[t].name]);
    if (report) {
        out.json["export"] = exportJson(*report, *format);
        out.text += "\n" + exportText(*report, *format);
        out.warnings = report->warnings;
    }
    return out;
}

} // namespace

void registerQuantize(CommandRegistry& registry);
void registerQuantize(CommandRegistry& registry)
{
    std::vector<OptionSpec> options = {recipeOption(false, false),
                                       {"--plan", "FILE", "a plan of the command plan, in place of --recipe", false, false},
                                       tensorOption(), calibrationOption(), worstOption()};
    for (auto& o : exportOptions()) options.push_back(std::move(o));
    registry.add({"quantize", "Quantizes the chosen tensors, prints bits and errors, writes an export if asked", "PATH", 1, 1,
                  std::move(options), quantize});
}

} // namespace qs::cli
