// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/pyramid/pyramid.h"
#include "core/plots/plot_registry.h"

#include <functional>
#include <optional>

/// What most plots need: the tensor's values, names, options as numbers.
namespace qs::plots {

/// The tensor that the input names. Error NotFound where there is none.
Result<const io::TensorInfo*> tensorOf(const PlotInput& input);
/// The tensor's matrix: the one at hand, or read.
Result<std::shared_ptr<const Matrix>> originalOf(const PlotInput& input, const Context& context);
/// Decoded values of one result, checked against the original's shape.
Result<std::shared_ptr<const Matrix>> decodedOf(const study::CellResult& result, MatrixView original,
                                                const Context& context);
/// Colour slot of result i: as given, or i + 1.
int slotOf(const PlotInput& input, std::size_t i);
/// Names of the results for legends; the same label twice gets the full recipe text.
std::vector<std::string> resultNames(const PlotInput& input);
/// "model.layers.0.self_attn.q_proj.weight · 256×256"
std::string tensorTitle(const io::TensorInfo& tensor);

/// Results that share a recipe, in order of appearance.
struct RecipeGroup {
    std::string name;                 ///< label, unique among the groups
    std::string text;                 ///< CellResult::key(): canonical text
    int slot = 0;
    std::vector<std::size_t> results; ///< indices into PlotInput::results
};
std::vector<RecipeGroup> recipesOf(const PlotInput& input);

/// Most cells along one side of a grid that goes into a picture or a table; the window draws larger ones from pyramids.
inline constexpr int kMostCells = 512;
/// A matrix as a grid of at most kMostCells × kMostCells cells; axes count elements from 0.
Result<HeatGrid> gridOf(std::shared_ptr<const Matrix> values, metrics::CellValue cell, const Context& context);
/// 1st to 99th percentile of all cells of all grids; symmetric about 0 for diverging scales, from 0 where no cell is
/// negative. Sets valueMin and valueMax; `full` takes the extremes instead.
void setRange(PlotData& plot, bool full);
/// Elementwise work in parallel: out[i] = f(a[i], b[i]).
Result<std::shared_ptr<const Matrix>> combine(MatrixView a, MatrixView b, const std::function<float(float, float)>& f,
                                              const Context& context);

/// The range of heat values that is shown: the plot's own, or what its grids hold (diverging: symmetric about 0).
/// Never empty.
struct ValueRange {
    double low = 0, high = 1;
    double dataLow = 0, dataHigh = 0; ///< true extremes of the cells, for the marks at the colour bar's ends
};
ValueRange valueRange(const PlotData& plot);

/// An option as a choice: Usage error where it is none of the plot's.
Result<std::string> choiceOf(const PlotInput& input, const PlotInfo& info, std::string_view name);
/// An option as an integer within [low, high].
Result<std::int64_t> integerOf(const PlotInput& input, const PlotInfo& info, std::string_view name, std::int64_t low,
                               std::int64_t high);

/// Elements of a plot's scope: whole tensor, one row, or one group of a result.
struct Scope {
    enum Kind { Tensor, Row, Group, Region } kind = Tensor;
    Index index = 0;
    std::string text; ///< "" for the tensor, "row 17", "group 203", "rows 0–63, columns 0–127"
    Index row0 = 0, row1 = 0, col0 = 0, col1 = 0; ///< of a region, ends excluded
};
/// "0:64,0:128" as rows 0 to 63 and columns 0 to 127. Usage for anything else.
Result<Scope> parseRegion(const std::string& text);
/// Elements that a selection keeps, from the options "region" ("0:64,0:128") and "range" ("-0.1:0.2", of the original
/// weight): the rest of a plot is drawn pale. Everything where neither is given.
struct Selected {
    std::optional<Scope> region;
    std::optional<std::pair<double, double>> range;
    bool any() const { return region || range; }
    bool holds(Index row, Index col, float weight) const
    {
        if (region && (row < region->row0 || row >= region->row1 || col < region->col0 || col >= region->col1)) return false;
        return !range || (static_cast<double>(weight) >= range->first && static_cast<double>(weight) <= range->second);
    }
    /// "Pale: outside rows 0–63, columns 0–127 and weights from −0.1 to 0.2."
    std::string note() const;
};
/// Usage errors for options that say something else.
Result<Selected> selectedOf(const PlotInput& input, const PlotInfo& info);
/// The two options, for the plot's list.
std::vector<PlotOption> selectionOptions();
/// Takes out the scope's elements of a matrix; `grid` says which elements are the group's.
Result<std::vector<float>> takeScope(MatrixView values, const Scope& scope, const quant::FittedGrid* grid);

} // namespace qs::plots
