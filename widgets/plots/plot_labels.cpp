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

constexpr int kDirect = 4; // so many curves are named in the plot

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
        if (!s.name.empty() && s.kind != plots::SeriesKind::Stems && s.labels.empty() && isShown(s.slot)) named.push_back(i);
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
    // Outside the axes, above them: it covers nothing.
    auto* legend = new QCPLegend;
    legend->setFillOrder(QCPLayoutGrid::foColumnsFirst, false);
    QFont f = font();
    f.setPointSizeF(font().pointSizeF() * 0.9);
    int widest = 1;
    for (const std::size_t i : named) widest = std::max(widest, QFontMetrics(f).horizontalAdvance(text(m_data->series[i].name)));
    legend->setWrap(std::max(1, (width() - 60) / (widest + 40)));
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, legend);
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    legend->setLayer(QStringLiteral("legend"));
    legend->setBorderPen(Qt::NoPen);
    legend->setBrush(Qt::NoBrush);
    legend->setIconSize(14, QFontMetrics(f).height());
    legend->setRowSpacing(0);
    legend->setColumnSpacing(12);
    legend->setMargins(QMargins(40, 0, 6, 4));
    legend->setFont(f);
    legend->setTextColor(m_theme.text());
    legend->setSelectableParts(QCPLegend::spNone);
    for (const std::size_t i : named)
        if (auto* p = m_plottables[i]) legend->addItem(new QCPPlottableLegendItem(legend, p));
}

// A title longer than its axis loses the unit, then its end: it is never cut at both ends.
void PlotView::shortenTitles()
{
    if (!m_data) return;
    for (std::size_t k = 0; k < m_rects.size(); ++k)
        for (const auto side : {QCPAxis::atLeft, QCPAxis::atBottom}) {
            QCPAxis* axis = m_rects[k]->axis(side);
            if (axis->label().isEmpty() || m_stemRect) continue;
            const auto& given = side == QCPAxis::atLeft ? m_data->y : m_data->x;
            if (!axis->label().startsWith(text(given.label).left(3))) continue; // a title of the view's own
            const QFontMetrics fm(axis->labelFont());
            // The margins beside the axis rect are free for half of the rest.
            const int room = side == QCPAxis::atLeft ? m_rects[k]->height() + 2 * std::min(m_rects[k]->margins().top(), m_rects[k]->margins().bottom())
                                                     : m_rects[k]->width() + 2 * std::min(m_rects[k]->margins().left(), m_rects[k]->margins().right());
            QString title = axisTitle(given);
            if (fm.horizontalAdvance(title) > room) title = fm.elidedText(text(given.label), Qt::ElideRight, room);
            if (title != axis->label()) axis->setLabel(title);
        }
}

// Runs whenever the axes have got their pixels: labels stand where there is room in this size and at this zoom.
void PlotView::placeLabels()
{
    shortenTitles();
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
    for (std::size_t i = 0; i < placedPoints.size(); ++i) put(*pointLabels[i], placedPoints[i]);
    if (curveLabels.empty()) return;
    const auto placed = placeCurveLabels(area, curves, sizes);
    bool clear = true;
    for (std::size_t i = 0; i < placed.size(); ++i) {
        put(*curveLabels[i], placed[i]);
        clear = clear && placed[i].clear;
    }
    if (clear || m_legendOutside) return;
    // No room for all of them: the names go above the axes. Not from within the layout that asked.
    m_legendOutside = true;
    QMetaObject::invokeMethod(this, &PlotView::rebuildKeepingView, Qt::QueuedConnection);
}

} // namespace qs::gui
