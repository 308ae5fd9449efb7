// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/study_arguments.h"

#include "app/cli/model_arguments.h"
#include "core/plan/presets.h"

#include <algorithm>

namespace qs::cli {

Result<study::StudyRequest> chosenStudy(const Invocation& invocation)
{
    study::StudyRequest request;
    request.options = invocation.runOptions();
    if (invocation.options.has("--calibration")) {
        QS_ASSIGN(request.options.calibrationOf, chosenCalibration(invocation));
        QS_ASSIGN(request.options.texts, calibrationTexts(invocation));
    }
    if (invocation.options.has("--recipe") == invocation.options.has("--plan"))
        return fail(Error(ErrorCode::Usage, "one of a recipe and a plan is taken").wanted("--recipe R or --plan FILE"));
    if (invocation.options.has("--recipe")) {
        QS_ASSIGN(request.recipes, chosenRecipes(invocation));
        QS_ASSIGN(request.source, openArgument(invocation));
        QS_ASSIGN(request.tensors, chosenWeights(invocation, *request.source));
        request.assigned.assign(request.tensors.size(), 0);
        return request;
    }
    const std::string file = invocation.options.value("--plan");
    plan::PlanRecipes plan;
    if (!plan::isPreset(file)) {
        QS_ASSIGN(plan, plan::loadPlan(file));
    }
    QS_ASSIGN(request.source, openArgument(invocation));
    if (plan::isPreset(file)) {
        QS_ASSIGN(plan, plan::presetPlan(file, *request.source));
    }
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

} // namespace qs::cli
