// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"

#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> quantize(const Invocation& invocation)
{
    QS_ASSIGN(const auto recipes, chosenRecipes(invocation));
    const quant::Recipe& recipe = recipes.front();
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto tensors, chosenTensors(invocation, *source));
    study::StudyRequest request;
    request.source = source;
    request.tensors = tensors;
    request.recipes = {recipe};
    request.options.seed = invocation.common.seed;
    Outcome out;
    if (invocation.common.dryRun) {
        QS_ASSIGN(const auto plan, study::planRun(*source, tensors, recipe, request.options, invocation.context));
        out.json = planJson(plan, recipe, tensors.size());
        out.json["dry_run"] = true;
        out.text = planText(plan, recipe, tensors.size());
        return out;
    }
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "quantize");
    auto study = study::runStudy(request, invocation.context);
    progress.reset();
    if (!study) return fail(std::move(study.error()));
    Table table = cellTable();
    Json list = Json::array();
    for (const auto& c : study->cells) {
        list.push_back(cellJson(c, *source, recipe));
        addCell(table, source->tensors[c.tensor].name, recipe.text(), c.bitsPerWeight(), c.bytesAfter(), c.error, c.seconds);
    }
    const auto& totals = study->totals.front();
    addCell(table, "all " + formatCount(tensors.size()), recipe.text(), totals.bitsPerWeight(), totals.bytesAfter, totals.error,
            totals.seconds);
    out.json["tensors"] = std::move(list);
    out.json["totals"] = totalsJson(totals, recipe);
    out.text = table.text();
    return out;
}

} // namespace

void registerQuantize(CommandRegistry& registry);
void registerQuantize(CommandRegistry& registry)
{
    registry.add({"quantize", "Quantizes the chosen tensors, prints bits and errors, writes an export if asked", "PATH", 1, 1,
                  {recipeOption(false), tensorOption()}, quantize});
}

} // namespace qs::cli
