// SPDX-License-Identifier: GPL-3.0-or-later
// The one SVG writer: curves on axes, grids of colours, or grids with a strip of levels below.
#include "core/base/format.h"
#include "core/plots/color_map.h"
#include "core/plots/plot_support.h"
#include "core/plots/svg_canvas.h"
#include "core/plots/ticks.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::plots {
namespace {

constexpr double kFontSize = 12;
constexpr double kSmall = 11;

std::string axisTitle(const Axis& a) { return a.unit.empty() ? a.label : a.label + " (" + a.unit + ")"; }

// One axis: data to pixels.
struct Scale {
    double low = 0, high = 1, from = 0, to = 1;
    bool log = false;
    double operator()(double v) const
    {
        if (log) return from + (to - from) * (std::log(std::max(v, low * 1e-3)) - std::log(low)) / (std::log(high) - std::log(low));
        return from + (to - from) * (v - low) / (high - low);
    }
};

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void add(double v, bool log)
    {
        if (!std::isfinite(v) || (log && v <= 0)) return;
        low = std::min(low, v);
        high = std::max(high, v);
    }
    bool empty() const { return !(low <= high); }
};

class Writer {
public:
    Writer(const PlotData& plot, const SvgOptions& options)
        : m_plot(plot), m_dark(options.dark && !options.print), m_theme(options.print ? printColors() : themeColors(options.dark)), m_width(options.width),
          m_height(options.height), m_canvas(options.width, options.height, m_theme.base, plot.title, plot.summary)
    {
    }

    std::string write()
    {
        double top = 14;
        if (!m_plot.title.empty()) {
            m_canvas.text(16, top + 12, elided(m_plot.title, 14, m_width - 32), {m_theme.text, 14, Anchor::Start, true});
            top += 26;
        }
        double bottom = m_height - 12;
        std::vector<std::string> lines;
        for (const auto& note : m_plot.notes)
            for (auto& part : wrapped(note, m_width - 32)) lines.push_back(std::move(part));
        bottom -= 16 * static_cast<double>(lines.size());
        for (std::size_t i = 0; i < lines.size(); ++i)
            m_canvas.text(16, bottom + 16 * static_cast<double>(i) + 10, lines[i], {m_theme.secondary, kSmall});
        Box area{16, top, m_width - 32.0, bottom - top - 6};
        if (m_plot.heat.empty()) curves(area);
        else heat(area);
        return m_canvas.finish();
    }

private:
    std::vector<std::string> wrapped(const std::string& text, double width) const
    {
        std::vector<std::string> out{""};
        std::size_t at = 0;
        while (at < text.size()) {
            std::size_t end = text.find(' ', at);
            if (end == std::string::npos) end = text.size();
            const std::string word = text.substr(at, end - at);
            if (!out.back().empty() && textWidth(out.back() + " " + word, kSmall) > width) out.emplace_back();
            out.back() += (out.back().empty() ? "" : " ") + word;
            at = end + 1;
        }
        return out;
    }

    Rgb colorOf(const Series& s) const { return recipeStyle(s.slot, m_dark).color; }

    Stroke strokeOf(const Series& s) const
    {
        const RecipeStyle style = recipeStyle(s.slot, m_dark);
        return {style.color, s.slot < 0 || s.isPale ? 1.0 : s.emphasis ? 2.2 : 1.5, style.dash, s.isPale ? 0.35 : 1.0};
    }

    static bool hasEdges(const Series& s) { return s.kind == SeriesKind::Steps || s.kind == SeriesKind::Bars; }

    // ---- curves ----

