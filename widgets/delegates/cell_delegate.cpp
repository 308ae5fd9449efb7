// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/delegates/cell_delegate.h"

#include "widgets/models/model_roles.h"

#include <QPainter>
#include <algorithm>

namespace qs::gui {

CellDelegate::CellDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

void CellDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->backgroundBrush = {}; // paint() fills the whole cell, not only what the margins leave
    if (index.data(SecondaryRole).toBool()) {
        option->palette.setColor(QPalette::Text, m_theme.secondary());
        option->palette.setColor(QPalette::HighlightedText, m_theme.secondary());
    }
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QVariant slot = index.data(SlotRole);
    const QVariant bar = index.data(BarRole);
    QStyleOptionViewItem inner = option;
    if (const QVariant back = index.data(Qt::BackgroundRole); back.isValid()) painter->fillRect(option.rect, back.value<QColor>());
    if (m_margin > 0) {
        if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, option.palette.brush(QPalette::Highlight));
        inner.rect.adjust(m_margin, 0, -m_margin, 0);
    }
    if (slot.isValid()) {
        // The row's background under the dot, then the text to its right.
        if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, option.palette.brush(QPalette::Highlight));
        inner.rect.adjust(14, 0, 0, 0);
    }
    QStyledItemDelegate::paint(painter, inner, index);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (slot.isValid()) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(m_theme.recipe(slot.toInt()));
        painter->drawEllipse(QPointF(option.rect.left() + m_margin + 7, option.rect.center().y() + 0.5), 4.5, 4.5);
    }
    if (bar.isValid()) {
        const double most = std::min(64, option.rect.width() / 2 - 4);
        QColor colour = m_theme.accent();
        colour.setAlphaF(0.6F);
        painter->fillRect(QRectF(option.rect.left() + 8, option.rect.bottom() - 3, std::max(1.0, most * bar.toDouble()), 2), colour);
    }
    if (const int chosen = index.data(ChosenRole).toInt(); chosen > 0) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(QPen(m_theme.accent(), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
        painter->drawRect(option.rect.adjusted(2, 2, -3, -3));
        if (chosen > 1) painter->fillRect(QRect(option.rect.left() + 1, option.rect.top() + 1, 8, 8), m_theme.accent());
    }
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QSize s = QStyledItemDelegate::sizeHint(option, index);
    s.setHeight(option.fontMetrics.height() + 2 * m_padding);
    if (index.data(SlotRole).isValid()) s.rwidth() += 20;
    return s;
}

} // namespace qs::gui
