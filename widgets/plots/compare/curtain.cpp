// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/compare/curtain.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

constexpr int kWidth = 44; // the letters beside the line; only the middle takes the mouse

} // namespace

Curtain::Curtain(Theme& theme, QWidget* back, QWidget* front) : QWidget(back), m_theme(theme), m_back(back), m_front(front)
{
    front->setParent(back);
    front->hide();
    hide();
    setFixedWidth(kWidth);
    setCursor(Qt::SplitHCursor);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Curtain: A on its left, B on its right"));
    setToolTip(tr("Drag, or move with Left and Right"));
    back->installEventFilter(this);
}

void Curtain::setOn(bool on)
{
    m_on = on;
    m_front->setVisible(on);
    setVisible(on);
    place();
}

void Curtain::setSplit(double split)
{
    m_split = std::clamp(split, 0.02, 0.98);
    place();
}

void Curtain::place()
{
    if (!m_on) return;
    const int x = static_cast<int>(std::lround(m_split * m_back->width()));
    m_front->setGeometry(m_back->rect());
    m_front->setMask(QRegion(x, 0, std::max(1, m_back->width() - x), std::max(1, m_back->height())));
    m_front->raise();
    setGeometry(x - kWidth / 2, 0, kWidth, m_back->height());
    // Letters and line only: what lies beside them stays in reach of the mouse.
    const int line = fontMetrics().height() + 4;
    setMask(QRegion(kWidth / 2 - 4, 0, 8, height()) + QRegion(0, 2, kWidth, line));
    raise();
}

bool Curtain::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_back && event->type() == QEvent::Resize) place();
    return QWidget::eventFilter(object, event);
}

void Curtain::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const int line = fontMetrics().height() + 4;
    p.fillRect(QRect(kWidth / 2 - 1, 0, 2, height()), hasFocus() ? m_theme.accent() : m_theme.text());
    for (const auto& [x, letter] : {std::pair(0, QStringLiteral("A")), std::pair(kWidth / 2 + 4, QStringLiteral("B"))}) {
        const QRect box(x, 2, kWidth / 2 - 4, line);
        p.fillRect(box, m_theme.base());
        p.setPen(m_theme.text());
        p.drawText(box, Qt::AlignCenter, letter);
    }
}

void Curtain::mousePressEvent(QMouseEvent* event) { m_grip = event->position().x() - kWidth / 2.0; }

void Curtain::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) setSplit((mapToParent(event->position().toPoint()).x() - m_grip) / std::max(1, m_back->width()));
}

void Curtain::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left) setSplit(m_split - 0.02);
    else if (event->key() == Qt::Key_Right) setSplit(m_split + 0.02);
    else QWidget::keyPressEvent(event);
}

} // namespace qs::gui
