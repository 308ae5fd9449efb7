// SPDX-License-Identifier: GPL-3.0-or-later
// The maps' half of PlotView: heat grids as small multiples under one colour scale.
#include "core/base/format.h"
#include "widgets/plots/plot_text.h"
#include "widgets/plots/plot_view.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <qcustomplot.h>

namespace qs::gui {
namespace {

constexpr unsigned char kPale = 45; // opacity of cells outside the selection, of 255

} // namespace

// A title in the room there is: name and figure in two lines rather than cut.
QString PlotView::headline(const QString& title, int room) const
{
    const QFontMetrics fm(font());
    if (fm.horizontalAdvance(title) <= room) return title;
    QStringList parts = title.split(QStringLiteral(" · "));
    for (QString& p : parts) p = fm.elidedText(p, Qt::ElideMiddle, room);
    return parts.join(QLatin1Char('\n'));
}

void PlotView::buildHeat()
{
    std::vector<int> shown;
    for (std::size_t i = 0; i < m_data->heat.size(); ++i)
        if (isShown(m_data->heat[i].slot)) shown.push_back(static_cast<int>(i));
    const auto n = static_cast<int>(shown.size());
    if (n == 0) return;
    // Small multiples: as square a grid as the number allows, one shared colour scale on the right.
    const int columns = n <= 3 ? n : static_cast<int>(std::ceil(std::sqrt(static_cast<double>(n))));
    double low = m_data->valueMin;
    double high = m_data->valueMax;
    if (!(low < high)) {
        low = std::numeric_limits<double>::infinity();
        high = -low;
        for (const auto& g : m_data->heat)
            for (const float v : g.values)
                if (std::isfinite(v)) {
                    low = std::min(low, static_cast<double>(v));
                    high = std::max(high, static_cast<double>(v));
                }
        if (!(low <= high)) low = 0, high = 1;
        if (low == high) high = low + (low == 0 ? 1 : std::fabs(low) * 1e-6);
    }
    const bool diverging = m_data->scale == plots::ColorScale::Diverging;
    if (diverging) {
        high = std::max(std::fabs(low), std::fabs(high));
        low = -high;
    }
    auto* scale = new QCPColorScale(m_plot);
    m_colorScale = scale;
    scale->setType(QCPAxis::atRight);
    scale->setBarWidth(14);
    QCPColorGradient gradient;
    gradient.clearColorStops();
    for (int i = 0; i <= 64; ++i) {
        const double t = i / 64.0;
        gradient.setColorStopAt(t, QColor(diverging ? m_theme.diverging(2 * t - 1) : m_theme.sequential(t)));
    }
    gradient.setNanHandling(QCPColorGradient::nhTransparent);
    auto* margins = new QCPMarginGroup(m_plot);
    for (int k = 0; k < n; ++k) {
        const auto& g = m_data->heat[static_cast<std::size_t>(shown[static_cast<std::size_t>(k)])];
        auto* rect = new QCPAxisRect(m_plot);
        const int row = k / columns;
        const int col = k % columns;
        if (!g.title.empty() && !m_shown) { // alone it is named by whoever shows it alone
            auto* title = new QCPTextElement(m_plot, headline(text(g.title), std::max(60, (width() - 110) / columns)), font());
            title->setTextColor(g.slot > 0 ? m_theme.recipe(g.slot) : m_theme.text());
            title->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
            m_plot->plotLayout()->addElement(2 * row, col, title);
        }
        m_plot->plotLayout()->addElement(2 * row + 1, col, rect);
        m_plot->plotLayout()->setRowStretchFactor(2 * row, g.title.empty() ? 0.001 : 1);
        m_plot->plotLayout()->setRowStretchFactor(2 * row + 1, 100);
        styleAxes(rect);
        rect->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
        rect->setRangeDrag(Qt::Horizontal | Qt::Vertical);
        rect->setRangeZoom(Qt::Horizontal | Qt::Vertical);
        QCPAxis* x = rect->axis(QCPAxis::atBottom);
        QCPAxis* y = rect->axis(QCPAxis::atLeft);
        y->grid()->setVisible(false);
        y->setRangeReversed(g.yMin < g.yMax && !g.rowLabels.empty() ? true : g.yMin < g.yMax);
        if (row == (n - 1) / columns && col == 0) x->setLabel(axisTitle(m_data->x)); // once for all multiples
        if (n > 1 && g.colLabels.empty()) x->ticker()->setTickCount(3);
        if (col == 0) y->setLabel(axisTitle(m_data->y));
        const auto labels = [&](QCPAxis* axis, const std::vector<std::string>& names, double from, double to) {
            if (names.empty()) return;
            auto ticker = QSharedPointer<QCPAxisTickerText>::create();
            const double step = (to - from) / static_cast<double>(names.size());
            // As many names as have room.
            const bool vertical = axis->orientation() == Qt::Vertical;
            const int rowsOfGrids = (n + columns - 1) / columns;
            const int room = vertical ? (height() - 90) / rowsOfGrids : (width() - 160) / columns;
            const int need = vertical ? fontMetrics().height() : fontMetrics().height() + 6;
            const auto most = static_cast<std::size_t>(std::max(2, room / std::max(1, need)));
            const std::size_t every = (names.size() + most - 1) / most;
            for (std::size_t i = 0; i < names.size(); i += every)
                ticker->addTick(from + (static_cast<double>(i) + 0.5) * step, coreText(shortName(names[i]).toStdString()));
            axis->setTicker(ticker);
            axis->setSubTicks(false);
        };
        labels(x, g.colLabels, g.xMin, g.xMax);
        labels(y, g.rowLabels, std::min(g.yMin, g.yMax), std::max(g.yMin, g.yMax));
        if (g.colLabels.size() > 4 && std::any_of(g.colLabels.begin(), g.colLabels.end(), [](const auto& s) { return s.size() > 6; }))
            x->setTickLabelRotation(-40);
        auto* map = new QCPColorMap(x, y);
        // Cell centres, half a cell inside the outer edges.
        const double dx = (g.xMax - g.xMin) / std::max(1, g.cols) / 2;
        const double dy = std::fabs(g.yMax - g.yMin) / std::max(1, g.rows) / 2;
        const double y0 = std::min(g.yMin, g.yMax);
        const double y1 = std::max(g.yMin, g.yMax);
        // QCustomPlot draws nothing for a single row or column: it is laid down twice, at half the size.
        const int fx = g.cols == 1 ? 2 : 1;
        const int fy = g.rows == 1 ? 2 : 1;
        auto* data = new QCPColorMapData(std::max(1, g.cols * fx), std::max(1, g.rows * fy),
                                         QCPRange(g.xMin + dx / fx, g.xMax - dx / fx), QCPRange(y0 + dy / fy, y1 - dy / fy));
        const bool down = g.yMin < g.yMax; // row 0 on top: axis reversed, so row index grows with the coordinate
        for (int r = 0; r < g.rows * fy; ++r)
            for (int c = 0; c < g.cols * fx; ++c)
                data->setCell(c, down ? r : g.rows * fy - 1 - r,
                              static_cast<double>(g.values[static_cast<std::size_t>(r / fy) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(c / fx)]));
        for (std::size_t i = 0; i < g.pale.size(); ++i) {
            if (g.pale[i] == 0) continue; // outside the selection: the paper shines through
            const int r = static_cast<int>(i / static_cast<std::size_t>(g.cols));
            const int c = static_cast<int>(i % static_cast<std::size_t>(g.cols));
            for (int a = 0; a < fy; ++a)
                for (int b = 0; b < fx; ++b) data->setAlpha(c * fx + b, down ? r * fy + a : g.rows * fy - 1 - (r * fy + a), kPale);
        }
        map->setData(data, false);
        map->setInterpolate(false);
        map->setTightBoundary(false);
        map->setColorScale(scale);
        map->setName(text(g.title));
        map->removeFromLegend();
        m_maps.push_back(map);
        m_rects.push_back(rect);
        m_gridOfRect.push_back(shown[static_cast<std::size_t>(k)]);
        addCellTexts(rect, g, low, high, columns, (n + columns - 1) / columns);
    }
    scale->setGradient(gradient);
    scale->setDataRange(QCPRange(low, high));
    auto* bar = scale->axis();
    bar->setLabel(text(m_data->valueLabel));
    bar->setTickLabelColor(m_theme.secondary());
    bar->setLabelColor(m_theme.text());
    bar->setBasePen(QPen(m_theme.hairline()));
    bar->setTickPen(QPen(m_theme.secondary()));
    bar->setSubTickPen(Qt::NoPen);
    bar->setTickLength(0, 4);
    bar->setNumberFormat(QStringLiteral("gb"));
    bar->setNumberPrecision(3);
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.9);
    bar->setTickLabelFont(small);
    bar->setLabelFont(small);
    for (QCPAxis* a : {scale->axis()}) a->grid()->setVisible(false);
    m_plot->plotLayout()->addElement(1, columns, scale);
    if (n == 1) scale->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
}

