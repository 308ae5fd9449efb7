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
    QS_ASSIGN(std::string of, choiceOf(input, self, "of"));
    QS_ASSIGN(const std::string along, choiceOf(input, self, "along"));
    QS_ASSIGN(const std::string figure, choiceOf(input, self, "figure"));
    QS_ASSIGN(auto original, originalOf(input, context));
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    if (of != "original" && input.results.empty()) {
        of = "original";
        plot->notes.push_back("No result is chosen: the original is shown.");
    }
    const bool rows = along == "row";
    const std::string what = of == "error" ? "error" : of == "decoded" ? "decoded weights" : "weights";
    plot->x = {rows ? "output row" : "input column", "", false, true, rows ? "output_row" : "input_column"};
    plot->y = {(figure == "max" ? "largest |.| of the " : figure + " of the ") + what, "weight units", false, false, figure == "max" ? "row_max" : figure == "mean" ? "row_mean" : "rms"};
    bool thinned = false;
    std::string figures;
    const auto add = [&](std::shared_ptr<const Matrix> values, const std::string& name, int slot) -> Status {
        QS_ASSIGN(auto pyramid, metrics::buildPyramid(std::move(values), context));
        const metrics::Profile& p = rows ? pyramid->byRow : pyramid->byCol;
        const auto& y = figure == "mean" ? p.mean : figure == "max" ? p.peak : p.rms;
        Series s;
        s.name = name;
        s.slot = slot;
        const std::size_t step = (y.size() + kMostPoints - 1) / kMostPoints;
        thinned = thinned || step > 1;
        std::size_t worst = 0;
        for (std::size_t i = 0; i < y.size(); i += std::max<std::size_t>(1, step)) {
            std::size_t best = i; // of neighbours the one that stands out
            for (std::size_t k = i; k < std::min(y.size(), i + step); ++k)
                if (std::fabs(y[k]) > std::fabs(y[best])) best = k;
            if (std::fabs(y[best]) > std::fabs(y[worst])) worst = best;
            s.x.push_back(static_cast<double>(best));
            s.y.push_back(static_cast<double>(y[best]));
        }
        if (!y.empty())
            figures += (figures.empty() ? "" : "; ") + name + " is largest at " + (rows ? "row " : "column ") + std::to_string(worst) + " with "
                + formatError(static_cast<double>(y[worst]));
        plot->series.push_back(std::move(s));
        return {};
    };
    if (of == "original") {
        QS_TRY(add(original, "original", 0));
    } else {
        const auto names = resultNames(input);
        for (std::size_t i = 0; i < input.results.size(); ++i) {
            QS_ASSIGN(auto m, decodedOf(*input.results[i], *original, context));
            if (of == "error") {
                QS_ASSIGN(m, metrics::difference(*m, *original, context));
            }
            QS_TRY(add(std::move(m), names[i], slotOf(input, i)));
        }
    }
    if (thinned) plot->notes.push_back("Of neighbouring " + along + "s the one of largest figure is drawn.");
    plot->summary = "Profile by " + along + ", " + figure + " of the " + what + ": " + figures + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "profile";
    p.title = "Profile";
    p.question = "Which rows or columns stand out?";
    p.options = {{"of", "of", {"error", "original", "decoded"}, ""},
                 {"along", "per", {"column", "row"}, ""},
                 {"figure", "figure", {"rms", "mean", "max"}, ""}};
    p.make = make;
    return p;
}

} // namespace

void registerProfile(PlotRegistry& registry);
void registerProfile(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