    void curves(Box area)
    {
        std::vector<const Series*> plain;
        std::vector<const Series*> stems;
        for (const auto& s : m_plot.series) (s.kind == SeriesKind::Stems ? stems : plain).push_back(&s);
        const bool lines = std::all_of(plain.begin(), plain.end(), [](const Series* s) { return s->kind == SeriesKind::Line; });
        const bool direct = lines && plain.size() <= 4 && plain.size() > 0;
        double right = 16;
        if (direct) {
            for (const Series* s : plain) right = std::max(right, textWidth(s->name, kSmall) + 14);
            right = std::min(right, area.w * 0.3);
        } else {
            area = legend(area, m_plot.series);
        }
        const double stemRow = 18;
        const double stemHeight = stems.empty() ? 0 : 10 + stemRow * static_cast<double>(stems.size());
        Range xr;
        Range yr;
        ranges(m_plot.series, xr, yr);
        const double bottomSpace = 44 + stemHeight;
        Scale y{0, 1, area.bottom() - bottomSpace, area.y + 8, m_plot.y.log};
        Ticks yTicks = fit(y, yr, static_cast<int>(std::clamp((y.from - y.to) / 56, 2.0, 8.0)), m_plot.y.integer);
        double left = 30;
        for (const auto& l : yTicks.labels) left = std::max(left, textWidth(l, kSmall) + 12 + 22);
        Scale x{0, 1, area.x + left, area.right() - right, m_plot.x.log};
        const bool exactX = std::any_of(plain.begin(), plain.end(), [](const Series* s) { return hasEdges(*s); })
            || (lines && !plain.empty());
        Ticks xTicks = fit(x, xr, static_cast<int>(std::clamp((x.to - x.from) / 90, 2.0, 12.0)), m_plot.x.integer, exactX);
        const Box inner{x.from, y.to, x.to - x.from, y.from - y.to};
        gridLines(inner, y, yTicks);
        m_canvas.beginClip({inner.x, inner.y - 2, inner.w, inner.h + 2.5});
        for (const Series* s : plain) draw(*s, x, y);
        m_canvas.endClip();
        if (direct) directLabels(plain, x, y, inner);
        pointLabels(plain, x, y, inner);
        double base = inner.bottom();
        if (!stems.empty()) {
            drawStems(stems, x, base + 8, stemRow, inner);
            base += stemHeight;
        }
        xAxis(inner, base, x, xTicks, axisTitle(m_plot.x));
        yAxis(inner, y, yTicks, axisTitle(m_plot.y), area.x + 11);
    }

    void ranges(const std::vector<Series>& all, Range& xr, Range& yr) const
    {
        for (const auto& s : all) {
            const bool stems = s.kind == SeriesKind::Stems;
            if (s.slot < 0 && all.size() > 1 && s.kind == SeriesKind::Line) { // references do not stretch the axes
                for (const double v : s.y)
                    if (!m_plot.y.log) yr.add(v, false);
                continue;
            }
            for (const double v : s.x) xr.add(v, m_plot.x.log);
            if (stems) continue;
            for (const double v : s.y) yr.add(v, m_plot.y.log);
            if (hasEdges(s) && !m_plot.y.log) yr.add(0, false);
        }
        if (xr.empty()) xr = {0, 1};
        if (yr.empty()) yr = m_plot.y.log ? Range{1, 10} : Range{0, 1};
    }

    // Sets the scale's limits for a range of data and gives its ticks.
    Ticks fit(Scale& s, Range r, int wanted, bool integer, bool exact = false) const
    {
        if (s.log) {
            const bool counts = std::any_of(m_plot.series.begin(), m_plot.series.end(), [](const Series& q) { return hasEdges(q); });
            s.low = counts && r.low >= 1 ? 0.7 : r.low / 1.15;
            s.high = r.high * (counts ? 1.6 : 1.15);
            if (s.high <= s.low * 1.01) s.high = s.low * 10;
            return logTicks(s.low, s.high, wanted);
        }
        s.low = r.low;
        s.high = r.high;
        if (exact && s.high > s.low) return linearTicks(s.low, s.high, wanted, integer);
        const double pad = (s.high - s.low) * 0.04;
        if (s.low < 0 || s.low > 0) s.low -= pad;
        if (s.high > 0 || s.high < 0) s.high += pad;
        if (!(s.high > s.low)) niceRange(s.low, s.high, wanted);
        return linearTicks(s.low, s.high, wanted, integer);
    }

