// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/plot_support.h"

#include <cmath>

namespace qs::plots {
namespace {

PlotInfo info();

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    if (input.results.size() < 2) return fail(Error(ErrorCode::Lacking, "a comparison needs two results").fix("name two recipes"));
    const auto most = static_cast<std::int64_t>(input.results.size()) - 1;
    QS_ASSIGN(const std::int64_t a, integerOf(input, self, "a", 0, most));
    QS_ASSIGN(const std::int64_t b, integerOf(input, self, "b", 0, most));
    QS_ASSIGN(const std::string cellName, choiceOf(input, self, "cell"));
    QS_ASSIGN(const std::string limits, choiceOf(input, self, "limits"));
    QS_ASSIGN(auto original, originalOf(input, context));
    const auto names = resultNames(input);
    const std::string& nameA = names[static_cast<std::size_t>(a)];
    const std::string& nameB = names[static_cast<std::size_t>(b)];
    const auto absolute = [](float v, float w) { return std::fabs(v - w); };
    const auto errorOf = [&](std::int64_t i) -> Result<std::shared_ptr<const Matrix>> {
        QS_ASSIGN(auto m, decodedOf(*input.results[static_cast<std::size_t>(i)], *original, context));
        return combine(*m, *original, absolute, context);
    };
    QS_ASSIGN(auto errorA, errorOf(a));
    QS_ASSIGN(auto errorB, errorOf(b));
    QS_ASSIGN(auto gain, metrics::difference(*errorA, *errorB, context));
    std::uint64_t better = 0;
    std::uint64_t worse = 0;
    for (const float v : gain->data()) {
        better += v > 0 ? 1U : 0U;
        worse += v < 0 ? 1U : 0U;
    }
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {"input column", "", false, true, "input_column"};
    plot->y = {"output row", "", false, true, "output_row"};
    plot->scale = ColorScale::Diverging;
    plot->valueLabel = "|e_A| \u2212 |e_B|";
    plot->figure = "error_difference";
    QS_ASSIGN(auto grid, gridOf(gain, cellName == "mean" ? metrics::CellValue::Mean : metrics::CellValue::Peak, context));
    grid.title = "A: " + nameA + "   B: " + nameB;
    plot->heat.push_back(std::move(grid));
    setRange(*plot, limits == "full");
    plot->notes.push_back("Above 0 B is nearer to the original, below 0 A is; both err equally where the paper shows.");
    const auto percent = [&](std::uint64_t n) {
        return formatNumber(100.0 * static_cast<double>(n) / static_cast<double>(std::max<std::size_t>(1, gain->data().size())), 3) + " %";
    };
    plot->summary = "Difference of absolute errors: " + nameB + " is better on " + percent(better) + " of the elements, " + nameA + " on " + percent(worse)
        + "; rms error " + formatError(input.results[static_cast<std::size_t>(a)]->error.rmse()) + " against "
        + formatError(input.results[static_cast<std::size_t>(b)]->error.rmse()) + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "compare";
    p.title = "Difference of errors";
    p.question = "Where is one result better than another?";
    p.options = {{"a", "A", {}, "0"}, {"b", "B", {}, "1"}, {"cell", "a cell shows", {"mean", "peak"}, ""}, {"limits", "colour limits", {"robust", "full"}, ""}};
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerCompare(PlotRegistry& registry);
void registerCompare(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
