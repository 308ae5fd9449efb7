// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/bit_plan.h"

#include "app/cli/cell_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"
#include "core/plan/plan_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace qs::cli {
namespace {

Result<double> positiveNumber(const char* option, const std::string& text)
{
    double v = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), v);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size() || !std::isfinite(v) || v <= 0)
        return fail(Error(ErrorCode::Usage, std::string(option) + " needs a positive number").got("'" + text + "'"));
    return v;
}

// The index of a recipe in the request, added behind the candidates where it is new.
std::size_t recipeIndex(plan::PlanRequest& request, quant::Recipe recipe)
{
    for (std::size_t r = 0; r < request.recipes.size(); ++r)
        if (request.recipes[r] == recipe) return r;
    request.recipes.push_back(std::move(recipe));
    return request.recipes.size() - 1;
}

Status addPin(plan::PlanRequest& request, const std::string& text)
{
    const auto eq = text.find('='); // names have no '='; recipes do
    if (eq == std::string::npos || eq == 0)
        return fail(Error(ErrorCode::Usage, "--pin takes GLOB=RECIPE").got("'" + text + "'"));
    QS_ASSIGN(auto recipe, quant::parseRecipe(text.substr(eq + 1)));
    const std::vector<std::string> globs{text.substr(0, eq)};
    QS_ASSIGN(auto tensors, io::selectTensors(*request.source, globs));
    std::erase_if(tensors, [&](std::size_t t) {
        return std::find(request.tensors.begin(), request.tensors.end(), t) == request.tensors.end();
    });
    if (tensors.empty())
        return fail(Error(ErrorCode::NotFound, "a pin matches no tensor of the plan").got("'" + globs.front() + "'").fix("widen --tensor, or mend the pin"));
    request.pins.push_back({std::move(tensors), recipeIndex(request, std::move(recipe))});
    return {};
}

Status addTie(plan::PlanRequest& request, const std::string& text)
{
    std::set<io::Role> roles;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string name = text.substr(begin, end - begin);
        auto role = io::roleFromName(name);
        if (role == io::Role::Count) role = io::roleFromName(name + "_proj"); // q for q_proj
        if (role == io::Role::Count)
            return fail(Error(ErrorCode::Usage, "--tie takes roles").wanted("q,k,v or gate,up").got("'" + name + "'"));
        for (const auto& other : request.ties)
            if (other.contains(role))
                return fail(Error(ErrorCode::Usage, "a role is tied twice").got("'" + std::string(io::roleName(role)) + "'"));
        roles.insert(role);
        begin = end + 1;
    }
    request.ties.push_back(std::move(roles));
    return {};
}

Result<plan::PlanRequest> planRequest(const Invocation& invocation)
{
    plan::PlanRequest request;
    const auto& options = invocation.options;
    if (options.has("--bits") == options.has("--bytes"))
        return fail(Error(ErrorCode::Usage, "a plan needs one budget").wanted("--bits B or --bytes N"));
    if (options.has("--bits")) {
        QS_ASSIGN(request.bitsPerWeight, positiveNumber("--bits", options.value("--bits")));
    } else {
        QS_ASSIGN(request.bytes, wholeNumber("--bytes", options.value("--bytes"), 1, std::uint64_t(1) << 60));
    }
    for (const auto& text : options.all("--candidate")) {
        QS_ASSIGN(auto recipe, quant::parseRecipe(text));
        recipeIndex(request, std::move(recipe));
    }
    request.candidates = request.recipes.size();
    QS_ASSIGN(request.source, openArgument(invocation));
    QS_ASSIGN(request.tensors, chosenWeights(invocation, *request.source));
    for (const auto& text : options.all("--pin")) QS_TRY(addPin(request, text));
    for (const auto& text : options.all("--tie")) QS_TRY(addTie(request, text));
    return request;
}