// The numbers in a table's cells, where they have room; the best of each row bold, never only coloured.
void PlotView::addCellTexts(QCPAxisRect* rect, const plots::HeatGrid& grid, double low, double high, int columns, int rows)
{
    if (grid.tensors.empty() || grid.rows * grid.cols > 600 || grid.rows * grid.cols == 0) return;
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.85);
    const QFontMetrics fm(small);
    const double cellWidth = (width() - 200.0) / columns / grid.cols;
    const double cellHeight = (height() - 90.0) / rows / grid.rows;
    if (cellHeight < fm.height() || cellWidth < fm.horizontalAdvance(QStringLiteral("0.00e-0")) + 4) return;
    const bool diverging = m_data->scale == plots::ColorScale::Diverging;
    for (int r = 0; r < grid.rows; ++r) {
        const float* line = grid.values.data() + static_cast<std::ptrdiff_t>(r) * grid.cols;
        int best = -1;
        for (int c = 0; c < grid.cols && !grid.colSlots.empty() && m_data->better != 0; ++c)
            if (std::isfinite(line[c]) && (best < 0 || (m_data->better < 0 ? line[c] < line[best] : line[c] > line[best]))) best = c;
        // A band over all columns is one tensor: one number.
        const auto tensorAt = [&](int c) { return grid.tensors[static_cast<std::size_t>(r) * static_cast<std::size_t>(grid.cols) + static_cast<std::size_t>(c)]; };
        const bool band = grid.cols > 1 && tensorAt(0) >= 0 && tensorAt(0) == tensorAt(grid.cols - 1);
        for (int c = 0; c < grid.cols; c += band ? grid.cols : 1) {
            if (!std::isfinite(line[c])) continue;
            const double v = static_cast<double>(line[c]);
            const double t = high > low ? std::clamp((v - low) / (high - low), 0.0, 1.0) : 0.5;
            const QColor back(diverging ? m_theme.diverging(2 * t - 1) : m_theme.sequential(t));
            auto* label = new QCPItemText(m_plot);
            label->setSelectable(false);
            label->setClipAxisRect(rect);
            label->position->setAxes(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
            label->position->setAxisRect(rect);
            label->position->setType(QCPItemPosition::ptPlotCoords);
            label->position->setCoords(grid.xMin + (c + (band ? grid.cols / 2.0 : 0.5)) * (grid.xMax - grid.xMin) / grid.cols,
                                       grid.yMin + (r + 0.5) * (grid.yMax - grid.yMin) / grid.rows);
            label->setText(text(std::fabs(v) >= 0.1 && std::fabs(v) < 1000 ? formatNumber(v, 3) : formatError(v)));
            QFont f = small;
            f.setBold(c == best);
            label->setFont(f);
            label->setColor(Theme::contrast(back, Qt::white) > Theme::contrast(back, Qt::black) ? Qt::white : Qt::black);
        }
    }
}

