// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/bit_plan.h"

#include "core/base/format.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace qs::plan {
namespace {

// The recipe that each tensor is pinned to.
std::map<std::size_t, std::size_t> pinnedRecipes(const PlanRequest& request)
{
    std::map<std::size_t, std::size_t> out;
    for (const Pin& pin : request.pins)
        for (const std::size_t t : pin.tensors) out[t] = pin.recipe;
    return out;
}

// Tensors that choose together, in the order of their first. A pinned one stands alone: it has no choice.
std::vector<std::vector<std::size_t>> unitsOf(const PlanRequest& request, const std::map<std::size_t, std::size_t>& pins)
{
    std::vector<std::vector<std::size_t>> units;
    std::map<std::tuple<std::size_t, int, int>, std::size_t> open; // tie, block, expert → unit
    for (const std::size_t t : request.tensors) {
        const io::Place& place = request.source->tensors[t].place;
        const auto tie = std::find_if(request.ties.begin(), request.ties.end(), [&](const auto& roles) { return roles.contains(place.role); });
        if (tie == request.ties.end() || pins.contains(t)) {
            units.push_back({t});
            continue;
        }
        const std::tuple key{static_cast<std::size_t>(tie - request.ties.begin()), place.block, place.expert};
        const auto [at, isNew] = open.try_emplace(key, units.size());
        if (isNew) units.emplace_back();
        units[at->second].push_back(t);
    }
    return units;
}

Result<std::uint64_t> budgetOf(const PlanRequest& request, std::uint64_t weights)
{
    if (request.bitsPerWeight.has_value() == request.bytes.has_value())
        return fail(Error(ErrorCode::Usage, "a plan needs one budget").wanted("bits per weight or bytes"));
    if (request.bytes) return *request.bytes;
    if (!std::isfinite(*request.bitsPerWeight) || *request.bitsPerWeight <= 0 || *request.bitsPerWeight > 1024)
        return fail(Error(ErrorCode::Usage, "a budget of bits per weight is a positive number").got(formatNumber(*request.bitsPerWeight, 6)));
    return static_cast<std::uint64_t>(std::floor(*request.bitsPerWeight * static_cast<double>(weights)));
}

} // namespace