Json planAsJson(const plan::PlanRequest& request, const plan::BitPlan& plan)
{
    Json out;
    out["error_of"] = plan.ofOutputs ? "output" : "weight";
    out["tensors"] = Json::array();
    for (const auto& p : plan.tensors) {
        Json t = cellJson(p.figures, *request.source, request.recipes[p.recipe]);
        t["bytes"] = p.figures.bytesAfter();
        t["pinned"] = p.pinned;
        out["tensors"].push_back(std::move(t));
    }
    Json totals;
    totals["bits_per_weight"] = plan.bitsPerWeight();
    totals["bytes_after"] = plan.bytes;
    totals["weights"] = plan.weights;
    totals["relative_error"] = plan.meanError();
    totals["lower_bound"] = plan.weights == 0 ? 0.0 : plan.lowerBound / static_cast<double>(plan.weights);
    totals["optimal"] = plan.optimal;
    out["totals"] = std::move(totals);
    out["uniform"] = Json::array();
    for (const auto& u : plan.uniform) {
        Json j;
        j["recipe"] = request.recipes[u.recipe].text();
        j["everywhere"] = u.everywhere;
        j["within"] = u.within;
        const double weights = static_cast<double>(plan.weights);
        j["bits_per_weight"] = u.everywhere ? Json(static_cast<double>(u.bits) / weights) : Json(nullptr);
        j["bytes_after"] = u.everywhere ? Json(u.bytes) : Json(nullptr);
        j["relative_error"] = u.everywhere ? Json(u.cost / weights) : Json(nullptr);
        out["uniform"].push_back(std::move(j));
    }
    return out;
}

std::string planAsText(const plan::PlanRequest& request, const plan::BitPlan& plan)
{
    Table table({{"tensor", Table::Left}, {"recipe", Table::Left}, {"bits", Table::Right}, {"size", Table::Right}, {"rel. MSE", Table::Right}});
    for (const auto& p : plan.tensors)
        table.row({escapeText(request.source->tensors[p.tensor].name), request.recipes[p.recipe].text() + (p.pinned ? " (pinned)" : ""),
                   formatBits(p.figures.bitsPerWeight()), formatBytes(p.figures.bytesAfter()), formatError(p.figures.error.relativeMse())});
    Table whole({{"all " + formatCount(plan.tensors.size()) + " tensors", Table::Left}, {"bits", Table::Right}, {"size", Table::Right},
                 {plan.ofOutputs ? "mean rel. output error" : "mean rel. weight error", Table::Right}, {"", Table::Left}});
    whole.row({"this plan", formatBits(plan.bitsPerWeight()), formatBytes(plan.bytes), formatError(plan.meanError()),
               plan.optimal ? "least possible" : "least possible lies above " + formatError(plan.lowerBound / static_cast<double>(plan.weights))});
    for (const auto& u : plan.uniform) {
        const double weights = static_cast<double>(plan.weights);
        if (!u.everywhere) whole.row({"all " + request.recipes[u.recipe].text(), "–", "–", "–", "not every tensor takes it"});
        else
            whole.row({"all " + request.recipes[u.recipe].text(), formatBits(static_cast<double>(u.bits) / weights), formatBytes(u.bytes),
                       formatError(u.cost / weights), u.within ? "" : "over the budget"});
    }
    return table.text() + "\n" + whole.text();
}

Result<Outcome> run(const Invocation& invocation)
{
    QS_ASSIGN(const auto request, planRequest(invocation));
    study::RunOptions options = invocation.runOptions();
    QS_ASSIGN(options.calibrationOf, chosenCalibration(invocation));
    if (invocation.common.dryRun)
        return planOutcome(invocation, *request.source, request.tensors, std::span(request.recipes).first(request.candidates), options);
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "plan");
    auto cells = plan::measureCandidates(request, options, invocation.context);
    progress.reset();
    if (!cells) return fail(std::move(cells.error()));
    QS_ASSIGN(const auto plan, plan::chooseBits(request, *cells, invocation.context));
    Outcome out;
    out.json = planAsJson(request, plan);
    out.text = planAsText(request, plan);
    if (invocation.options.has("--out")) {
        plan::PlanRecipes recipes;
        for (const auto& p : plan.tensors) recipes[request.source->tensors[p.tensor].name] = request.recipes[p.recipe];
        const std::string path = invocation.options.value("--out");
        QS_TRY(plan::savePlan(path, recipes, invocation.common.force));
        out.json["out"] = path;
        out.text += "\nwrote " + escapeText(path) + "\n";
    }
    return out;
}

} // namespace

void registerPlan(CommandRegistry& registry);
void registerPlan(CommandRegistry& registry)
{
    registry.add({"plan", "Which recipe each tensor takes within a budget of bits or bytes, by measured error", "PATH", 1, 1,
                  {{"--bits", "B", "budget: true bits per weight over all chosen tensors", false, false},
                   {"--bytes", "N", "budget: bytes of all chosen tensors", false, false},
                   {"--candidate", "R", "a recipe that tensors may take", true, true},
                   {"--pin", "GLOB=R", "tensors that take this recipe whatever the budget says", true, false},
                   {"--tie", "ROLES", "roles that take one recipe together in each block: q,k,v", true, false},
                   {"--out", "FILE", "write the plan for quantize --plan", false, false},
                   tensorOption(), calibrationOption()},
                  run});
}

} // namespace qs::cli