std::optional<PlotView::TableCell> PlotView::cellAt(double x, double y, int grid) const
{
    if (!m_data || grid < 0 || grid >= static_cast<int>(m_data->heat.size())) return std::nullopt;
    const auto& g = m_data->heat[static_cast<std::size_t>(grid)];
    const int c = static_cast<int>(std::floor((x - g.xMin) / (g.xMax - g.xMin) * g.cols));
    const int r = static_cast<int>(std::floor((y - g.yMin) / (g.yMax - g.yMin) * g.rows));
    if (g.tensors.empty() || c < 0 || r < 0 || c >= g.cols || r >= g.rows) return std::nullopt;
    TableCell cell;
    cell.tensor = g.tensors[static_cast<std::size_t>(r) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(c)];
    cell.slot = g.colSlots.empty() ? g.slot : g.colSlots[static_cast<std::size_t>(c)];
    if (cell.tensor < 0) return std::nullopt;
    return cell;
}

void PlotView::markTensor(std::int64_t tensor)
{
    if (m_markedTensor == tensor) return;
    m_markedTensor = tensor;
    frameCells();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::frameCells()
{
    for (QCPItemRect* f : m_frames) m_plot->removeItem(f);
    m_frames.clear();
    if (m_markedTensor < 0 || !m_data) return;
    for (std::size_t k = 0; k < m_gridOfRect.size(); ++k) {
        const auto& g = m_data->heat[static_cast<std::size_t>(m_gridOfRect[k])];
        if (g.tensors.empty()) continue;
        for (int r = 0; r < g.rows; ++r) {
            int from = -1;
            int to = -1;
            for (int c = 0; c < g.cols; ++c)
                if (g.tensors[static_cast<std::size_t>(r) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(c)] == m_markedTensor) {
                    if (from < 0) from = c;
                    to = c + 1;
                }
            if (from < 0) continue;
            auto* frame = new QCPItemRect(m_plot);
            frame->setSelectable(false);
            frame->setPen(QPen(m_theme.accent(), 2));
            frame->setBrush(Qt::NoBrush);
            frame->setClipAxisRect(m_rects[k]);
            const auto corner = [&](QCPItemPosition* p, int col, int row) {
                p->setAxes(m_rects[k]->axis(QCPAxis::atBottom), m_rects[k]->axis(QCPAxis::atLeft));
                p->setAxisRect(m_rects[k]);
                p->setType(QCPItemPosition::ptPlotCoords);
                p->setCoords(g.xMin + col * (g.xMax - g.xMin) / g.cols, g.yMin + row * (g.yMax - g.yMin) / g.rows);
            };
            corner(frame->topLeft, from, r);
            corner(frame->bottomRight, to, r + 1);
            m_frames.push_back(frame);
        }
    }
}

} // namespace qs::gui
