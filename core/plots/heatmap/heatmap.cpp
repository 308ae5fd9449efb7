// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/plot_support.h"

#include <cmath>
#include <limits>

namespace qs::plots {
namespace {

PlotInfo info();

// What one element of an error map is.
std::function<float(float, float)> errorOf(const std::string& value)
{
    if (value == "absolute") return [](float v, float w) { return std::fabs(v - w); };
    if (value == "squared") return [](float v, float w) { return (v - w) * (v - w); };
    if (value == "relative")
        return [](float v, float w) { return w == 0 ? std::numeric_limits<float>::quiet_NaN() : std::fabs(v - w) / std::fabs(w); };
    return [](float v, float w) { return v - w; };
}

const char* errorLabel(const std::string& value)
{
    return value == "absolute" ? "|\u0175 \u2212 w|" : value == "squared" ? "(\u0175 \u2212 w)\u00B2"
        : value == "relative"  ? "|\u0175 \u2212 w| / |w|" : "\u0175 \u2212 w";
}

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(std::string show, choiceOf(input, self, "show"));
    QS_ASSIGN(const std::string value, choiceOf(input, self, "value"));
    QS_ASSIGN(const std::string cellName, choiceOf(input, self, "cell"));
    QS_ASSIGN(const std::string limits, choiceOf(input, self, "limits"));
    const auto cell = cellName == "mean" ? metrics::CellValue::Mean
        : cellName == "rms"              ? metrics::CellValue::Rms
                                         : metrics::CellValue::Peak;
    QS_ASSIGN(auto original, originalOf(input, context));
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {"input column", "", false, true, "input_column"};
    plot->y = {"output row", "", false, true, "output_row"};
    if (show != "original" && input.results.empty()) {
        show = "original";
        plot->notes.push_back("No result is chosen: the original is shown.");
    }
    const bool isSigned = show != "error" || value == "signed";
    plot->scale = isSigned && cell != metrics::CellValue::Rms ? ColorScale::Diverging : ColorScale::Sequential;
    const std::string what = show == "original" ? "w" : show == "decoded" ? "\u0175" : errorLabel(value);
    plot->valueLabel = what;
    plot->figure = show == "original" ? "weight" : show == "decoded" ? "decoded_weight" : value == "signed" ? "element_error"
        : value == "absolute" ? "element_abs_error" : value == "squared" ? "element_squared_error" : "element_relative_error";
    std::string figures;
    if (show == "original") {
        QS_ASSIGN(auto grid, gridOf(original, cell, context));
        plot->heat.push_back(std::move(grid));
    } else {
        const auto names = resultNames(input);
        for (std::size_t i = 0; i < input.results.size(); ++i) {
            QS_ASSIGN(auto shown, decodedOf(*input.results[i], *original, context));
            if (show == "error") {
                QS_ASSIGN(shown, combine(*shown, *original, errorOf(value), context));
            }
            QS_ASSIGN(auto grid, gridOf(shown, cell, context));
            grid.title = names[i] + " \u00B7 rel. MSE " + formatError(input.results[i]->error.relativeMse());
            grid.slot = slotOf(input, i);
            plot->heat.push_back(std::move(grid));
            figures += (figures.empty() ? "" : ", ") + names[i] + " relative MSE " + formatError(input.results[i]->error.relativeMse());
        }
    }
    setRange(*plot, limits == "full");
    const HeatGrid& g = plot->heat.front();
    if (g.rows < original->rows() || g.cols < original->cols())
        plot->notes.push_back("A cell covers up to " + std::to_string((original->rows() + g.rows - 1) / g.rows) + " \u00D7 "
                              + std::to_string((original->cols() + g.cols - 1) / g.cols) + " elements and shows "
                              + (cellName == "peak" ? "the one of largest magnitude" : "their " + cellName) + ".");
    const ValueRange range = valueRange(*plot);
    plot->summary = "Heat map of " + what + ", " + std::to_string(original->rows()) + " by " + std::to_string(original->cols()) + " elements, colours from "
        + formatNumber(range.low, 3) + " to " + formatNumber(range.high, 3) + ", cells from " + formatNumber(range.dataLow, 3) + " to "
        + formatNumber(range.dataHigh, 3) + (figures.empty() ? "" : "; " + figures) + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "heatmap";
    p.title = "Heat map";
    p.question = "Where in the matrix are large weights, and where does a recipe err?";
    p.options = {{"show", "show", {"error", "original", "decoded"}, ""},
                 {"value", "error as", {"signed", "absolute", "relative", "squared"}, ""},
                 {"cell", "a cell shows", {"peak", "rms", "mean"}, ""},
                 {"limits", "colour limits", {"robust", "full"}, ""}};
    p.make = make;
    return p;
}

} // namespace

void registerHeatmap(PlotRegistry& registry);
void registerHeatmap(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
