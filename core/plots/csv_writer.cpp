// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/plot_registry.h"

#include <cmath>

namespace qs::plots {
namespace {

// RFC 4180: quoted where needed, quotes doubled; control characters shown escaped, so that a name stays on its line.
std::string field(const std::string& raw)
{
    const std::string text = escapeText(raw);
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string axisName(const Axis& axis) { return axis.unit.empty() ? axis.label : axis.label + " (" + axis.unit + ")"; }

std::string number(double v) { return std::isnan(v) ? "" : exactNumber(v); }

const char* kindName(SeriesKind kind)
{
    switch (kind) {
    case SeriesKind::Line: return "line";
    case SeriesKind::Steps: return "steps";
    case SeriesKind::Bars: return "bars";
    case SeriesKind::Points: return "points";
    case SeriesKind::Stems: return "stems";
    }
    return "";
}

void appendSeries(std::string& out, const PlotData& plot, const Series& s)
{
    out += "# series," + field(s.name) + "," + kindName(s.kind) + "\n";
    const bool edges = s.kind == SeriesKind::Steps || s.kind == SeriesKind::Bars;
    const std::string x = axisName(plot.x);
    if (edges) out += field(x + " from") + "," + field(x + " to");
    else out += field(x);
    out += "," + field(s.kind == SeriesKind::Stems ? "share of the most used level" : axisName(plot.y));
    if (!s.labels.empty()) out += ",name";
    out += "\n";
    for (std::size_t i = 0; i < s.y.size(); ++i) {
        out += number(s.x[i]);
        if (edges) out += "," + number(s.x[i + 1]);
        out += "," + number(s.y[i]);
        if (!s.labels.empty()) out += "," + field(i < s.labels.size() ? s.labels[i] : "");
        out += "\n";
    }
    out += "\n";
}

void appendGrid(std::string& out, const PlotData& plot, const HeatGrid& g)
{
    out += "# grid," + field(g.title.empty() ? plot.valueLabel : g.title) + "," + field(plot.valueLabel) + "\n";
    // the centre of each column, or its name; the first column is the row's
    out += field(axisName(plot.y) + " / " + axisName(plot.x));
    const auto centre = [](double from, double to, int i, int n) { return from + (to - from) * (i + 0.5) / n; };
    for (int c = 0; c < g.cols; ++c)
        out += "," + (g.colLabels.empty() ? number(centre(g.xMin, g.xMax, c, g.cols)) : field(g.colLabels[static_cast<std::size_t>(c)]));
    out += "\n";
    for (int r = 0; r < g.rows; ++r) {
        out += g.rowLabels.empty() ? number(centre(g.yMin, g.yMax, r, g.rows)) : field(g.rowLabels[static_cast<std::size_t>(r)]);
        for (int c = 0; c < g.cols; ++c)
            out += "," + number(static_cast<double>(g.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(c)]));
        out += "\n";
    }
    out += "\n";
}

} // namespace

std::string toCsv(const PlotData& plot)
{
    std::string out = "# plot," + field(plot.id) + "\n# title," + field(plot.title) + "\n# summary," + field(plot.summary) + "\n";
    for (const auto& note : plot.notes) out += "# note," + field(note) + "\n";
    out += "\n";
    for (const auto& s : plot.series) appendSeries(out, plot, s);
    for (const auto& g : plot.heat) appendGrid(out, plot, g);
    return out;
}

} // namespace qs::plots