    void gridLines(const Box& inner, const Scale& y, const Ticks& ticks)
    {
        for (const double v : ticks.at) {
            const double at = std::round(y(v)) + 0.5;
            if (at > inner.bottom() - 1) continue;
            m_canvas.line(inner.x, at, inner.right(), at, {m_theme.hairline, 0.6});
        }
    }

    void xAxis(const Box& inner, double base, const Scale& x, const Ticks& ticks, const std::string& title)
    {
        const Stroke axis{m_theme.secondary, 1};
        const double at = std::round(base) + 0.5;
        m_canvas.line(inner.x, at, inner.right(), at, axis);
        for (const double v : ticks.minor) m_canvas.line(x(v), at, x(v), at + 2.5, axis);
        for (std::size_t i = 0; i < ticks.at.size(); ++i) {
            const double p = x(ticks.at[i]);
            m_canvas.line(p, at, p, at + 4.5, axis);
            m_canvas.text(p, at + 17, ticks.labels[i], {m_theme.secondary, kSmall, Anchor::Middle});
        }
        m_canvas.text(inner.x + inner.w / 2, at + 35, title, {m_theme.text, kFontSize, Anchor::Middle});
    }

    void yAxis(const Box& inner, const Scale& y, const Ticks& ticks, const std::string& title, double titleX)
    {
        const Stroke axis{m_theme.secondary, 1};
        const double at = std::round(inner.x) + 0.5;
        m_canvas.line(at, inner.y, at, inner.bottom(), axis);
        for (const double v : ticks.minor) m_canvas.line(at - 2.5, y(v), at, y(v), axis);
        for (std::size_t i = 0; i < ticks.at.size(); ++i) {
            const double p = y(ticks.at[i]);
            m_canvas.line(at - 4.5, p, at, p, axis);
            m_canvas.text(at - 8, p + 4, ticks.labels[i], {m_theme.secondary, kSmall, Anchor::End});
        }
        m_canvas.text(titleX, inner.y + inner.h / 2, title, {m_theme.text, kFontSize, Anchor::Middle, false, -90});
    }

    void draw(const Series& s, const Scale& x, const Scale& y)
    {
        std::vector<std::pair<double, double>> points;
        const double floor = y.log ? y.from + 4 : y(std::max(0.0, y.low));
        const auto height = [&](double v) { return y.log && !(v > 0) ? floor : y(v); };
        switch (s.kind) {
        case SeriesKind::Bars:
        case SeriesKind::Steps: {
            if (s.x.size() != s.y.size() + 1 || s.y.empty()) return;
            const bool bars = s.kind == SeriesKind::Bars;
            points.emplace_back(x(s.x.front()), floor);
            for (std::size_t i = 0; i < s.y.size(); ++i) {
                points.emplace_back(x(s.x[i]), height(s.y[i]));
                points.emplace_back(x(s.x[i + 1]), height(s.y[i]));
            }
            points.emplace_back(x(s.x.back()), floor);
            if (bars) m_canvas.area(points, s.slot == 0 ? m_theme.faint : colorOf(s), s.slot == 0 ? 1 : 0.5);
            else m_canvas.polyline(points, {colorOf(s), s.emphasis ? 1.8 : 1.2, recipeStyle(s.slot, m_dark).dash});
            break;
        }
        case SeriesKind::Line:
            for (std::size_t i = 0; i < s.x.size() && i < s.y.size(); ++i) {
                const bool drawn = std::isfinite(s.x[i]) && std::isfinite(s.y[i]) && (!y.log || s.y[i] > 0) && (!x.log || s.x[i] > 0);
                if (drawn) points.emplace_back(x(s.x[i]), y(s.y[i]));
                if (!drawn || i + 1 == s.x.size()) {
                    m_canvas.polyline(points, strokeOf(s));
                    points.clear();
                }
            }
            break;
        case SeriesKind::Points:
            for (std::size_t i = 0; i < s.x.size() && i < s.y.size(); ++i)
                if (std::isfinite(s.x[i]) && std::isfinite(s.y[i]))
                    m_canvas.marker(recipeStyle(s.slot, m_dark).marker, x(s.x[i]), y(s.y[i]),
                                    s.x.size() > 200 ? 1.6 : s.emphasis ? 5 : 4, colorOf(s));
            break;
        case SeriesKind::Stems: break;
        }
    }

