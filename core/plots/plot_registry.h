// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/plot_data.h"
#include "core/study/run_cell.h"

#include <functional>
#include <map>
#include <span>

namespace qs::plots {

/// What a plot is made of. Everything is shared and immutable, so that it is made in a worker.
struct PlotInput {
    std::shared_ptr<const io::ModelSource> source;
    std::ptrdiff_t tensor = -1;                                   ///< index in source->tensors; -1: the whole model
    std::shared_ptr<const Matrix> original;                       ///< of `tensor`, where already read; else the plot reads it
    std::vector<std::shared_ptr<const study::CellResult>> results; ///< of this tensor (or of all, for the overview)
    std::vector<int> colorSlots;                                  ///< colour slot of each result (1-based); may be empty
    std::map<std::string, std::string> options;                   ///< by the plot's OptionSpec names
    /// What is known of a layer's inputs; may be empty. Asked in the worker that makes the plot.
    decltype(study::RunOptions::calibrationOf) calibrationOf;
};

/// A choice that a plot offers: becomes a control of its view and an option of `render`.
struct PlotOption {
    std::string name;                 ///< "count"
    std::string title;                ///< "count axis"
    std::vector<std::string> choices; ///< first is the default; empty: free text or number with `preset`
    std::string preset;
};

/// One plot: a folder under core/plots.
struct PlotInfo {
    std::string name;     ///< "distribution"
    std::string title;
    std::string question; ///< what it answers
    std::vector<PlotOption> options;
    bool needsResults = false;
    bool wholeModel = false;
    std::function<Result<std::shared_ptr<const PlotData>>(const PlotInput&, const Context&)> make;
};

class PlotRegistry {
public:
    void add(PlotInfo plot);
    std::span<const PlotInfo> plots() const { return m_plots; }
    const PlotInfo* find(std::string_view name) const;

private:
    std::vector<PlotInfo> m_plots;
};

const PlotRegistry& builtinPlots();

/// An option's value, or its default.
std::string optionOf(const PlotInput& input, const PlotInfo& info, std::string_view name);

/// CSV of a plot's numbers: one block per series or grid, full precision.
std::string toCsv(const PlotData& plot);

struct SvgOptions {
    int width = 960;
    int height = 600;
    bool dark = false;
    bool print = false; ///< printColors(), whatever `dark` says
};
/// The one SVG writer of all plots (report, `render`).
std::string toSvg(const PlotData& plot, const SvgOptions& options);

} // namespace qs::plots
