// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>

namespace qs::plots {
namespace {

constexpr std::size_t kMostPoints = 2048;

PlotInfo info();

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(const std::string figure, choiceOf(input, self, "figure"));
    if (!input.calibrationOf) return fail(Error(ErrorCode::Lacking, "this plot needs the inputs of the layer").fix("open a calibration file"));
    QS_ASSIGN(const auto known, input.calibrationOf(*input.source, *tensor));
    if (context.stopped()) return cancelled();
    if (!known) return fail(Error(ErrorCode::Lacking, "the calibration file knows nothing of this layer").ofTensor(tensor->name));
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {"input column", "", false, true, "input_column"};
    plot->y = {"inputs x", "activation units", false, false, "inputs"};
    bool thinned = false;
    std::string figures;
    const auto add = [&](const std::vector<float>& values, const char* name, int slot) {
        if (values.empty()) return;
        Series s;
        s.name = name;
        s.slot = slot;
        const std::size_t step = std::max<std::size_t>(1, (values.size() + kMostPoints - 1) / kMostPoints);
        thinned = thinned || step > 1;
        for (std::size_t i = 0; i < values.size(); i += step) {
            const auto end = std::min(values.size(), i + step);
            const auto best = std::max_element(values.begin() + static_cast<std::ptrdiff_t>(i), values.begin() + static_cast<std::ptrdiff_t>(end));
            s.x.push_back(static_cast<double>(best - values.begin()));
            s.y.push_back(static_cast<double>(*best));
        }
        const auto top = std::max_element(values.begin(), values.end());
        std::vector<float> sorted = values;
        std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
        const auto median = static_cast<double>(sorted[sorted.size() / 2]);
        figures += (figures.empty() ? "" : "; ") + s.name + " is largest in column " + std::to_string(top - values.begin()) + " with "
            + formatNumber(static_cast<double>(*top), 3) + (median > 0 ? ", " + formatNumber(static_cast<double>(*top) / median, 3) + " times the median" : "");
        plot->series.push_back(std::move(s));
    };
    const bool all = figure == "all";
    if (all || figure == "max") add(known->maxAbs, "max |x|", all ? -1 : 0);
    if (all || figure == "rms") {
        std::vector<float> rms;
        for (const float v : known->meanSquare) rms.push_back(std::sqrt(v));
        if (rms.empty() && !known->sigma.empty()) {
            const auto in = static_cast<std::size_t>(known->inputs);
            for (std::size_t i = 0; i < in; ++i) rms.push_back(static_cast<float>(std::sqrt(std::max(0.0, known->sigma[i * in + i]))));
            plot->notes.push_back("The file does not tell the number of tokens: rms x is \u221A(diag \u03A3).");
        }
        add(rms, "rms x", all ? 1 : 0);
    }
    if (all || figure == "mean") add(known->meanAbs, "mean |x|", 0);
    if (plot->series.empty())
        return fail(Error(ErrorCode::Lacking, "the calibration file does not hold this figure of the layer").ofTensor(tensor->name));
    // Outlier channels are orders larger than the rest; an input that is never read has no place on such an axis.
    plot->y.log = std::all_of(plot->series.begin(), plot->series.end(), [](const Series& s) { return std::all_of(s.y.begin(), s.y.end(), [](double v) { return v > 0; }); });
    if (thinned) plot->notes.push_back("Of neighbouring columns the one of largest figure is drawn.");
    plot->summary = "Inputs of the layer by column: " + figures + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "activations";
    p.title = "Inputs of the layer";
    p.question = "Which input channels are large on the calibration text?";
    p.options = {{"figure", "figure", {"all", "rms", "mean", "max"}, ""}};
    p.make = make;
    return p;
}

} // namespace

void registerActivations(PlotRegistry& registry);
void registerActivations(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
