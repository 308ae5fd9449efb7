// SPDX-License-Identifier: GPL-3.0-or-later
// The read-out of PlotView: the number under the mouse or under the cursor that the keyboard moves, and its explanation.
#include "core/base/format.h"
#include "widgets/common/explain.h"
#include "widgets/plots/plot_text.h"
#include "widgets/plots/plot_view.h"

#include <QLabel>
#include <algorithm>
#include <cmath>
#include <limits>
#include <qcustomplot.h>

namespace qs::gui {
namespace {

QString number(double v) { return QString::fromStdString(formatNumber(v)); }

} // namespace

std::pair<int, int> PlotView::cellOf(const Cursor& at) const
{
    if (!m_data || at.grid < 0 || at.grid >= static_cast<int>(m_data->heat.size())) return {-1, -1};
    const auto& g = m_data->heat[static_cast<std::size_t>(at.grid)];
    const int c = static_cast<int>(std::floor((at.x - g.xMin) / (g.xMax - g.xMin) * g.cols));
    const int r = static_cast<int>(std::floor((at.y - g.yMin) / (g.yMax - g.yMin) * g.rows));
    if (c < 0 || r < 0 || c >= g.cols || r >= g.rows) return {-1, -1};
    return {r, c};
}

// By pixels; of curves the drawn point next to the cursor's x.
std::optional<std::pair<std::size_t, std::size_t>> PlotView::pointAt(const Cursor& at) const
{
    if (!m_data || m_rects.empty()) return std::nullopt;
    QCPAxis* ax = m_rects.front()->axis(QCPAxis::atBottom);
    QCPAxis* ay = m_rects.front()->axis(QCPAxis::atLeft);
    double best = std::numeric_limits<double>::infinity();
    std::optional<std::pair<std::size_t, std::size_t>> out;
    for (std::size_t s = 0; s < m_data->series.size(); ++s) {
        const auto& series = m_data->series[s];
        if (!isShown(series.slot) || series.isPale) continue;
        for (std::size_t i = 0; i < series.x.size() && i < series.y.size(); ++i) {
            const double dx = ax->coordToPixel(series.x[i]) - ax->coordToPixel(at.x);
            // Stems hang from their line: only their place on the axis counts.
            const double dy = series.kind == plots::SeriesKind::Stems ? 0 : ay->coordToPixel(series.y[i]) - ay->coordToPixel(at.y);
            const double d = std::hypot(dx, dy);
            if (!(d < best)) continue;
            best = d;
            out = std::pair(s, i);
        }
    }
    return out;
}

QString PlotView::readOut(const Cursor& at) const
{
    if (!m_data->heat.empty() && at.grid >= 0 && at.grid < static_cast<int>(m_data->heat.size())) {
        const auto [r, c] = cellOf(at);
        if (r < 0) return {};
        const auto& g = m_data->heat[static_cast<std::size_t>(at.grid)];
        const float v = g.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(c)];
        const QString row = g.rowLabels.empty() ? number(at.y) : text(g.rowLabels[static_cast<std::size_t>(r)]);
        const QString col = g.colLabels.empty() ? number(at.x) : text(g.colLabels[static_cast<std::size_t>(c)]);
        return QStringLiteral("%1 · %2   %3").arg(row, col, std::isnan(v) ? tr("no value") : QString::fromStdString(formatNumber(static_cast<double>(v))));
    }
    return QStringLiteral("%1   %2").arg(number(at.x), number(at.y));
}

QString PlotView::readOutText() const { return m_readOut->isHidden() ? QString() : m_readOut->text(); }

void PlotView::putCursor(const Cursor& at)
{
    m_cursor = at;
    m_readOut->setText(readOut(at));
    m_readOut->show();
    m_readOut->raise();
    placeOverlays();
    emit hovered(at.x, at.y, at.grid);
}

