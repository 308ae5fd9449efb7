// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/density.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::plots {
namespace {

PlotInfo info();

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(const std::int64_t cells, integerOf(input, self, "cells", 8, kMostCells));
    QS_ASSIGN(const std::string view, choiceOf(input, self, "view"));
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this plot needs a result").fix("name a recipe"));
    QS_ASSIGN(const Selected selected, selectedOf(input, self));
    QS_ASSIGN(auto original, originalOf(input, context));
    const auto names = resultNames(input);
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {"original weight", "weight units", false, false, "weight"};
    plot->y = {"decoded weight", "weight units", false, false, "decoded_weight"};
    plot->valueLabel = "log\u2081\u2080 elements";
    plot->figure = "log_elements";
    std::vector<std::shared_ptr<const Matrix>> decoded;
    DensityAxes axes = finiteRange(original->data());
    for (const auto& r : input.results) {
        QS_ASSIGN(auto m, decodedOf(*r, *original, context));
        const DensityAxes more = finiteRange(m->data());
        axes.low = std::min(axes.low, more.low);
        axes.high = std::max(axes.high, more.high);
        decoded.push_back(std::move(m));
    }
    axes.widen();
    std::string figures;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        const auto x = original->data();
        const auto y = decoded[i]->data();
        QS_ASSIGN(auto grid, density(x.size(), [&](std::size_t k) { return std::pair(x[k], y[k]); }, axes, axes, static_cast<int>(cells), context, keptBy(selected, *original)));
        grid.title = names[i] + " \u00B7 cosine " + formatNumber(input.results[i]->error.cosine(), 5);
        grid.slot = slotOf(input, i);
        figures += (figures.empty() ? "" : ", ") + names[i] + " cosine " + formatNumber(input.results[i]->error.cosine(), 6);
        plot->heat.push_back(std::move(grid));
    }
    if (view == "difference") {
        if (plot->heat.size() < 2) return fail(Error(ErrorCode::Lacking, "a difference needs two results").fix("name two recipes"));
        // log10((1 + count of A) / (1 + count of B)): empty cells count as one element less than one.
        const auto counts = [](float v) { return std::isfinite(v) ? std::pow(10.0, static_cast<double>(v)) : 0.0; };
        HeatGrid d = plot->heat[0];
        for (std::size_t i = 0; i < d.values.size(); ++i) {
            const double a = counts(plot->heat[0].values[i]);
            const double b = counts(plot->heat[1].values[i]);
            if (!d.pale.empty()) d.pale[i] = d.pale[i] && plot->heat[1].pale[i] ? 1 : 0;
            d.values[i] = a == 0 && b == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(std::log10((1 + a) / (1 + b)));
        }
        d.title = "A: " + names[0] + "   B: " + names[1];
        d.slot = 0;
        plot->heat.assign(1, std::move(d));
        plot->scale = ColorScale::Diverging;
        plot->valueLabel = "log\u2081\u2080 (1 + A) / (1 + B)";
        plot->figure = "log_element_ratio";
        plot->notes.push_back("Above 0 A puts more elements there, below 0 B.");
    }
    plot->series.push_back({"decoded = original", SeriesKind::Line, -1, {axes.low, axes.high}, {axes.low, axes.high}, {}, false});
    plot->notes.push_back("All " + formatCount(original->data().size()) + " elements are counted; dashed: decoded = original.");
    if (selected.any()) plot->notes.push_back(selected.note());
    plot->summary = "Decoded against original weights, counts on a " + std::to_string(cells) + " by " + std::to_string(cells) + " grid from "
        + formatNumber(axes.low, 3) + " to " + formatNumber(axes.high, 3) + ": " + figures + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "scatter";
    p.title = "Scatter";
    p.question = "How do decoded weights follow the original ones?";
    p.options = {{"cells", "cells a side", {}, "256"}, {"view", "view", {"results", "difference"}, ""}};
    for (auto& o : selectionOptions()) p.options.push_back(std::move(o));
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerScatter(PlotRegistry& registry);
void registerScatter(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
