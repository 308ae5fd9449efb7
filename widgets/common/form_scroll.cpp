// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/form_scroll.h"

#include <QScopedValueRollback>

namespace qs::gui {

FormScroll::FormScroll(QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setWidget(new QWidget(this));
}

bool FormScroll::eventFilter(QObject* object, QEvent* event)
{
    if (m_answering) return false;
    const QScopedValueRollback answering(m_answering, true);
    return QScrollArea::eventFilter(object, event);
}

} // namespace qs::gui