    // One row a recipe: a tick for each level, hanging from the row's line, as long as its use.
    void drawStems(const std::vector<const Series*>& stems, const Scale& x, double top, double row, const Box& inner)
    {
        for (std::size_t k = 0; k < stems.size(); ++k) {
            const double y0 = top + row * static_cast<double>(k);
            m_canvas.line(inner.x, y0, inner.right(), y0, {m_theme.hairline, 0.8});
            m_canvas.beginClip({inner.x - 1, y0 - 1, inner.w + 2, row});
            for (std::size_t i = 0; i < stems[k]->x.size(); ++i) {
                const double p = x(stems[k]->x[i]);
                const double length = std::clamp(stems[k]->y[i], 0.0, 1.0) * (row - 4);
                if (stems[k]->y[i] <= 0) m_canvas.marker(Marker::Cross, p, y0 + 4, 2.5, m_theme.secondary); // dead level
                else m_canvas.line(p, y0, p, y0 + std::max(1.5, length), {colorOf(*stems[k]), 1.5, Dash::Solid, i < stems[k]->pale.size() && stems[k]->pale[i] ? kPale : 1.0});
            }
            m_canvas.endClip();
        }
    }

    Box legend(Box area, const std::vector<Series>& all)
    {
        std::vector<const Series*> shown;
        for (const auto& s : all)
            if (s.kind != SeriesKind::Stems && !s.name.empty() && (s.kind != SeriesKind::Points || s.labels.empty())) shown.push_back(&s);
        if (shown.size() < 2 && (shown.empty() || shown[0]->slot == 0)) return area;
        double x = area.x;
        double y = area.y + 8;
        for (const Series* s : shown) {
            const std::string name = elided(s->name, kSmall, area.w / 2);
            const double w = 24 + textWidth(name, kSmall) + 18;
            if (x + w > area.right() && x > area.x) {
                x = area.x;
                y += 17;
            }
            if (s->kind == SeriesKind::Bars)
                m_canvas.rect({x, y - 5, 16, 10}, s->slot == 0 ? m_theme.faint : colorOf(*s));
            else if (s->kind == SeriesKind::Points)
                m_canvas.marker(recipeStyle(s->slot, m_dark).marker, x + 8, y, 4, colorOf(*s));
            else m_canvas.line(x, y, x + 16, y, {colorOf(*s), 2, recipeStyle(s->slot, m_dark).dash});
            m_canvas.text(x + 22, y + 4, name, {m_theme.text, kSmall});
            x += w;
        }
        const double used = y + 12 - area.y;
        return {area.x, area.y + used, area.w, area.h - used};
    }

    void directLabels(const std::vector<const Series*>& lines, const Scale& x, const Scale& y, const Box& inner)
    {
        struct Label {
            double y;
            const Series* s;
        };
        std::vector<Label> labels;
        for (const Series* s : lines) {
            double at = inner.y + inner.h / 2;
            for (std::size_t i = 0; i < s->x.size() && i < s->y.size(); ++i) // the last point inside
                if (std::isfinite(s->y[i]) && x(s->x[i]) <= inner.right() + 1 && (!y.log || s->y[i] > 0)) at = y(s->y[i]);
            labels.push_back({std::clamp(at, inner.y + 4, inner.bottom() - 4), s});
        }
        std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
        for (std::size_t i = 1; i < labels.size(); ++i) labels[i].y = std::max(labels[i].y, labels[i - 1].y + 14);
        double limit = inner.bottom() - 2;
        for (std::size_t i = labels.size(); i-- > 0; limit = labels[i].y - 14) labels[i].y = std::min(labels[i].y, limit);
        for (const auto& l : labels)
            m_canvas.text(inner.right() + 8, l.y + 4, elided(l.s->name, kSmall, m_width * 0.28), {colorOf(*l.s), kSmall});
    }

