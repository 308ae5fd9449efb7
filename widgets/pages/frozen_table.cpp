// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/frozen_table.h"

#include <QHeaderView>
#include <QScrollBar>

namespace qs::gui {

FrozenTable::FrozenTable(QWidget* parent) : QTableView(parent), m_names(new QTableView(this))
{
    for (QTableView* view : {static_cast<QTableView*>(this), m_names}) {
        view->setHorizontalScrollMode(ScrollPerPixel);
        view->setVerticalScrollMode(ScrollPerPixel);
    }
    m_names->setFocusPolicy(Qt::NoFocus);
    m_names->setFrameShape(NoFrame);
    m_names->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_names->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_names->hide(); // until the table is moved sideways
    viewport()->stackUnder(m_names);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, m_names->verticalScrollBar(), &QScrollBar::setValue);
    connect(m_names->verticalScrollBar(), &QScrollBar::valueChanged, verticalScrollBar(), &QScrollBar::setValue);
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, this, &FrozenTable::place);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, &FrozenTable::place);
    connect(verticalHeader(), &QHeaderView::sectionResized, this, [this](int row, int, int size) { m_names->setRowHeight(row, size); });
}

void FrozenTable::setModel(QAbstractItemModel* model)
{
    QTableView::setModel(model);
    m_names->setModel(model);
    m_names->setSelectionModel(selectionModel());
    m_names->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    place();
}

void FrozenTable::place()
{
    if (!model() || model()->columnCount() == 0) return m_names->hide();
    for (int c = 0; c < model()->columnCount(); ++c)
        if (m_names->isColumnHidden(c) != (c > 0)) m_names->setColumnHidden(c, c > 0);
    m_names->setColumnWidth(0, columnWidth(0));
    m_names->horizontalHeader()->setFixedHeight(horizontalHeader()->height());
    m_names->setGeometry(frameWidth(), frameWidth(), columnWidth(0), horizontalHeader()->height() + viewport()->height());
    m_names->setVisible(horizontalScrollBar()->value() > 0);
}

void FrozenTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    place();
}

void FrozenTable::scrollTo(const QModelIndex& index, ScrollHint hint)
{
    QTableView::scrollTo(index, hint);
    if (index.column() <= 0) return;
    const int hidden = columnWidth(0) - visualRect(index).left();
    if (hidden > 0) horizontalScrollBar()->setValue(horizontalScrollBar()->value() - hidden);
}

} // namespace qs::gui
