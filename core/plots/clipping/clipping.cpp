// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/exec/parallel_for.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::plots {
namespace {

PlotInfo info();

struct Range {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
};

// Per group: from the least to the largest level, over the same of its weights. NaN where the weights are all equal.
Result<std::vector<float>> ratiosOf(const quant::FittedGrid& grid, MatrixView original, const Context& context)
{
    std::vector<Range> weights(static_cast<std::size_t>(grid.groups()));
    for (Index r = 0; r < original.rows; ++r) {
        if (context.stopped()) return cancelled();
        const auto row = original.row(r);
        for (Index c = 0; c < original.cols; ++c) {
            Range& range = weights[static_cast<std::size_t>(grid.groupOf(r, c))];
            const float v = row[static_cast<std::size_t>(c)];
            range.low = std::min(range.low, v);
            range.high = std::max(range.high, v);
        }
    }
    std::vector<float> out(weights.size(), std::numeric_limits<float>::quiet_NaN());
    const bool done = parallelFor(context, grid.groups(), 256, [&](Index begin, Index end) {
        for (Index g = begin; g < end; ++g) {
            const auto levels = grid.levels(g);
            const Range& w = weights[static_cast<std::size_t>(g)];
            if (levels.empty() || !(w.high > w.low)) continue;
            const auto [lo, hi] = std::minmax_element(levels.begin(), levels.end());
            out[static_cast<std::size_t>(g)] = 100 * (*hi - *lo) / (w.high - w.low);
        }
    });
    if (!done) return cancelled();
    return out;
}

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this plot needs a result").fix("name a recipe"));
    const std::string which = optionOf(input, self, "result");
    std::vector<std::size_t> chosen;
    if (which == "all") {
        for (std::size_t i = 0; i < input.results.size(); ++i) chosen.push_back(i);
    } else {
        QS_ASSIGN(const std::int64_t at, integerOf(input, self, "result", 0, static_cast<std::int64_t>(input.results.size()) - 1));
        chosen.push_back(static_cast<std::size_t>(at));
    }
    QS_ASSIGN(const auto original, originalOf(input, context));
    const auto names = resultNames(input);
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {"group along the row", "", false, true, "group"};
    plot->y = {"row of groups", "", false, true, "group"};
    plot->valueLabel = "range of the levels / range of the weights (%)";
    plot->figure = "clip_ratio";
    for (const std::size_t i : chosen) {
        const study::CellResult& result = *input.results[i];
        if (result.foreign) return fail(Error(ErrorCode::Lacking, "values of another checkpoint have no levels of ours").ofTensor(result.tensor).fix("choose a result of a recipe"));
        if (!result.decoder) return fail(Error(ErrorCode::Lacking, "the result was not kept").ofTensor(result.tensor));
        const quant::FittedGrid& grid = result.decoder->grid();
        if (grid.groups() == 0 || grid.levels(0).empty()) return fail(Error(ErrorCode::Lacking, "this recipe has no levels to draw").ofTensor(tensor->name));
        if (result.decoder->rows() != original->rows() || result.decoder->cols() != original->cols())
            return fail(Error(ErrorCode::Mismatch, "the result is of another shape than the tensor").ofTensor(tensor->name));
        if (result.recipe.transform.name != "none")
            return fail(Error(ErrorCode::Lacking, "the levels of this recipe are those of transformed weights").ofTensor(tensor->name).fix("choose a result without a transform"));
        QS_ASSIGN(const auto ratios, ratiosOf(grid, original->view(), context));
        Index rows = 1;
        for (const auto& m : grid.maps())
            if (!m.shared && m.values.size() == ratios.size()) rows = m.rows;
        auto values = std::make_shared<Matrix>(rows, grid.groups() / rows);
        std::copy(ratios.begin(), ratios.end(), values->data().begin());
        std::vector<float> sorted;
        for (const float v : ratios)
            if (std::isfinite(v)) sorted.push_back(v);
        if (sorted.empty()) return fail(Error(ErrorCode::Lacking, "the weights of every group are all equal").ofTensor(tensor->name));
        std::sort(sorted.begin(), sorted.end());
        const auto clipped = static_cast<std::uint64_t>(std::lower_bound(sorted.begin(), sorted.end(), 99.5F) - sorted.begin());
        // A group of equal weights has no ratio: it stands at the median.
        for (float& v : values->data())
            if (!std::isfinite(v)) v = sorted[sorted.size() / 2];
        QS_ASSIGN(HeatGrid heat, gridOf(std::move(values), metrics::CellValue::Mean, context));
        heat.slot = slotOf(input, i);
        if (chosen.size() > 1) heat.title = names[i];
        plot->heat.push_back(std::move(heat));
        const auto percent = [](float v) { return formatNumber(static_cast<double>(v), 3) + " %"; };
        plot->summary += (plot->summary.empty() ? "" : " ") + names[i] + ": levels reach over " + percent(sorted[sorted.size() / 2]) + " of their group's range (median; "
            + percent(sorted.front()) + " to " + percent(sorted.back()) + "), " + formatCount(clipped) + " of " + formatCount(sorted.size()) + " groups are clipped.";
        if (sorted.size() < ratios.size()) plot->notes.push_back(names[i] + ": " + formatCount(ratios.size() - sorted.size()) + " groups of equal weights stand at the median.");
    }
    setRange(*plot, false);
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "clipping";
    p.title = "Clip ratios";
    p.question = "How much of its range does each group keep?";
    p.options = {{"result", "result", {}, "0"}};
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerClipping(PlotRegistry& registry);
void registerClipping(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
