// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::plots {
namespace {

PlotInfo info();

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context&)
{
    const PlotInfo self = info();
    QS_ASSIGN(const std::string figure, choiceOf(input, self, "figure"));
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this plot needs results").fix("name recipes"));
    const auto groups = recipesOf(input);
    std::vector<std::string> tensors;
    for (const auto& r : input.results)
        if (std::find(tensors.begin(), tensors.end(), r->tensor) == tensors.end()) tensors.push_back(r->tensor);
    std::sort(tensors.begin(), tensors.end(), io::naturalLess);
    const bool lower = figure != "sqnr";
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = std::to_string(tensors.size()) + (tensors.size() == 1 ? " tensor" : " tensors") + " \u00D7 " + std::to_string(groups.size())
        + (groups.size() == 1 ? " recipe" : " recipes");
    plot->x = {"recipe", "", false, false};
    plot->y = {"tensor", "", false, false};
    plot->valueLabel = figure == "sqnr" ? "SQNR (dB)" : figure == "bits" ? "bits/weight" : "relative MSE";
    plot->figure = figure == "sqnr" || figure == "bits" ? figure : "relative_mse";
    HeatGrid g;
    g.rows = static_cast<int>(tensors.size());
    g.cols = static_cast<int>(groups.size());
    g.xMax = g.cols;
    g.yMax = g.rows;
    g.values.assign(tensors.size() * groups.size(), std::numeric_limits<float>::quiet_NaN());
    for (const auto& t : tensors)
        g.tensors.insert(g.tensors.end(), groups.size(), input.source ? static_cast<std::int64_t>(input.source->find(t)) : -1);
    for (const auto& group : groups) g.colSlots.push_back(group.slot);
    for (std::size_t c = 0; c < groups.size(); ++c)
        for (const std::size_t i : groups[c].results) {
            const auto& r = *input.results[i];
            const auto row = static_cast<std::size_t>(std::find(tensors.begin(), tensors.end(), r.tensor) - tensors.begin());
            const double v = figure == "sqnr" ? r.error.sqnrDb() : figure == "bits" ? r.bitsPerWeight() : r.error.relativeMse();
            if (std::isfinite(v)) g.values[row * groups.size() + c] = static_cast<float>(v);
        }
    std::vector<std::size_t> wins(groups.size());
    for (std::size_t r = 0; r < tensors.size(); ++r) {
        std::size_t best = groups.size();
        for (std::size_t c = 0; c < groups.size(); ++c) {
            const float v = g.values[r * groups.size() + c];
            if (!std::isfinite(v)) continue;
            const float old = best == groups.size() ? v : g.values[r * groups.size() + best];
            if (best == groups.size() || (lower ? v < old : v > old)) best = c;
        }
        if (best < groups.size()) ++wins[best];
    }
    std::string words;
    for (std::size_t c = 0; c < groups.size(); ++c) {
        g.colLabels.push_back(groups[c].name);
        words += (words.empty() ? "" : ", ") + groups[c].name + " best on " + std::to_string(wins[c]);
    }
    for (const auto& t : tensors) g.rowLabels.push_back(escapeText(t));
    plot->heat.push_back(std::move(g));
    plot->better = figure == "sqnr" ? 1 : -1;
    setRange(*plot, true);
    plot->notes.push_back(lower ? "Lower is better." : "Higher is better.");
    plot->summary = "Table of " + plot->title + " by " + plot->valueLabel + ": " + words + " of " + std::to_string(tensors.size()) + " tensors.";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "recipes";
    p.title = "Layers and recipes";
    p.question = "Which recipe suits which layer?";
    p.options = {{"figure", "figure", {"relative_mse", "sqnr", "bits"}, ""}};
    p.needsResults = true;
    p.wholeModel = true;
    p.make = make;
    return p;
}

} // namespace

void registerRecipes(PlotRegistry& registry);
void registerRecipes(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
