// SPDX-License-Identifier: GPL-3.0-or-later
// Names of curves and points in PlotView: beside what they name where there are few, else a legend outside the axes.
#include "widgets/plots/label_placement.h"
#include "widgets/plots/plot_text.h"
#include "widgets/plots/plot_view.h"

#include <algorithm>
#include <cmath>
#include <qcustomplot.h>

namespace qs::gui {
namespace {

constexpr int kMostNumbers = 6;

// Numbers side by side need room by their own widths. The ticker rounds to a nice step and may make more than it was
// asked for, so what it makes is measured. Whether something changed.
bool thinColumns(QCPAxis* axis, int room)
{
    if (qSharedPointerDynamicCast<QCPAxisTickerText>(axis->ticker()) || axis->scaleType() == QCPAxis::stLogarithmic || room < 20) return false;
    const QFontMetrics metrics(axis->tickLabelFont());
    const int before = axis->ticker()->tickCount();
    const auto need = [&](int count) {
        QVector<double> at;
        QVector<QString> labels;
        axis->ticker()->setTickCount(count);
        axis->ticker()->generate(axis->range(), QLocale(), QLatin1Char('g'), 6, at, nullptr, &labels);
        int widest = 0;
        for (const QString& l : labels) widest = std::max(widest, metrics.horizontalAdvance(l));
        const auto shown = static_cast<int>(std::count_if(at.begin(), at.end(), [axis](double v) { return axis->range().contains(v); }));
        return shown * (widest + 2 * metrics.averageCharWidth());
    };
    int count = kMostNumbers;
    while (count > 1 && need(count) > room) --count;
    axis->ticker()->setTickCount(count);
    return count != before;
}

constexpr int kDirect = 4;        // so many curves are named in the plot
constexpr int kLegendFrom = 160;  // pixels of height from which points are named above the axes, where they have no room

} // namespace

PlotView::Label PlotView::makeLabel(const QString& name, const QColor& color, std::size_t series)
{
    Label l;
    l.series = series;
    l.line = new QCPItemLine(m_plot);
    l.line->setPen(QPen(color, 1));
    l.line->setVisible(false);
    l.text = new QCPItemText(m_plot);
    l.text->setText(name);
    l.text->setColor(color);
    l.text->setFont(m_rects.front()->axis(QCPAxis::atBottom)->tickLabelFont());
    l.text->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    l.text->position->setType(QCPItemPosition::ptAbsolute);
    for (auto* p : {l.line->start, l.line->end}) p->setType(QCPItemPosition::ptAbsolute);
    for (QCPAbstractItem* item : {static_cast<QCPAbstractItem*>(l.text), static_cast<QCPAbstractItem*>(l.line)}) {
        item->setClipToAxisRect(false);
        item->setSelectable(false);
    }
    return l;
}

void PlotView::addLegend()
{
    std::vector<std::size_t> named;
    for (std::size_t i = 0; i < m_data->series.size(); ++i) {
        const auto& s = m_data->series[i];
        const bool ownName = s.labels.empty() || (m_legendOutside && s.kind == plots::SeriesKind::Points && s.labels.size() == 1);
        if (!s.name.empty() && s.kind != plots::SeriesKind::Stems && ownName && isShown(s.slot)) named.push_back(i);
        if (s.kind != plots::SeriesKind::Points || s.labels.empty() || s.labels.size() > 40 || !isShown(s.slot)) continue;
        for (std::size_t k = 0; k < s.labels.size(); ++k) {
            Label l = makeLabel(text(s.labels[k]), s.slot < 0 ? m_theme.secondary() : m_theme.recipe(s.slot), i);
            l.point = static_cast<int>(k);
            m_labels.push_back(l);
        }
    }
    if (named.size() < 2) return;
    const bool curves = std::all_of(named.begin(), named.end(), [this](std::size_t i) { return m_data->series[i].kind != plots::SeriesKind::Points; });
    if (curves && named.size() <= kDirect && !m_legendOutside) {
        for (const std::size_t i : named) {
            const auto& s = m_data->series[i];
            m_labels.push_back(makeLabel(text(s.name), s.slot < 0 ? m_theme.secondary() : m_theme.recipe(s.slot), i));
        }
        return;
    }
    // Outside the axes, where it covers nothing: above them in one line, else beside them, where that leaves more height.
    auto* legend = new QCPLegend;
    QFont f = font();
    f.setPointSizeF(font().pointSizeF() * 0.9);
    const int line = QFontMetrics(f).height() + 3;
    int widest = 1;
    for (const std::size_t i : named) widest = std::max(widest, QFontMetrics(f).horizontalAdvance(text(m_data->series[i].name)));
    const int columns = std::max(1, (width() - 60) / (widest + 40));
    const int lines = (static_cast<int>(named.size()) + columns - 1) / columns;
    const bool beside = lines > 1 && static_cast<int>(named.size()) * line + 8 <= height() && widest + 40 < width() / 3;
    // In so small a plot the curves have the room: colours, tool tips and F1 tell which is which.
    if (!beside && 5 * (lines * line + 8) > 2 * height()) {
        delete legend;
        return;
    }
    auto* holder = new QCPLayoutGrid; // keeps the entries together
    holder->setRowSpacing(0);
    const auto place = [&](int row, int column) { // the plot first: elements learn from their parent which plot is theirs
        m_plot->plotLayout()->addElement(row, column, holder);
        holder->addElement(0, 0, legend);
        holder->addElement(1, 0, new QCPLayoutElement(m_plot));
        holder->setRowStretchFactor(beside ? 0 : 1, 0.001);
    };
    if (beside) {
        place(0, 1);
        m_plot->plotLayout()->setColumnStretchFactor(1, 0.001);
        legend->setMinimumSize(widest + 30, static_cast<int>(named.size()) * line + 4);
        legend->setMargins(QMargins(4, 0, 0, 4));
    } else {
        legend->setFillOrder(QCPLayoutGrid::foColumnsFirst, false);
        legend->setWrap(columns);
        legend->setMinimumSize(0, lines * line + 4); // its own hint cuts descenders
        m_plot->plotLayout()->insertRow(0);
        place(0, 0);
        m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
        legend->setMargins(QMargins(40, 0, 6, 4));
    }
    legend->setLayer(QStringLiteral("legend"));
    legend->setBorderPen(Qt::NoPen);
    legend->setBrush(Qt::NoBrush);
    legend->setIconSize(14, QFontMetrics(f).height());
    legend->setRowSpacing(0);
    legend->setColumnSpacing(12);
    legend->setFont(f);
    legend->setTextColor(m_theme.text());
    legend->setSelectableParts(QCPLegend::spNone);
    for (const std::size_t i : named)
        if (auto* p = m_plottables[i]) legend->addItem(new QCPPlottableLegendItem(legend, p));
}

// A title longer than its axis loses the unit, then its end: it is never cut at both ends. Axes have as many numbers as
// have room.
void PlotView::fitAxes()
{
    if (!m_data) return;
    bool again = false;
    const auto thin = [&](QCPAxis* axis, int room, int most) {
        if (qSharedPointerDynamicCast<QCPAxisTickerText>(axis->ticker())) return;
        // Within a decade and a half a logarithmic axis has evenly counted ticks, which crowd at its upper end.
        const bool log = axis->scaleType() == QCPAxis::stLogarithmic;
        if (log && axis->range().upper > 40 * axis->range().lower) return;
        const int n = std::clamp(room / ((log ? 4 : 2) * QFontMetrics(axis->tickLabelFont()).height()), 1, most);
        if (axis->ticker()->tickCount() == n) return;
        axis->ticker()->setTickCount(n);
        again = true;
    };
    const auto title = [&](QCPAxis* axis, const QString& full, const QString& less, int room) {
        if (axis->label().isEmpty()) return;
        const QFontMetrics fm(axis->labelFont());
        const QString fits = fm.horizontalAdvance(full) <= room ? full : fm.elidedText(less, Qt::ElideRight, room);
        if (fits != axis->label()) axis->setLabel(fits);
    };
    for (QCPAxisRect* rect : m_rects) {
        const QMargins m = rect->margins();
        for (const auto side : {QCPAxis::atLeft, QCPAxis::atBottom}) {
            QCPAxis* axis = rect->axis(side);
            const auto& given = side == QCPAxis::atLeft ? m_data->y : m_data->x;
            if (!axis->label().startsWith(text(given.label).left(3))) continue; // a title of the view's own
            // The margins beside the axis rect are free for half of the rest.
            title(axis, axisTitle(given), text(given.label),
                  side == QCPAxis::atLeft ? rect->height() + 2 * std::min(m.top(), m.bottom()) : rect->width() + 2 * std::min(m.left(), m.right()));
        }
        thin(rect->axis(QCPAxis::atLeft), rect->height(), 6);
        again = thinColumns(rect->axis(QCPAxis::atBottom), rect->width()) || again;
    }
    if (m_colorScale) {
        const QRect bar = m_colorScale->rect();
        thin(m_colorScale->axis(), bar.height(), 6);
        title(m_colorScale->axis(), text(m_data->valueLabel), text(m_data->valueLabel), bar.height() + 20);
    }
    if (again) m_plot->replot(QCustomPlot::rpQueuedReplot);
}

// Runs whenever the axes have got their pixels: labels stand where there is room in this size and at this zoom.
void PlotView::placeLabels()
{
    fitAxes();
    if (m_labels.empty() || m_rects.empty()) return;
    const QRectF area(m_rects.front()->rect());
    if (area.width() < 20 || area.height() < 20) return;
    QCPAxis* ax = m_rects.front()->axis(QCPAxis::atBottom);
    QCPAxis* ay = m_rects.front()->axis(QCPAxis::atLeft);
    const auto pixels = [&](const plots::Series& s) {
        std::vector<QPointF> out;
        const bool edges = s.kind == plots::SeriesKind::Bars || s.kind == plots::SeriesKind::Steps;
        const auto y = [&](double v) { return m_logY && v <= 0 ? area.bottom() : ay->coordToPixel(v); };
        for (std::size_t i = 0; i < s.y.size() && i < s.x.size(); ++i) {
            out.emplace_back(ax->coordToPixel(s.x[i]), y(s.y[i]));
            if (edges && i + 1 < s.x.size()) out.emplace_back(ax->coordToPixel(s.x[i + 1]), y(s.y[i]));
        }
        return out;
    };
    std::vector<CurveColumns> curves;
    std::vector<CurveColumns> others;
    std::vector<QSizeF> sizes;
    std::vector<Label*> curveLabels;
    std::vector<Label*> pointLabels;
    std::vector<QPointF> points;
    std::vector<QSizeF> pointSizes;
    for (Label& l : m_labels) {
        const auto& s = m_data->series[l.series];
        const bool on = !m_plottables[l.series] || m_plottables[l.series]->visible();
        const QSizeF size = QSizeF(QFontMetrics(l.text->font()).size(Qt::TextSingleLine, l.text->text())) + QSizeF(2, 0);
        if (l.point < 0) {
            curveLabels.push_back(&l);
            curves.push_back(columnsOf(on ? pixels(s) : std::vector<QPointF>(), area, s.kind == plots::SeriesKind::Bars));
            sizes.push_back(size);
            continue;
        }
        const QPointF p(ax->coordToPixel(s.x[static_cast<std::size_t>(l.point)]), ay->coordToPixel(s.y[static_cast<std::size_t>(l.point)]));
        const bool inside = area.contains(p);
        l.text->setVisible(inside);
        l.line->setVisible(false);
        if (!inside) continue;
        pointLabels.push_back(&l);
        points.push_back(p);
        pointSizes.push_back(size);
    }
    for (std::size_t i = 0; i < m_data->series.size(); ++i)
        if (m_data->series[i].kind == plots::SeriesKind::Line && isShown(m_data->series[i].slot)) others.push_back(columnsOf(pixels(m_data->series[i]), area, false));
    const auto put = [](Label& l, const PlacedLabel& at) {
        l.text->position->setCoords(at.box.topLeft());
        l.line->setVisible(at.leader);
        if (!at.leader) return;
        const QPointF near(std::clamp(at.target.x(), at.box.left(), at.box.right()), std::clamp(at.target.y(), at.box.top(), at.box.bottom()));
        l.line->start->setCoords(near);
        l.line->end->setCoords(at.target);
    };
    const auto placedPoints = placePointLabels(area, points, pointSizes, others);
    bool allNamed = true;
    for (std::size_t i = 0; i < placedPoints.size(); ++i) {
        put(*pointLabels[i], placedPoints[i]);
        // A name over a curve or another name is read by nobody: those without a free place stand outside the axes, and in a
        // plot that is too low for that the marker, the chip of its colour and F1 tell.
        if (placedPoints[i].clear) continue;
        pointLabels[i]->text->setVisible(false);
        pointLabels[i]->line->setVisible(false);
        allNamed = false;
    }
    const auto legendOutside = [this] {
        m_legendOutside = true;
        QMetaObject::invokeMethod(this, &PlotView::rebuildKeepingView, Qt::QueuedConnection);
    };
    if (curveLabels.empty()) {
        if (!allNamed && !m_legendOutside && height() >= kLegendFrom) legendOutside();
        return;
    }
    const auto placed = placeCurveLabels(area, curves, sizes);
    bool clear = true;
    for (std::size_t i = 0; i < placed.size(); ++i) {
        put(*curveLabels[i], placed[i]);
        clear = clear && placed[i].clear;
    }
    if ((clear && allNamed) || m_legendOutside) return;
    // No room for all of them: the names go above the axes. Not from within the layout that asked.
    legendOutside();
}

} // namespace qs::gui