    // Names beside points; the first place of four that touches no other label.
    void pointLabels(const std::vector<const Series*>& all, const Scale& x, const Scale& y, const Box& inner)
    {
        std::vector<Box> taken;
        for (const Series* s : all)
            if (s->kind == SeriesKind::Points && !s->labels.empty())
                for (std::size_t i = 0; i < s->x.size(); ++i) taken.push_back({x(s->x[i]) - 5, y(s->y[i]) - 5, 10, 10});
        if (taken.size() > 40) return;
        for (const Series* s : all) {
            if (s->kind != SeriesKind::Points) continue;
            for (std::size_t i = 0; i < s->labels.size() && i < s->x.size(); ++i) {
                if (!std::isfinite(s->x[i]) || !std::isfinite(s->y[i])) continue;
                const double w = textWidth(s->labels[i], kSmall);
                const double px = x(s->x[i]);
                const double py = y(s->y[i]);
                const std::pair<double, double> places[] = {{px + 8, py - 6}, {px - 8 - w, py - 6}, {px - w / 2, py - 20}, {px - w / 2, py + 8},
                                                            {px + 8, py - 18}, {px + 8, py + 6}, {px - 8 - w, py + 6}};
                for (const auto& [bx, by] : places) {
                    const Box b{bx, by, w, 13};
                    const bool inside = b.x >= inner.x && b.right() <= m_width - 4 && b.y >= inner.y && b.bottom() <= inner.bottom();
                    const bool hits = std::any_of(taken.begin(), taken.end(), [&](const Box& t) {
                        return b.x < t.right() && t.x < b.right() && b.y < t.bottom() && t.y < b.bottom();
                    });
                    if (!inside || hits) continue;
                    m_canvas.text(b.x, b.y + 11, s->labels[i], {m_theme.text, kSmall});
                    taken.push_back(b);
                    break;
                }
            }
        }
    }

    // ---- grids ----

    static constexpr double kPale = 0.2; // opacity of what is not selected

    static bool paleAt(const HeatGrid& g, std::size_t i) { return i < g.pale.size() && g.pale[i] != 0; }

    Rgb cellColor(double v, const ValueRange& r) const
    {
        if (m_plot.scale == ColorScale::Diverging) return diverging(2 * (v - r.low) / (r.high - r.low) - 1, m_dark);
        return sequential((v - r.low) / (r.high - r.low));
    }

