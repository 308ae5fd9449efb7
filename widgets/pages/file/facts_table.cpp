// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/file/facts_table.h"

#include "core/base/format.h"
#include "widgets/common/explain.h"
#include "widgets/delegates/table_style.h"
#include "widgets/models/model_roles.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace qs::gui {

FactsTable::FactsTable(const Theme& theme, const QString& name, const QString& filterHint, QWidget* parent)
    : QWidget(parent), m_model(new RowsModel(this)), m_proxy(new QSortFilterProxyModel(this))
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_proxy->setSortRole(RawRole);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* row = new QHBoxLayout;
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(filterHint);
    m_filter->setAccessibleName(tr("Filter: %1").arg(name));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);
    row->addWidget(m_filter);
    m_count = new QLabel(this);
    m_count->setProperty("secondary", true);
    m_count->setToolTip(explain(Figure::Filtered, {}, name));
    row->addWidget(m_count);
    row->addStretch(1);
    column->addLayout(row);
    m_empty = new QLabel(this);
    m_empty->setProperty("secondary", true);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_empty->setContentsMargins(2, 8, 2, 2);
    column->addWidget(m_empty, 1);
    m_view = new QTableView(this);
    m_view->setAccessibleName(name);
    m_view->setModel(m_proxy);
    styleTable(m_view, theme);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setSortingEnabled(true);
    m_view->horizontalHeader()->setSortIndicatorClearable(true);
    m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    column->addWidget(m_view, 1);
    auto* copyAction = new QAction(tr("Copy"), m_view);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, [this] { copySelectedRows(m_view); });
    m_view->addAction(copyAction);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto open = [this](const QModelIndex& i) { emit activated(m_proxy->mapToSource(i).row()); };
    connect(m_view, &QTableView::activated, this, open);
    m_pause.setSingleShot(true);
    m_pause.setInterval(150);
    connect(m_filter, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    connect(&m_pause, &QTimer::timeout, this, [this] {
        m_proxy->setFilterFixedString(m_filter->text());
        refresh();
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, &FactsTable::refresh);
    refresh();
}

void FactsTable::setEmptyText(const QString& text)
{
    m_empty->setText(text);
    refresh();
}

void FactsTable::setWidths(const std::vector<int>& characters)
{
    const int em = m_view->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (std::size_t i = 0; i < characters.size(); ++i) m_view->horizontalHeader()->resizeSection(static_cast<int>(i), characters[i] * em);
}

void FactsTable::refresh()
{
    const int all = m_model->rowCount();
    const int shown = m_proxy->rowCount();
    m_empty->setVisible(all == 0);
    m_view->setVisible(all > 0);
    m_filter->setVisible(all > 0);
    const auto count = [](int n) { return QString::fromStdString(formatCount(static_cast<std::uint64_t>(n))); };
    m_count->setText(all == 0 ? QString() : shown == all ? count(all) : tr("%1 of %2").arg(count(shown), count(all)));
}

} // namespace qs::gui
