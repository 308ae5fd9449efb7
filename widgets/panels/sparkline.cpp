// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/sparkline.h"

#include "core/base/format.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace qs::gui {

Sparkline::Sparkline(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Sparkline::setBars(std::vector<double> heights, double from, double to)
{
    m_heights = std::move(heights);
    m_from = from;
    m_to = to;
    update();
}

void Sparkline::setStems(std::vector<double> at, std::vector<double> lengths, int slot)
{
    m_stems = std::move(at);
    m_lengths = std::move(lengths);
    m_slot = slot;
    updateGeometry();
    update();
}

void Sparkline::clear()
{
    m_heights.clear();
    setStems({}, {}, 0);
}

void Sparkline::paintEvent(QPaintEvent*)
{
    if (m_heights.empty()) return;
    QPainter p(this);
    const int labels = fontMetrics().height();
    const int stems = m_stems.empty() ? 0 : 24;
    const double bottom = height() - labels - stems - 2;
    const double most = *std::max_element(m_heights.begin(), m_heights.end());
    const double step = static_cast<double>(width()) / static_cast<double>(m_heights.size());
    QColor fill = m_theme.original();
    fill.setAlphaF(m_theme.dark() ? 0.45F : 0.45F);
    // Bars on whole device pixels: no seams, no blur.
    for (std::size_t i = 0; most > 0 && i < m_heights.size(); ++i) {
        const double x0 = std::round(static_cast<double>(i) * step);
        const double x1 = std::round(static_cast<double>(i + 1) * step);
        const double h = m_heights[i] <= 0 ? 0 : std::max(1.0, m_heights[i] / most * (bottom - 2));
        p.fillRect(QRectF(x0, bottom - h, x1 - x0, h), fill);
    }
    p.setPen(m_theme.hairline());
    p.drawLine(QPointF(0, bottom + 0.5), QPointF(width(), bottom + 0.5));
    const auto place = [&](double v) { return m_to > m_from ? (v - m_from) / (m_to - m_from) * width() : 0; };
    p.setPen(QPen(m_theme.recipe(m_slot), 2));
    for (std::size_t i = 0; i < m_stems.size(); ++i) {
        const double x = std::clamp(place(m_stems[i]), 1.0, width() - 1.0);
        p.drawLine(QPointF(x, bottom + 2), QPointF(x, bottom + 4 + 18 * (i < m_lengths.size() ? m_lengths[i] : 1.0)));
    }
    p.setPen(m_theme.secondary());
    QFont f = font();
    f.setPointSizeF(f.pointSizeF() * 0.85);
    p.setFont(f);
    const QRectF line(0, height() - labels, width(), labels);
    p.drawText(line, Qt::AlignLeft | Qt::AlignBottom, QString::fromStdString(formatNumber(m_from, 3)));
    p.drawText(line, Qt::AlignRight | Qt::AlignBottom, QString::fromStdString(formatNumber(m_to, 3)));
    if (m_from < 0 && m_to > 0) {
        const double x = place(0);
        if (x > 60 && x < width() - 60) p.drawText(QRectF(x - 20, line.top(), 40, labels), Qt::AlignHCenter | Qt::AlignBottom, QStringLiteral("0"));
    }
}

} // namespace qs::gui
