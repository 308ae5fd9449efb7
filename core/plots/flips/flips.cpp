// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/exec/parallel_for.h"
#include "core/plots/plot_support.h"
#include "core/quant/input_rows.h"
#include "core/quant/registry.h"

#include <algorithm>
#include <cmath>

namespace qs::plots {
namespace {

PlotInfo info();

// Per weight 0 where it takes the nearest of its group's levels, 1 where it takes a higher one, −1 a lower one. Weights that a residual
// keeps count as 0.
Result<std::shared_ptr<const Matrix>> flipsOf(const study::CellResult& result, MatrixView original, const Context& context)
{
    const quant::Decoder& decoder = *result.decoder;
    const quant::QuantizedTensor& artefact = decoder.artefact();
    const quant::FittedGrid& grid = decoder.grid();
    if (decoder.rows() != original.rows || decoder.cols() != original.cols)
        return fail(Error(ErrorCode::Mismatch, "the result is of another shape than the tensor").ofTensor(result.tensor));
    const auto& registry = quant::builtinRegistry();
    std::unique_ptr<quant::Transform> transform;
    std::unique_ptr<quant::Residual> residual;
    if (artefact.recipe.transform.name != "none") {
        QS_ASSIGN(transform, registry.part(quant::PartKind::Transform, artefact.recipe.transform.name)->makeTransform(artefact.recipe.transform.values));
    }
    if (artefact.recipe.residual.name != "none") {
        QS_ASSIGN(residual, registry.part(quant::PartKind::Residual, artefact.recipe.residual.name)->makeResidual(artefact.recipe.residual.values));
    }
    auto out = std::make_shared<Matrix>(original.rows, original.cols);
    quant::FirstError failure;
    const bool done = parallelFor(context, original.rows, 16, [&](Index begin, Index end) {
        const auto n = static_cast<std::size_t>(original.cols);
        std::vector<float> row(n);
        std::vector<std::uint8_t> removed(n);
        std::vector<std::uint8_t> nearest(n);
        std::vector<std::uint8_t> taken(n);
        std::vector<float> atNearest(n);
        std::vector<float> atTaken(n);
        for (Index r = begin; r < end; ++r) {
            std::copy_n(original.row(r).begin(), n, row.begin());
            for (float& v : row)
                if (!std::isfinite(v)) v = 0;
            std::fill(removed.begin(), removed.end(), std::uint8_t(0));
            if (residual) residual->takeRows(artefact.arrays, r, original.cols, row, removed);
            if (transform) {
                if (auto ok = transform->applyRows(artefact.arrays, original.cols, row); !ok) {
                    failure.take(std::move(ok));
                    return;
                }
            }
            grid.nearest(r, 0, row, nearest);
            decoder.codesRow(r, taken);
            grid.decode(r, 0, nearest, atNearest);
            grid.decode(r, 0, taken, atTaken);
            const bool keepsPlaces = !transform || transform->keepsPlaces();
            for (std::size_t c = 0; c < n; ++c) {
                const bool kept = keepsPlaces && removed[c] != 0;
                out->row(r)[c] = kept || atTaken[c] == atNearest[c] ? 0.0F : atTaken[c] > atNearest[c] ? 1.0F : -1.0F;
            }
        }
    });
    if (!done) return cancelled();
    QS_TRY(failure.state());
    return std::shared_ptr<const Matrix>(out);
}

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(const std::string show, choiceOf(input, self, "show"));
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
    const bool direction = show == "direction";
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {"input column", "", false, true, "input_column"};
    plot->y = {"output row", "", false, true, "output_row"};
    plot->scale = direction ? ColorScale::Diverging : ColorScale::Sequential;
    plot->valueLabel = direction ? "weights at a higher level less those at a lower one (%)" : "weights off the nearest level (%)";
    plot->figure = direction ? "flip_direction" : "flip_share";
    for (const std::size_t i : chosen) {
        const study::CellResult& result = *input.results[i];
        if (result.foreign) return fail(Error(ErrorCode::Lacking, "values of another checkpoint have no levels of ours").ofTensor(result.tensor).fix("choose a result of a recipe"));
        if (!result.decoder) return fail(Error(ErrorCode::Lacking, "the result was not kept").ofTensor(result.tensor));
        if (result.decoder->grid().groups() == 0 || result.decoder->grid().levels(0).empty())
            return fail(Error(ErrorCode::Lacking, "this recipe has no levels to draw").ofTensor(tensor->name));
        QS_ASSIGN(const auto flips, flipsOf(result, original->view(), context));
        std::uint64_t up = 0;
        std::uint64_t down = 0;
        auto shown = std::make_shared<Matrix>(flips->rows(), flips->cols());
        for (std::size_t k = 0; k < flips->data().size(); ++k) {
            const float v = flips->data()[k];
            up += v > 0 ? 1U : 0U;
            down += v < 0 ? 1U : 0U;
            shown->data()[k] = 100 * (direction ? v : std::abs(v));
        }
        QS_ASSIGN(HeatGrid heat, gridOf(std::move(shown), metrics::CellValue::Mean, context));
        heat.slot = slotOf(input, i);
        if (chosen.size() > 1) heat.title = names[i];
        plot->heat.push_back(std::move(heat));
        const auto percent = [&](std::uint64_t n) { return formatNumber(100 * static_cast<double>(n) / static_cast<double>(flips->data().size()), 3) + " %"; };
        plot->summary += (plot->summary.empty() ? "" : " ") + names[i] + ": " + percent(up + down) + " of the weights do not take the nearest level of their group, "
            + percent(up) + " a higher and " + percent(down) + " a lower one.";
    }
    plot->notes.push_back("Against rounding to the nearest of the result's own levels; weights that a residual keeps are never counted.");
    setRange(*plot, true);
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "flips";
    p.title = "Flipped weights";
    p.question = "Which weights does the method round to another level than the nearest?";
    p.options = {{"show", "show", {"share", "direction"}, ""}, {"result", "result", {}, "0"}};
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerFlips(PlotRegistry& registry);
void registerFlips(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
