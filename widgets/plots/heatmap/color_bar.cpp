// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/heatmap/color_bar.h"

#include "core/base/format.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace qs::gui {

ColorBar::ColorBar(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFixedWidth(84);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::SizeVerCursor);
    setAccessibleName(tr("Colour scale"));
    explainRange();
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ColorBar::setScale(const HeatScale& scale)
{
    m_scale = scale;
    setAccessibleDescription(tr("%1, colours from %2 to %3").arg(m_label, QString::fromStdString(formatNumber(scale.low)), QString::fromStdString(formatNumber(scale.high))));
    update();
}

void ColorBar::setExtremes(double min, double max)
{
    m_min = min;
    m_max = max;
    explainRange();
    update();
}

void ColorBar::setFigure(Figure figure)
{
    m_figure = figure;
    explainRange();
}

void ColorBar::explainRange()
{
    const auto number = [](double v) { return QString::fromStdString(formatNumber(v)); };
    setToolTip(tr("Drag to set the range, double-click for the 1st to 99th percentile.") + QStringLiteral("\n\n")
               + explain(Figure::ColorRange, {tr("from %1 to %2; true extremes %3 and %4").arg(number(m_scale.low), number(m_scale.high), number(m_min), number(m_max))}, figureTitle(m_figure)));
}

void ColorBar::setLabel(const QString& label)
{
    m_label = label;
    update();
}

QRect ColorBar::bar() const
{
    const int line = fontMetrics().height();
    return QRect(8, line + 10, 14, height() - 3 * line - 20);
}

void ColorBar::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), m_theme.window());
    const QRect b = bar();
    if (b.height() < 20) return;
    p.setPen(m_theme.text());
    p.drawText(QPoint(4, 4 + fontMetrics().ascent()), fontMetrics().elidedText(m_label, Qt::ElideRight, width() - 4));
    const HeatColors colors(m_theme, {m_scale.low, m_scale.high, m_scale.diverging, HeatValue::Signed});
    for (int y = 0; y < b.height(); ++y) {
        const double v = m_scale.high - (m_scale.high - m_scale.low) * y / (b.height() - 1);
        p.setPen(QColor(colors.at(static_cast<float>(v))));
        p.drawLine(b.left(), b.top() + y, b.right(), b.top() + y);
    }
    p.setPen(m_theme.hairline());
    p.drawRect(b.adjusted(-1, -1, 0, 0));
    p.setPen(m_theme.secondary());
    const int steps = b.height() >= 5 * fontMetrics().height() ? 4 : b.height() >= 2 * fontMetrics().height() ? 2 : 1;
    for (int i = 0; i <= steps; ++i) {
        const double v = m_scale.high - (m_scale.high - m_scale.low) * i / steps;
        const int y = b.top() + (b.height() - 1) * i / steps;
        p.drawLine(b.right() + 2, y, b.right() + 5, y);
        const double shown = std::fabs(v) < 1e-12 * (m_scale.high - m_scale.low) ? 0 : v;
        p.drawText(QRect(b.right() + 8, y - fontMetrics().height() / 2, width() - b.right() - 8, fontMetrics().height()),
                   Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(formatError(shown)));
    }
    // True extremes: a triangle at the bar where they lie within the range, at its end where they are clipped.
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    for (const double v : {m_min, m_max}) {
        const double t = std::clamp((m_scale.high - v) / (m_scale.high - m_scale.low), 0.0, 1.0);
        const double y = b.top() + t * (b.height() - 1);
        p.setBrush(t == 0 || t == 1 ? m_theme.accent() : m_theme.secondary());
        p.drawPolygon(QPolygonF({QPointF(b.left() - 7, y - 4), QPointF(b.left() - 2, y), QPointF(b.left() - 7, y + 4)}));
    }
}

void ColorBar::mousePressEvent(QMouseEvent* event)
{
    m_pressedY = event->position().y();
    m_pressedScale = m_scale;
    m_upper = event->position().y() < bar().center().y();
}

void ColorBar::mouseMoveEvent(QMouseEvent* event)
{
    if (!(event->buttons() & Qt::LeftButton)) return;
    const double f = std::pow(2.0, (event->position().y() - m_pressedY) / 60.0);
    const double span = m_pressedScale.high - m_pressedScale.low;
    if (m_scale.diverging) emit scaleDragged(-m_pressedScale.high / (m_upper ? 1 / f : f), m_pressedScale.high / (m_upper ? 1 / f : f));
    else if (m_upper) emit scaleDragged(m_pressedScale.low, m_pressedScale.low + span * f);
    else emit scaleDragged(m_pressedScale.high - span / f, m_pressedScale.high);
}

void ColorBar::mouseDoubleClickEvent(QMouseEvent*) { emit resetAsked(); }

void ColorBar::keyPressEvent(QKeyEvent* event)
{
    const double f = event->key() == Qt::Key_Up ? 1.25 : event->key() == Qt::Key_Down ? 0.8 : 0;
    if (f == 0) return QWidget::keyPressEvent(event);
    emit scaleDragged(m_scale.diverging ? m_scale.low * f : m_scale.low, m_scale.low < 0 && m_scale.diverging ? m_scale.high * f : m_scale.low + (m_scale.high - m_scale.low) * f);
}

} // namespace qs::gui
