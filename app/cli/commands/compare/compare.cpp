// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"

#include <algorithm>
#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> compare(const Invocation& invocation)
{
    QS_ASSIGN(const auto recipes, chosenRecipes(invocation));
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto tensors, chosenWeights(invocation, *source));

    study::StudyRequest request;
    request.source = source;
    request.tensors = tensors;
    request.recipes = recipes;
    request.options = invocation.runOptions();
    QS_ASSIGN(request.options.calibrationOf, chosenCalibration(invocation));
    QS_ASSIGN(request.options.texts, calibrationTexts(invocation));
    if (invocation.common.dryRun) {
        QS_ASSIGN(auto planned, planOutcome(invocation, *source, tensors, recipes, request.options));
        QS_TRY(tellLearnPlan(planned, request));
        return planned;
    }
    request.keepGoing = true;
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "compare");
    auto result = study::runStudy(request, invocation.context);
    progress.reset();
    if (!result) return fail(std::move(result.error()));
    const study::Study& study = *result;

    Outcome out;
    Json cells = Json::array();
    Table table = cellTable(invocation.options.has("--calibration"));
    auto c = study.cells.begin();
    auto refused = study.refused.begin();
    for (const std::size_t t : tensors) // both lists are in this order
        for (std::size_t r = 0; r < recipes.size(); ++r) {
            const std::string& name = source->tensors[t].name;
            if (refused != study.refused.end() && refused->tensor == t && refused->recipe == r) {
                cells.push_back(refusedJson(*refused++, *source, recipes[r]));
                addRefused(table, name, recipes[r].text());
                continue;
            }
            cells.push_back(cellJson(*c, *source, recipes[r]));
            addCell(table, name, recipes[r].text(), c->bitsPerWeight(), c->bytesAfter(), c->error, c->seconds, c->cached);
            ++c;
        }
    Json pareto = Json::object();
    std::string fronts;
    for (std::size_t t = 0; t < tensors.size(); ++t) {
        Json names = Json::array();
        std::string line;
        for (const std::size_t r : study.pareto[t]) {
            names.push_back(recipes[r].text());
            line += (line.empty() ? "" : ", ") + recipes[r].text();
        }
        const std::string& name = source->tensors[tensors[t]].name;
        pareto[name] = std::move(names);
        fronts += "  " + escapeText(name) + ": " + line + "\n";
    }
    Json totals = Json::object();
    for (std::size_t r = 0; r < recipes.size(); ++r) {
        const auto& t = study.totals[r];
        totals[recipes[r].text()] = totalsJson(t, recipes[r], tensors.size() - t.cells);
        const std::string all = t.cells == tensors.size() ? "all " + formatCount(t.cells)
                                                          : formatCount(t.cells) + " of " + formatCount(tensors.size());
        if (t.cells == 0) addRefused(table, all, recipes[r].text());
        else addCell(table, all, recipes[r].text(), t.bitsPerWeight(), t.bytesAfter, t.error, t.seconds);
    }
    out.json["cells"] = std::move(cells);
    out.json["pareto"] = std::move(pareto);
    out.json["totals"] = std::move(totals);
    out.text = table.text() + refusedText(study.refused, *source, recipes) + "\nPareto fronts (bits against relative MSE)\n" + fronts;
    tellLearned(out, study.learned);
    tellRefused(out, study.refused, recipes);
    return out;
}

} // namespace

void registerCompare(CommandRegistry& registry);
void registerCompare(CommandRegistry& registry)
{
    registry.add({"compare", "Every recipe on every chosen tensor, with the Pareto front of true bits against error", "PATH",
                  1, 1, {recipeOption(true), tensorOption(), calibrationOption()}, compare});
}

} // namespace qs::cli
