// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/heatmap/profile_strip.h"

#include "core/base/format.h"
#include "widgets/common/explain.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace qs::gui {

ProfileStrip::ProfileStrip(const Services& services, Qt::Orientation orientation, QWidget* parent)
    : QWidget(parent), m_services(services), m_orientation(orientation)
{
    if (orientation == Qt::Horizontal) setFixedHeight(fontMetrics().height() * 2 + 64);
    else setFixedWidth(92);
    setAccessibleName(orientation == Qt::Horizontal ? tr("Profile per input column") : tr("Profile per output row"));
    connect(&services.selection, &Selection::rangeChanged, this, qOverload<>(&QWidget::update));
    connect(&services.selection, &Selection::cellChanged, this, qOverload<>(&QWidget::update));
    connect(&services.selection, &Selection::regionChanged, this, qOverload<>(&QWidget::update));
    connect(&services.theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ProfileStrip::setCurves(std::vector<Curve> curves, const QString& label)
{
    m_curves = std::move(curves);
    m_label = label;
    setAccessibleDescription(label);
    setToolTip(explain({Figure::Rms, m_orientation == Qt::Horizontal ? Figure::InputColumn : Figure::OutputRow}, label));
    update();
}

void ProfileStrip::setInsets(int start, int end)
{
    m_start = start;
    m_end = end;
    update();
}

void ProfileStrip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), m_services.theme.window());
    if (m_curves.empty() || !m_curves.front().pyramid) return;
    const bool horizontal = m_orientation == Qt::Horizontal;
    const auto& first = *m_curves.front().pyramid;
    const Index n = horizontal ? first.cols : first.rows;
    QRectF range = m_services.selection.range();
    if (range.isEmpty()) range = QRectF(0, 0, static_cast<double>(first.cols), static_cast<double>(first.rows));
    const double from = horizontal ? range.left() : range.top();
    const double to = horizontal ? range.right() : range.bottom();
    const int line = fontMetrics().height();
    const QRect area = horizontal ? QRect(m_start, line + 4, std::max(1, width() - m_start - m_end), height() - line - 10)
                                  : QRect(8, m_start, std::max(1, width() - 16), std::max(1, height() - m_start - m_end));
    // One pixel shows the largest of the columns it covers, so that no peak is lost.
    const int pixels = horizontal ? area.width() : area.height();
    double top = 0;
    std::vector<std::vector<double>> curves;
    for (const Curve& c : m_curves) {
        if (!c.pyramid) continue;
        const auto& values = horizontal ? c.pyramid->byCol.rms : c.pyramid->byRow.rms;
        std::vector<double> line2(static_cast<std::size_t>(std::max(1, pixels)));
        for (int i = 0; i < pixels; ++i) {
            auto a = static_cast<Index>(from + (to - from) * i / pixels);
            auto b = static_cast<Index>(std::ceil(from + (to - from) * (i + 1) / pixels));
            a = std::clamp<Index>(a, 0, n - 1);
            b = std::clamp<Index>(b, a + 1, n);
            double v = 0;
            for (Index k = a; k < b && k < static_cast<Index>(values.size()); ++k)
                if (std::isfinite(values[static_cast<std::size_t>(k)])) v = std::max(v, static_cast<double>(values[static_cast<std::size_t>(k)]));
            line2[static_cast<std::size_t>(i)] = v;
            top = std::max(top, v);
        }
        curves.push_back(std::move(line2));
    }
    if (top <= 0) top = 1;
    p.setPen(m_services.theme.secondary());
    if (horizontal) {
        p.drawText(QPoint(area.left(), fontMetrics().ascent() + 2), m_label);
        p.drawText(QRect(0, area.top() - line / 2, area.left() - 6, line), Qt::AlignRight | Qt::AlignVCenter, QString::fromStdString(formatError(top)));
        p.drawText(QRect(0, area.bottom() - line / 2, area.left() - 6, line), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("0"));
        p.setPen(m_services.theme.hairline());
        p.drawLine(area.bottomLeft(), area.bottomRight());
    } else {
        p.drawText(QRect(area.left(), area.bottom() + 6, area.width() + 8, line), Qt::AlignLeft, QStringLiteral("0"));
        p.drawText(QRect(area.left(), area.bottom() + 6, area.width(), line), Qt::AlignRight, QString::fromStdString(formatError(top)));
        p.drawText(QRect(0, 4, width(), line), Qt::AlignHCenter, fontMetrics().elidedText(m_label, Qt::ElideRight, width()));
        p.setPen(m_services.theme.hairline());
        p.drawLine(area.topLeft(), area.bottomLeft());
    }
    for (std::size_t k = 0; k < curves.size(); ++k) {
        QPolygonF poly;
        for (int i = 0; i < pixels; ++i) {
            const double v = curves[k][static_cast<std::size_t>(i)] / top;
            poly << (horizontal ? QPointF(area.left() + i + 0.5, area.bottom() - v * (area.height() - 1))
                                : QPointF(area.left() + v * (area.width() - 1), area.top() + i + 0.5));
        }
        p.setPen(QPen(m_services.theme.recipe(m_curves[k].slot), 1));
        p.drawPolyline(poly);
    }
    if (const auto& part = m_services.selection.region()) {
        // The rows or columns outside the selected part are veiled, as in the maps.
        QColor veil = m_services.theme.window();
        veil.setAlpha(190);
        const auto at = [&](Index k) { return std::clamp((static_cast<double>(k) - from) / (to - from), 0.0, 1.0); };
        const double a = at(horizontal ? part->col0 : part->row0);
        const double b = at(horizontal ? part->col1 : part->row1);
        const QRectF all(area);
        if (horizontal) {
            p.fillRect(QRectF(all.left(), all.top(), a * all.width(), all.height()), veil);
            p.fillRect(QRectF(all.left() + b * all.width(), all.top(), (1 - b) * all.width(), all.height()), veil);
        } else {
            p.fillRect(QRectF(all.left(), all.top(), all.width(), a * all.height()), veil);
            p.fillRect(QRectF(all.left(), all.top() + b * all.height(), all.width(), (1 - b) * all.height()), veil);
        }
    }
    if (const auto cell = m_services.selection.cell()) {
        const double at = static_cast<double>(horizontal ? cell->col : cell->row) + 0.5;
        const double t = (at - from) / (to - from);
        p.setPen(m_services.theme.accent());
        if (t >= 0 && t <= 1) {
            if (horizontal) p.drawLine(QPointF(area.left() + t * area.width(), area.top()), QPointF(area.left() + t * area.width(), area.bottom()));
            else p.drawLine(QPointF(area.left(), area.top() + t * area.height()), QPointF(area.right(), area.top() + t * area.height()));
        }
    }
}

} // namespace qs::gui
