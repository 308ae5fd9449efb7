// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/theme/theme.h"

#include <QStyledItemDelegate>

namespace qs::gui {

/// Paints the marks that models give beside their text: a recipe's dot (SlotRole), a thin bar (BarRole), the secondary
/// colour (SecondaryRole). Everything else is the style's.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CellDelegate(const Theme& theme, QObject* parent = nullptr);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setRowPadding(int pixels) { m_padding = pixels; }
    /// Room left and right of the text, as the header's sections have it.
    void setMargin(int pixels) { m_margin = pixels; }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    const Theme& m_theme;
    int m_padding = 3;
    int m_margin = 0;
};

} // namespace qs::gui
