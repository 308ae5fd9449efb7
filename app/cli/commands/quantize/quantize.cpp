// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/export_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "app/cli/study_arguments.h"
#include "core/base/format.h"

#include <algorithm>
#include <map>
#include <optional>

namespace qs::cli {
namespace {

// Runs the cells while the export asks for them, so that one artefact at a time is in memory.
Result<study::Study> exportCells(const Invocation& invocation, study::StudyRequest study,
                                 const exporting::ExportFormat& format, std::optional<exporting::ExportReport>& report)
{
    if (study::learnsOnModel(study)) {
        QS_ASSIGN(study.options.learned, study::learnCells(study, invocation.context));
    }
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
    request.recipes = [&](const io::TensorInfo& tensor) -> const quant::Recipe* {
        const auto it = index.find(tensor.name);
        return it == index.end() ? nullptr : &study.recipes[study.assigned[it->second]];
    };
    QS_ASSIGN(report, exporting::exportModel(request, invocation.context));
    for (const auto& t : report->tensors) {
        if (t.foldedInto.empty()) continue; // the artefact holds no vector of scales any more
        const std::size_t at = study.tensors[index.at(t.sourceName)];
        cells.at(at).bits.metadata -= 32 * static_cast<std::uint64_t>(io::matrixShape(study.source->tensors[at]).cols);
    }
    study::Study out;
    out.learned = study.options.learned;
    for (const std::size_t t : study.tensors) out.cells.push_back(cells.at(t));
    return out;
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
    QS_TRY(tellLearnPlan(out, request));
    return out;
}

Result<Outcome> quantize(const Invocation& invocation)
{
    QS_ASSIGN(const auto format, askedFormat(invocation));
    QS_ASSIGN(auto request, chosenStudy(invocation));
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
        std::map<std::string, std::size_t> index;
        for (std::size_t k = 0; k < tensors.size(); ++k) index[source->tensors[tensors[k]].name] = k;
        check.recipes = [&request, index](const io::TensorInfo& t) -> const quant::Recipe* {
            const auto it = index.find(t.name);
            return it == index.end() ? nullptr : &request.recipes[request.assigned[it->second]];
        };
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
    std::map<std::string, const exporting::ExportedTensor*> exported;
    if (report)
        for (const auto& t : report->tensors) exported[t.sourceName] = &t;
    for (const auto& c : study->cells) {
        const quant::Recipe& recipe = request.recipes[c.recipe];
        list.push_back(cellJson(c, *source, recipe));
        if (const auto it = exported.find(source->tensors[c.tensor].name); it != exported.end()) {
            if (!it->second->foldedInto.empty()) list.back()["folded_into"] = it->second->foldedInto;
            if (!it->second->scalesKept.empty()) list.back()["scales_kept"] = it->second->scalesKept;
        }
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
    tellLearned(out, study->learned);
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
                                       {"--plan", "FILE", "a plan of the command plan in place of --recipe, or one that ships: best-2, best-3, best-4", false, false},
                                       tensorOption(), calibrationOption(), worstOption()};
    for (auto& o : exportOptions()) options.push_back(std::move(o));
    registry.add({"quantize", "Quantizes the chosen tensors, prints bits and errors, writes an export if asked", "PATH", 1, 1,
                  std::move(options), quantize});
}

} // namespace qs::cli
