// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"

#include <algorithm>
#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> plan(const Invocation& invocation, const io::ModelSource& source, std::span<const std::size_t> tensors,
                     std::span<const quant::Recipe> recipes)
{
    Outcome out;
    out.json["dry_run"] = true;
    out.json["plans"] = Json::array();
    double seconds = 0;
    std::uint64_t peak = 0;
    for (const auto& recipe : recipes) {
        study::RunOptions options;
        options.seed = invocation.common.seed;
        QS_ASSIGN(const auto p, study::planRun(source, tensors, recipe, options, invocation.context));
        out.json["plans"].push_back(planJson(p, recipe, tensors.size()));
        out.text += planText(p, recipe, tensors.size());
        seconds += p.seconds;
        peak = std::max(peak, p.peakBytes);
    }
    out.json["peak_bytes"] = peak;
    out.json["estimated_seconds"] = seconds;
    return out;
}

Result<Outcome> compare(const Invocation& invocation)
{
    QS_ASSIGN(const auto recipes, chosenRecipes(invocation));
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto tensors, chosenWeights(invocation, *source));
    if (invocation.common.dryRun) return plan(invocation, *source, tensors, recipes);

    study::StudyRequest request;
    request.source = source;
    request.tensors = tensors;
    request.recipes = recipes;
    request.options = invocation.runOptions();
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "compare");
    auto result = study::runStudy(request, invocation.context);
    progress.reset();
    if (!result) return fail(std::move(result.error()));
    const study::Study& study = *result;

    Outcome out;
    Json cells = Json::array();
    Table table = cellTable();
    for (const auto& c : study.cells) {
        cells.push_back(cellJson(c, *source, recipes[c.recipe]));
        addCell(table, source->tensors[c.tensor].name, recipes[c.recipe].text(), c.bitsPerWeight(), c.bytesAfter(), c.error,
                c.seconds, c.cached);
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
        totals[recipes[r].text()] = totalsJson(t, recipes[r]);
        addCell(table, "all " + formatCount(tensors.size()), recipes[r].text(), t.bitsPerWeight(), t.bytesAfter, t.error,
                t.seconds);
    }
    out.json["cells"] = std::move(cells);
    out.json["pareto"] = std::move(pareto);
    out.json["totals"] = std::move(totals);
    out.text = table.text() + "\nPareto fronts (bits against relative MSE)\n" + fronts;
    return out;
}

} // namespace

void registerCompare(CommandRegistry& registry);
void registerCompare(CommandRegistry& registry)
{
    registry.add({"compare", "Every recipe on every chosen tensor, with the Pareto front of true bits against error", "PATH",
                  1, 1, {recipeOption(true), tensorOption()}, compare});
}

} // namespace qs::cli
