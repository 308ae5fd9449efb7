// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/export_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"

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
    std::map<std::string, std::size_t> index;
    for (const std::size_t t : study.tensors) index[study.source->tensors[t].name] = t;
    std::map<std::size_t, study::CellSummary> cells;
    request.results = [&](const io::TensorInfo& tensor) -> Result<std::shared_ptr<const study::CellResult>> {
        QS_ASSIGN(auto cell, study::runCell(*study.source, tensor, study.recipes.front(), study.options, invocation.context));
        const std::size_t t = index.at(tensor.name);
        cells[t] = study::summarize(*cell, *study.source, t, 0);
        if (study.onCell) QS_TRY(study.onCell(cell));
        return cell;
    };
    QS_ASSIGN(report, exporting::exportModel(request, invocation.context));
    study::Study out;
    out.totals.resize(1);
    for (const std::size_t t : study.tensors) {
        out.cells.push_back(cells.at(t));
        out.totals.front().add(cells.at(t));
    }
    return out;
}

Result<Outcome> quantize(const Invocation& invocation)
{
    QS_ASSIGN(const auto recipes, chosenRecipes(invocation));
    const quant::Recipe& recipe = recipes.front();
    QS_ASSIGN(const auto format, askedFormat(invocation));
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto tensors, chosenWeights(invocation, *source));
    study::StudyRequest request;
    request.source = source;
    request.tensors = tensors;
    request.recipes = {recipe};
    request.options = invocation.runOptions();
    QS_ASSIGN(request.options.calibrationOf, chosenCalibration(invocation));
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
    for (const std::size_t t : tensors) { // before the first tensor is worked on
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
        QS_ASSIGN(const auto plan, study::planRun(*source, tensors, recipe, request.options, invocation.context));
        out.json = planJson(plan, recipe, tensors.size());
        out.json["dry_run"] = true;
        out.text = planText(plan, recipe, tensors.size());
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
        list.push_back(cellJson(c, *source, recipe));
        if (most > 0) list.back()["worst"] = worst[source->tensors[c.tensor].name];
        addCell(table, source->tensors[c.tensor].name, recipe.text(), c.bitsPerWeight(), c.bytesAfter(), c.error, c.seconds, c.cached);
    }
    const auto& totals = study->totals.front();
    addCell(table, "all " + formatCount(tensors.size()), recipe.text(), totals.bitsPerWeight(), totals.bytesAfter, totals.error,
            totals.seconds);
    out.json["tensors"] = std::move(list);
    out.json["totals"] = totalsJson(totals, recipe);
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
    std::vector<OptionSpec> options = {recipeOption(false), tensorOption(), calibrationOption(), worstOption()};
    for (auto& o : exportOptions()) options.push_back(std::move(o));
    registry.add({"quantize", "Quantizes the chosen tensors, prints bits and errors, writes an export if asked", "PATH", 1, 1,
                  std::move(options), quantize});
}

} // namespace qs::cli
