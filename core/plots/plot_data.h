// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// What a plot says, without any toolkit: the window draws it with QCustomPlot, the report and the command line as SVG,
/// and its numbers are its CSV.
namespace qs::plots {

enum class SeriesKind {
    Line,    ///< y over x
    Steps,   ///< histogram outline: x are n+1 edges, y n heights
    Bars,    ///< histogram bars without outlines: x are n+1 edges, y n heights
    Points,  ///< markers at (x, y)
    Stems    ///< marks under the axis at x, length y in [0, 1] (usage); drawn below the zero line
};

/// Who a series belongs to decides its colour: 0 is the original (neutral grey), k >= 1 is the recipe with slot k
/// (colour and marker of window.md §4), -1 a reference (thin, dashed, secondary text colour).
struct Series {
    std::string name;
    SeriesKind kind = SeriesKind::Line;
    int slot = 0;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<std::string> labels; ///< one per point where points have names (rate–distortion); may be empty
    bool emphasis = false;           ///< drawn heavier (a Pareto front)
    bool isPale = false;             ///< of everything, beside a curve of the selected elements
    std::vector<std::uint8_t> pale = {}; ///< of stems: 1 where nothing selected lies; empty: nowhere
};

enum class ColorScale { Sequential, Diverging };

/// A grid of values, row 0 on top. NaN cells are left blank.
struct HeatGrid {
    std::string title;               ///< small multiple's title; empty for a single grid
    int slot = 0;
    int rows = 0;
    int cols = 0;
    std::vector<float> values;       ///< row-major
    double xMin = 0, xMax = 0;       ///< data coordinates of the outer edges (columns)
    double yMin = 0, yMax = 0;       ///< of rows; yMin is the top
    std::vector<std::string> rowLabels; ///< empty, or one per row
    std::vector<std::string> colLabels;
    std::vector<std::int64_t> tensors;  ///< tensor behind each cell as its index in the source, -1: none; empty: not of tensors
    std::vector<std::uint8_t> pale = {}; ///< 1: a cell without selected elements, drawn pale; empty: none
    std::vector<int> colSlots = {};     ///< whose column it is, where columns are recipes; may be empty
};

struct Axis {
    std::string label;               ///< "weight"
    std::string unit;                ///< "bits/weight", "dB"; empty: no unit (dimensionless)
    bool log = false;
    bool integer = false;
    std::string figure = {};         ///< what its numbers are, by name: the window explains them ("relative_mse"); empty: names
};

/// One plot. All heat grids share one colour scale.
struct PlotData {
    std::string id;                  ///< folder name: "distribution"
    std::string title;               ///< "model.layers.0.self_attn.q_proj.weight · 256×256"
    std::string summary;             ///< one sentence for screen readers and tests, with numbers
    Axis x, y;
    std::vector<Series> series;
    std::vector<HeatGrid> heat;
    ColorScale scale = ColorScale::Sequential;
    std::string valueLabel;          ///< what heat values are: "|ŵ − w|"
    std::string figure;              ///< what heat values are, by name, as Axis::figure
    int better = 0;                  ///< of heat values: -1 lower is better, 1 higher, 0 neither
    double valueMin = 0, valueMax = 0; ///< shown range; equal: from the data (diverging: symmetric about 0)
    std::vector<std::string> notes;  ///< lines under the plot: reference parameters, counts left out
};

} // namespace qs::plots
