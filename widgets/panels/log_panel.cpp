// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/log_panel.h"

#include "widgets/delegates/table_style.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

namespace qs::gui {

LogPanel::LogPanel(Theme& theme, QWidget* parent) : QWidget(parent), m_model(new LogModel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_table = new QTableView(this);
    m_table->setAccessibleName(tr("Log"));
    m_table->setModel(m_model);
    m_table->verticalHeader()->setMinimumSectionSize(16);
    styleTable(m_table, theme);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionResizeMode(LogModel::TextColumn, QHeaderView::Stretch);
    const int em = m_table->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    header->resizeSection(LogModel::TimeColumn, em * 11);
    header->resizeSection(LogModel::KindColumn, em * 11);
    column->addWidget(m_table);
    // New lines are followed while the end is on show.
    connect(m_model, &QAbstractItemModel::rowsAboutToBeInserted, this, [this] {
        const QScrollBar* bar = m_table->verticalScrollBar();
        if (bar->value() == bar->maximum()) QMetaObject::invokeMethod(m_table, &QTableView::scrollToBottom, Qt::QueuedConnection);
    });
    connect(m_table, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) {
        QMenu menu(this);
        menu.addAction(tr("Copy all"), this, [this] { QApplication::clipboard()->setText(m_model->text()); });
        menu.addAction(tr("Clear"), m_model, &LogModel::clear);
        menu.exec(m_table->viewport()->mapToGlobal(at));
    });
}

} // namespace qs::gui