    void heat(Box area)
    {
        const ValueRange range = valueRange(m_plot);
        std::vector<const Series*> stems;
        std::vector<const Series*> over;
        for (const auto& s : m_plot.series) (s.kind == SeriesKind::Stems ? stems : over).push_back(&s);
        if (!stems.empty()) {
            const double h = std::min(area.h * 0.35, 62 + 26.0 * static_cast<double>(stems.size()));
            levelStrip({area.x, area.bottom() - h, area.w, h}, stems);
            area.h -= h + 8;
        }
        const double barWidth = 86;
        const Box grids{area.x, area.y, area.w - barWidth, area.h};
        const auto n = static_cast<int>(m_plot.heat.size());
        // as many columns as make the cells of the pictures largest, near the matrix's own shape
        int columns = n <= 3 ? n : static_cast<int>(std::ceil(std::sqrt(static_cast<double>(n))));
        const auto& first = m_plot.heat.front();
        if (n > 1 && n <= 3 && first.rowLabels.empty() && first.cols > 4 * first.rows && grids.h > 0.5 * grids.w) columns = 1;
        const int rows = (n + columns - 1) / columns;
        double left = 22 + 8;
        const Ticks ticksY = heatTicks(first.yMin, first.yMax, grids.h / rows / 50, m_plot.y.integer);
        if (!first.rowLabels.empty()) {
            for (const auto& l : first.rowLabels) left = std::max(left, std::min(grids.w * 0.3, textWidth(l, kSmall)) + 34);
        } else {
            for (const auto& l : ticksY.labels) left = std::max(left, textWidth(l, kSmall) + 34);
        }
        double bottom = 42;
        const double cellW = (grids.w - left) / columns - 14;
        const bool slanted = !first.colLabels.empty() && widest(first.colLabels) > cellW / std::max(1, first.cols) - 2;
        if (slanted) bottom = 30 + std::min(110.0, widest(first.colLabels) * 0.72);
        const double gridH = (grids.h - bottom) / rows;
        for (int k = 0; k < n; ++k) {
            const HeatGrid& g = m_plot.heat[static_cast<std::size_t>(k)];
            const int col = k % columns;
            const int row = k / columns;
            const double titleH = 22; // the colour bar's label stands at the same height
            const Box box{grids.x + left + col * (cellW + 14), grids.y + row * gridH + titleH, cellW, gridH - titleH - (rows > 1 ? 6 : 0)};
            if (!g.title.empty()) {
                double x = box.x;
                if (g.slot > 0) {
                    m_canvas.marker(recipeStyle(g.slot, m_dark).marker, x + 5, box.y - 10, 4.5, recipeStyle(g.slot, m_dark).color);
                    x += 15;
                }
                m_canvas.text(x, box.y - 6, elided(g.title, kFontSize, box.right() - x), {m_theme.text, kFontSize});
            }
            drawGrid(g, box, range);
            overlay(over, g, box);
            if (col == 0) gridRows(g, box);
            if (row == rows - 1 || k + columns >= n) gridCols(g, box, slanted);
        }
        m_canvas.text(area.x + 11, grids.y + (grids.h - bottom) / 2, axisTitle(m_plot.y), {m_theme.text, kFontSize, Anchor::Middle, false, -90});
        m_canvas.text(grids.x + left + (grids.w - left) / 2, grids.bottom() - 4, axisTitle(m_plot.x), {m_theme.text, kFontSize, Anchor::Middle});
        colorBar({area.right() - barWidth + 12, grids.y + 24, 13, std::max(40.0, grids.h - bottom - 30)}, range);
    }

    static double widest(const std::vector<std::string>& labels)
    {
        double w = 0;
        for (const auto& l : labels) w = std::max(w, textWidth(l, kSmall));
        return w;
    }

    Ticks heatTicks(double from, double to, double wanted, bool integer) const
    {
        const double low = std::min(from, to);
        const double high = std::max(from, to);
        return linearTicks(low, high, static_cast<int>(std::clamp(wanted, 2.0, 8.0)), integer);
    }