void PlotView::stepCursor(int dx, int dy)
{
    if (!m_data || m_rects.empty()) return;
    if (!m_gridOfRect.empty()) {
        Cursor at = m_cursor.value_or(Cursor{0, 0, -1});
        auto [r, c] = cellOf(at);
        if (r < 0) { // begins in the middle of the first map
            at.grid = m_gridOfRect.front();
            r = m_data->heat[static_cast<std::size_t>(at.grid)].rows / 2;
            c = m_data->heat[static_cast<std::size_t>(at.grid)].cols / 2;
        } else {
            r += dy;
            c += dx;
            // Over the edge of one small multiple to the next.
            const auto place = std::find(m_gridOfRect.begin(), m_gridOfRect.end(), at.grid);
            const int cols = m_data->heat[static_cast<std::size_t>(at.grid)].cols;
            if (c >= cols && place + 1 < m_gridOfRect.end()) at.grid = *(place + 1), c = 0;
            else if (c < 0 && place != m_gridOfRect.begin()) at.grid = *(place - 1), c = m_data->heat[static_cast<std::size_t>(at.grid)].cols - 1;
        }
        const auto& g = m_data->heat[static_cast<std::size_t>(at.grid)];
        r = std::clamp(r, 0, g.rows - 1);
        c = std::clamp(c, 0, g.cols - 1);
        at.x = g.xMin + (c + 0.5) * (g.xMax - g.xMin) / g.cols;
        at.y = g.yMin + (r + 0.5) * (g.yMax - g.yMin) / g.rows;
        return putCursor(at);
    }
    const auto usable = [this](std::size_t s) {
        const auto& series = m_data->series[s];
        return isShown(series.slot) && !series.isPale && !series.x.empty() && !series.y.empty();
    };
    std::size_t s = 0;
    std::size_t i = 0;
    const auto now = m_cursor ? pointAt(*m_cursor) : std::nullopt;
    if (!now) {
        while (s < m_data->series.size() && !usable(s)) ++s;
        if (s == m_data->series.size()) return;
        i = m_data->series[s].x.size() / 2;
    } else {
        s = now->first;
        i = now->second;
        for (std::size_t tried = 0; dy != 0 && tried < m_data->series.size(); ++tried) {
            s = (s + m_data->series.size() + static_cast<std::size_t>(dy + static_cast<int>(m_data->series.size()))) % m_data->series.size();
            if (usable(s)) break;
        }
    }
    const auto& series = m_data->series[s];
    const auto points = static_cast<std::ptrdiff_t>(std::min(series.x.size(), series.y.size()));
    i = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(i) + (now ? dx : 0), 0, points - 1));
    putCursor({series.x[i], series.kind == plots::SeriesKind::Stems ? 0 : series.y[i], -1});
}

// Return does at the cursor what a click does under the mouse.
void PlotView::clickCursor(Qt::KeyboardModifiers modifiers)
{
    const Cursor at = *m_cursor;
    if (const auto point = pointAt(at); point && cellOf(at).first < 0 && m_data->series[point->first].kind == plots::SeriesKind::Points)
        emit pointClicked(static_cast<int>(point->first), static_cast<int>(point->second), modifiers);
    emit clicked(at.x, at.y, at.grid, modifiers);
}

QString PlotView::explanation() const
{
    if (!m_cursor || !m_data) return {};
    const QString title = text(m_data->title);
    const auto axis = [&](const plots::Axis& a, double v) -> QString {
        const auto figure = figureNamed(a.figure);
        return figure ? QStringLiteral("\n\n") + explain(*figure, {QStringLiteral("%1: %2").arg(axisTitle(a), number(v))}, title) : QString();
    };
    if (const auto [r, c] = cellOf(*m_cursor); r >= 0) {
        const auto figure = figureNamed(m_data->figure);
        if (!figure) return {};
        const auto& g = m_data->heat[static_cast<std::size_t>(m_cursor->grid)];
        QStringList here{readOut(*m_cursor)};
        const std::size_t at = static_cast<std::size_t>(r) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(c);
        if (at < g.pale.size() && g.pale[at] != 0) here << tr("outside the selection");
        if (const auto cell = cellAt(m_cursor->x, m_cursor->y, m_cursor->grid); cell && m_details) here << m_details(*cell);
        QString out = explain(*figure, here, g.title.empty() ? title : title + QStringLiteral(" · ") + text(g.title));
        if (g.colLabels.empty()) out += axis(m_data->x, m_cursor->x);
        if (g.rowLabels.empty()) out += axis(m_data->y, m_cursor->y);
        return out;
    }
    const auto point = pointAt(*m_cursor);
    if (!point) return {};
    const auto& series = m_data->series[point->first];
    const double x = series.x[point->second];
    const double y = series.y[point->second];
    QString name = text(series.name);
    if (point->second < series.labels.size()) name += (name.isEmpty() ? QString() : QStringLiteral(" · ")) + text(series.labels[point->second]);
    if (series.kind == plots::SeriesKind::Stems)
        return explain(Figure::Level, {QStringLiteral("%1: %2").arg(name, number(x))}, title) + QStringLiteral("\n\n")
            + explain(Figure::Usage, {tr("of the most used level: %1 %").arg(number(100 * y))}, title);
    const auto figure = figureNamed(m_data->y.figure);
    if (!figure) return {};
    QStringList here{QStringLiteral("%1: %2").arg(name, number(y))};
    // What stands behind the point of a recipe.
    if (m_details && series.slot > 0) here << m_details({-1, series.slot});
    return explain(*figure, here, title) + axis(m_data->x, x);
}

QPoint PlotView::explanationPlace() const
{
    if (!m_cursor || m_rects.empty()) return mapToGlobal(rect().center());
    std::size_t at = 0;
    for (std::size_t k = 0; k < m_gridOfRect.size(); ++k)
        if (m_gridOfRect[k] == m_cursor->grid) at = k;
    return m_plot->mapToGlobal(QPointF(m_rects[at]->axis(QCPAxis::atBottom)->coordToPixel(m_cursor->x), m_rects[at]->axis(QCPAxis::atLeft)->coordToPixel(m_cursor->y)).toPoint());
}

} // namespace qs::gui