Result<BitPlan> chooseBits(const PlanRequest& request, std::span<const study::CellSummary> cells, const Context& context)
{
    BitPlan plan;
    for (const std::size_t t : request.tensors) plan.weights += request.source->tensors[t].shape.elements();
    QS_ASSIGN(const std::uint64_t budget, budgetOf(request, plan.weights));
    const bool inBytes = request.bytes.has_value();
    std::map<std::pair<std::size_t, std::size_t>, const study::CellSummary*> measured;
    const std::set<std::size_t> wanted(request.tensors.begin(), request.tensors.end());
    for (const auto& cell : cells)
        if (wanted.contains(cell.tensor)) measured[{cell.tensor, cell.recipe}] = &cell;
    const auto pins = pinnedRecipes(request);
    const auto units = unitsOf(request, pins);

    const auto sizeOf = [&](const study::CellSummary& c) { return inBytes ? c.bytesAfter() : c.bits.payload + c.bits.metadata; };
    plan.ofOutputs = !measured.empty() && std::all_of(measured.begin(), measured.end(), [](const auto& m) { return m.second->error.hasOutput(); });
    const auto costOf = [&](const study::CellSummary& c) {
        return static_cast<double>(c.weights) * (plan.ofOutputs ? c.error.outputRelativeMse() : c.error.relativeMse());
    };
    const auto choiceOf = [&](const std::vector<std::size_t>& tensors, std::size_t recipe) -> std::optional<Choice> {
        Choice choice;
        for (const std::size_t t : tensors) {
            const auto at = measured.find({t, recipe});
            if (at == measured.end() || !std::isfinite(costOf(*at->second))) return {};
            choice.size += sizeOf(*at->second);
            choice.cost += costOf(*at->second);
        }
        return choice;
    };
    std::vector<Unit> choices;
    for (const auto& tensors : units) {
        Unit unit(request.recipes.size());
        const auto pin = pins.find(tensors.front());
        if (pin != pins.end()) unit[pin->second] = choiceOf(tensors, pin->second);
        else
            for (std::size_t r = 0; r < request.candidates; ++r) unit[r] = choiceOf(tensors, r);
        if (std::none_of(unit.begin(), unit.end(), [](const auto& c) { return c.has_value(); }))
            return fail(Error(ErrorCode::Lacking, "no candidate can be taken")
                            .ofTensor(request.source->tensors[tensors.front()].name)
                            .fix(tensors.size() > 1 ? "the tensors tied to it need a common candidate" : "add a candidate that fits its shape, or leave it out"));
        choices.push_back(std::move(unit));
    }

    auto allocation = allocate(choices, budget, context);
    if (!allocation) {
        Error error = std::move(allocation.error());
        if (error.code == ErrorCode::Lacking && !inBytes && plan.weights > 0) { // bits of everything say little to people
            std::uint64_t least = 0;
            for (const Unit& unit : choices) {
                std::uint64_t smallest = UINT64_MAX;
                for (const auto& c : unit)
                    if (c) smallest = std::min(smallest, c->size);
                least += smallest;
            }
            error.expected = "at most " + formatNumber(*request.bitsPerWeight, 6) + " bits per weight";
            error.found = formatNumber(static_cast<double>(least) / static_cast<double>(plan.weights), 6);
        } else if (error.code == ErrorCode::Lacking) {
            error.expected += " bytes";
            error.found += " bytes";
        }
        return fail(std::move(error));
    }

    // Beside the plan itself, what each candidate would give if all took it; the best that fits is a plan of its own.
    for (std::size_t r = 0; r < request.candidates; ++r) {
        UniformChoice u;
        u.recipe = r;
        u.everywhere = true;
        std::uint64_t size = 0;
        for (std::size_t k = 0; k < units.size() && u.everywhere; ++k) {
            const std::size_t recipe = pins.contains(units[k].front()) ? pins.at(units[k].front()) : r;
            u.everywhere = choices[k][recipe].has_value();
            if (!u.everywhere) break;
            size += choices[k][recipe]->size;
            u.cost += choices[k][recipe]->cost;
            for (const std::size_t t : units[k]) {
                const auto& cell = *measured.at({t, recipe});
                u.bits += cell.bits.payload + cell.bits.metadata;
                u.bytes += cell.bytesAfter();
            }
        }
        if (!u.everywhere) u = {r, 0, 0, 0, false, false};
        u.within = u.everywhere && size <= budget;
        if (u.within && u.cost < allocation->cost) { // possible only with pins, when the search was cut short
            for (std::size_t k = 0; k < units.size(); ++k)
                allocation->chosen[k] = pins.contains(units[k].front()) ? pins.at(units[k].front()) : r;
            allocation->cost = u.cost;
            allocation->lowerBound = std::min(allocation->lowerBound, u.cost);
        }
        plan.uniform.push_back(u);
    }

    std::map<std::size_t, std::size_t> recipeOf;
    for (std::size_t k = 0; k < units.size(); ++k)
        for (const std::size_t t : units[k]) recipeOf[t] = allocation->chosen[k];
    for (const std::size_t t : request.tensors) {
        PlannedTensor p{t, recipeOf.at(t), pins.contains(t), *measured.at({t, recipeOf.at(t)})};
        plan.bits += p.figures.bits.payload + p.figures.bits.metadata;
        plan.bytes += p.figures.bytesAfter();
        plan.tensors.push_back(std::move(p));
    }
    plan.cost = allocation->cost;
    plan.lowerBound = allocation->lowerBound;
    plan.optimal = allocation->optimal;
    return plan;
}

Result<std::vector<study::CellSummary>> measureCandidates(const PlanRequest& request, const study::RunOptions& options,
                                                          const Context& context)
{
    const auto pins = pinnedRecipes(request);
    std::vector<study::CellSummary> cells;
    const auto measure = [&](std::vector<std::size_t> tensors, std::size_t first, std::size_t count, bool keepGoing) -> Status {
        if (tensors.empty() || count == 0) return {};
        study::StudyRequest study;
        study.source = request.source;
        study.tensors = std::move(tensors);
        study.recipes.assign(request.recipes.begin() + static_cast<std::ptrdiff_t>(first),
                             request.recipes.begin() + static_cast<std::ptrdiff_t>(first + count));
        study.options = options;
        study.keepGoing = keepGoing;
        QS_ASSIGN(auto done, study::runStudy(study, context));
        for (auto& cell : done.cells) {
            cell.recipe += first;
            cells.push_back(std::move(cell));
        }
        return {};
    };
    std::vector<std::size_t> open;
    std::map<std::size_t, std::vector<std::size_t>> pinned; // recipe → tensors
    for (const std::size_t t : request.tensors) {
        if (const auto pin = pins.find(t); pin != pins.end()) pinned[pin->second].push_back(t);
        else open.push_back(t);
    }
    QS_TRY(measure(std::move(open), 0, request.candidates, true));
    for (auto& [recipe, tensors] : pinned) QS_TRY(measure(std::move(tensors), recipe, 1, false));
    return cells;
}

} // namespace qs::plan