    void drawGrid(const HeatGrid& g, const Box& box, const ValueRange& range)
    {
        const auto at = [&](int r, int c) {
            return static_cast<double>(g.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(c)]);
        };
        if (g.rows * g.cols <= 4096) { // few cells: vectors, equal neighbours of a row as one
            for (int r = 0; r < g.rows; ++r) {
                const double y0 = box.y + box.h * r / g.rows;
                const double y1 = box.y + box.h * (r + 1) / g.rows;
                for (int c = 0; c < g.cols;) {
                    int end = c + 1;
                    const auto index = [&](int k) { return static_cast<std::size_t>(r) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(k); };
                    const bool pale = paleAt(g, index(c));
                    while (end < g.cols && at(r, end) == at(r, c) && paleAt(g, index(end)) == pale) ++end;
                    if (!std::isnan(at(r, c))) {
                        const double x0 = box.x + box.w * c / g.cols;
                        m_canvas.rect({x0, y0, box.x + box.w * end / g.cols - x0, y1 - y0}, cellColor(at(r, c), range), pale ? kPale : 1, true);
                    } else {
                        end = c + 1;
                    }
                    c = end;
                }
            }
        } else {
            std::vector<std::uint8_t> rgba;
            rgba.reserve(g.values.size() * 4);
            for (std::size_t i = 0; i < g.values.size(); ++i) {
                const float v = g.values[i];
                const Rgb color = std::isnan(v) ? Rgb{} : cellColor(static_cast<double>(v), range);
                const double opacity = std::isnan(v) ? 0 : paleAt(g, i) ? kPale : 1;
                for (const std::uint8_t byte : {color.r, color.g, color.b, static_cast<std::uint8_t>(std::lround(255 * opacity))}) rgba.push_back(byte);
            }
            m_canvas.image(box, g.cols, g.rows, rgba);
        }
        m_canvas.frame({std::floor(box.x) + 0.5, std::floor(box.y) + 0.5, std::round(box.w), std::round(box.h)}, {m_theme.hairline, 1});
    }

    void overlay(const std::vector<const Series*>& over, const HeatGrid& g, const Box& box)
    {
        if (over.empty()) return;
        const Scale x{g.xMin, g.xMax, box.x, box.right()};
        const Scale y{g.yMin, g.yMax, box.y, box.bottom()};
        m_canvas.beginClip(box);
        for (const Series* s : over)
            if (s->slot <= 0 || s->slot == g.slot) draw(*s, x, y);
        m_canvas.endClip();
    }

    void gridRows(const HeatGrid& g, const Box& box)
    {
        if (!g.rowLabels.empty()) {
            const int every = std::max(1, static_cast<int>(std::ceil(13.0 * g.rows / box.h)));
            for (int r = 0; r < g.rows; r += every)
                m_canvas.text(box.x - 6, box.y + box.h * (r + 0.5) / g.rows + 4, elided(g.rowLabels[static_cast<std::size_t>(r)], kSmall, box.x - 36),
                              {m_theme.secondary, kSmall, Anchor::End});
            return;
        }
        const Scale y{g.yMin, g.yMax, box.y, box.bottom()};
        const Ticks t = heatTicks(g.yMin, g.yMax, box.h / 50, m_plot.y.integer);
        for (std::size_t i = 0; i < t.at.size(); ++i) {
            const double p = y(t.at[i]);
            m_canvas.line(box.x - 4.5, p, box.x, p, {m_theme.secondary, 1});
            m_canvas.text(box.x - 8, p + 4, t.labels[i], {m_theme.secondary, kSmall, Anchor::End});
        }
    }

    void gridCols(const HeatGrid& g, const Box& box, bool slanted)
    {
        if (!g.colLabels.empty()) {
            const double need = slanted ? 14 : widest(g.colLabels) + 6;
            const int every = std::max(1, static_cast<int>(std::ceil(need * g.cols / box.w)));
            for (int c = 0; c < g.cols; c += every) {
                const double x = box.x + box.w * (c + 0.5) / g.cols;
                if (slanted)
                    m_canvas.text(x + 4, box.bottom() + 12, elided(g.colLabels[static_cast<std::size_t>(c)], kSmall, 140),
                                  {m_theme.secondary, kSmall, Anchor::End, false, -42});
                else
                    m_canvas.text(x, box.bottom() + 16, g.colLabels[static_cast<std::size_t>(c)], {m_theme.secondary, kSmall, Anchor::Middle});
            }
            return;
        }
        const Scale x{g.xMin, g.xMax, box.x, box.right()};
        const Ticks t = heatTicks(g.xMin, g.xMax, box.w / 80, m_plot.x.integer);
        for (std::size_t i = 0; i < t.at.size(); ++i) {
            const double p = x(t.at[i]);
            m_canvas.line(p, box.bottom(), p, box.bottom() + 4.5, {m_theme.secondary, 1});
            m_canvas.text(p, box.bottom() + 17, t.labels[i], {m_theme.secondary, kSmall, Anchor::Middle});
        }
    }

    // The value axis as colour, with triangles where values lie beyond its ends.
    void colorBar(const Box& box, const ValueRange& r)
    {
        const int steps = 128;
        for (int i = 0; i < steps; ++i) {
            const double t = (steps - 0.5 - i) / steps;
            m_canvas.rect({box.x, box.y + box.h * i / steps, box.w, box.h / steps + 0.3}, cellColor(r.low + (r.high - r.low) * t, r), 1, true);
        }
        m_canvas.frame(box, {m_theme.hairline, 1});
        m_canvas.text(box.x + 70, box.y - 9, elided(m_plot.valueLabel, kSmall, 150), {m_theme.text, kSmall, Anchor::End});
        const Scale y{r.low, r.high, box.bottom(), box.y};
        const Ticks t = linearTicks(r.low, r.high, static_cast<int>(std::clamp(box.h / 56, 2.0, 7.0)));
        for (std::size_t i = 0; i < t.at.size(); ++i) {
            m_canvas.line(box.right(), y(t.at[i]), box.right() + 4, y(t.at[i]), {m_theme.secondary, 1});
            m_canvas.text(box.right() + 7, y(t.at[i]) + 4, t.labels[i], {m_theme.secondary, kSmall});
        }
        const auto beyond = [&](double tip, double base) {
            const std::pair<double, double> points[] = {{box.x, base}, {box.right(), base}, {box.x + box.w / 2, tip}};
            m_canvas.area(points, m_theme.secondary, 1);
        };
        if (r.dataHigh > r.high * (1 + 1e-9)) beyond(box.y - 6, box.y - 1);
        if (r.dataLow < r.low - std::fabs(r.low) * 1e-9) beyond(box.bottom() + 6, box.bottom() + 1);
        if (r.dataHigh > r.high * (1 + 1e-9) || r.dataLow < r.low - std::fabs(r.low) * 1e-9) {
            m_canvas.text(box.x - 6, box.bottom() + 22, "min " + formatNumber(r.dataLow, 3), {m_theme.secondary, 10});
            m_canvas.text(box.x - 6, box.bottom() + 35, "max " + formatNumber(r.dataHigh, 3), {m_theme.secondary, 10});
        }
    }

    // Below grids: the levels of one group on the value axis.
    void levelStrip(const Box& area, const std::vector<const Series*>& stems)
    {
        Range xr;
        for (const Series* s : stems)
            for (const double v : s->x) xr.add(v, false);
        if (xr.empty()) return;
        double left = 30;
        for (const Series* s : stems) left = std::max(left, std::min(area.w * 0.3, textWidth(s->name, kSmall) + 14));
        Scale x{0, 1, area.x + left, area.right() - 86};
        const Ticks t = fit(x, xr, 8, false);
        const double row = (area.h - 46) / static_cast<double>(stems.size());
        const Box inner{x.from, area.y, x.to - x.from, area.h - 46};
        drawStems(stems, x, area.y + 2, row, inner);
        for (std::size_t k = 0; k < stems.size(); ++k)
            m_canvas.text(x.from - 8, area.y + row * (static_cast<double>(k) + 0.5) + 4, elided(stems[k]->name, kSmall, left - 10),
                          {colorOf(*stems[k]), kSmall, Anchor::End});
        xAxis(inner, inner.bottom(), x, t, "level (weight units); length: use");
    }

    const PlotData& m_plot;
    bool m_dark;
    const ThemeColors& m_theme;
    double m_width;
    double m_height;
    SvgCanvas m_canvas;
};

} // namespace

std::string toSvg(const PlotData& plot, const SvgOptions& options) { return Writer(plot, options).write(); }

} // namespace qs::plots
