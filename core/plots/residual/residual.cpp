// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/density.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>

namespace qs::plots {
namespace {

PlotInfo info();

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(const std::string against, choiceOf(input, self, "against"));
    QS_ASSIGN(const std::int64_t cells, integerOf(input, self, "cells", 8, kMostCells));
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this plot needs a result").fix("name a recipe"));
    QS_ASSIGN(const Selected selected, selectedOf(input, self));
    QS_ASSIGN(auto original, originalOf(input, context));
    const auto names = resultNames(input);
    const bool magnitude = against == "magnitude";
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {magnitude ? "magnitude of the original |w|" : "original weight w", "weight units", false, false, magnitude ? "magnitude" : "weight"};
    plot->y = {"error \u0175 \u2212 w", "weight units", false, false, "element_error"};
    plot->valueLabel = "log\u2081\u2080 elements";
    plot->figure = "log_elements";
    const DensityAxes whole = finiteRange(original->data());
    DensityAxes x = magnitude ? DensityAxes{0, std::max(std::fabs(whole.low), std::fabs(whole.high))} : whole;
    x.widen();
    if (magnitude) x.low = 0;
    DensityAxes y;
    std::vector<std::shared_ptr<const Matrix>> errors;
    for (const auto& r : input.results) {
        QS_ASSIGN(auto decoded, decodedOf(*r, *original, context));
        QS_ASSIGN(auto error, metrics::difference(*decoded, *original, context));
        const DensityAxes range = finiteRange(error->data());
        y.high = std::max({y.high, std::fabs(range.low), std::fabs(range.high)});
        errors.push_back(std::move(error));
    }
    y.low = -y.high;
    y.widen();
    std::string figures;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const auto w = original->data();
        const auto e = errors[i]->data();
        QS_ASSIGN(auto grid, density(w.size(), [&](std::size_t k) { return std::pair(magnitude ? std::fabs(w[k]) : w[k], e[k]); }, x, y,
                                     static_cast<int>(cells), context, keptBy(selected, *original)));
        const auto& error = input.results[i]->error;
        grid.title = names[i] + " \u00B7 max |e| " + formatError(error.maxAbs);
        grid.slot = slotOf(input, i);
        figures += (figures.empty() ? "" : ", ") + names[i] + " rms " + formatError(error.rmse()) + " and at most " + formatError(error.maxAbs);
        plot->heat.push_back(std::move(grid));
    }
    plot->series.push_back({"no error", SeriesKind::Line, -1, {x.low, x.high}, {0, 0}, {}, false});
    plot->notes.push_back("All " + formatCount(original->data().size()) + " elements are counted; dashed: no error.");
    if (selected.any()) plot->notes.push_back(selected.note());
    plot->summary = "Error against the " + std::string(magnitude ? "magnitude of the original weight" : "original weight") + ": " + figures + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "residual";
    p.title = "Residual";
    p.question = "Which weights carry the error: small or large ones?";
    p.options = {{"against", "against", {"magnitude", "weight"}, ""}, {"cells", "cells a side", {}, "256"}};
    for (auto& o : selectionOptions()) p.options.push_back(std::move(o));
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerResidual(PlotRegistry& registry);
void registerResidual(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
