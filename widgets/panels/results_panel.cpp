// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/results_panel.h"

#include "widgets/delegates/table_style.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace qs::gui {

ResultsPanel::ResultsPanel(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(new ResultsModel(services.workspace, this)), m_sorter(new ResultsSorter(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_sorter->setSourceModel(m_model);
    m_table = new QTableView(this);
    m_table->setAccessibleName(tr("Results"));
    m_table->setModel(m_sorter);
    styleTable(m_table, services.theme);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->setMinimumSectionSize(16);
    QHeaderView* header = m_table->horizontalHeader();
    header->setMinimumSectionSize(56);
    header->setSectionsMovable(true);
    header->setStretchLastSection(false);
    m_table->setSortingEnabled(true);
    header->setSortIndicatorClearable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    for (int c = 0; c < ResultsModel::ColumnCount; ++c)
        header->setSectionResizeMode(c, c == ResultsModel::RecipeColumn ? QHeaderView::Stretch : QHeaderView::Interactive);
    const int em = m_table->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (const auto& [c, chars] : {std::pair(ResultsModel::TensorColumn, 24), std::pair(ResultsModel::BitsColumn, 12),
                                   std::pair(ResultsModel::RelMseColumn, 23), std::pair(ResultsModel::OutputColumn, 12), std::pair(ResultsModel::SqnrColumn, 14),
                                   std::pair(ResultsModel::MaxColumn, 14), std::pair(ResultsModel::CosineColumn, 14),
                                   std::pair(ResultsModel::TimeColumn, 13)})
        header->resizeSection(c, em * chars);
    column->addWidget(m_table);

    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("filter results"));
    m_filter->setAccessibleName(tr("Filter of the results"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(220);
    m_filter->setMaximumHeight(24);
    connect(m_filter, &QLineEdit::textChanged, m_sorter, &ResultsSorter::setWords);

    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { openCurrent(); });
    connect(m_table, &QTableView::customContextMenuRequested, this, &ResultsPanel::menuAt);
    connect(&services.selection, &Selection::resultsChanged, this, &ResultsPanel::followSelection);
    connect(m_model, &QAbstractItemModel::modelReset, this, &ResultsPanel::followSelection);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &ResultsPanel::followSelection, Qt::QueuedConnection);

    auto* copy = new QAction(tr("Copy"), m_table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, [this] { copySelectedRows(m_table); });
    m_table->addAction(copy);
    auto* remove = new QAction(tr("Remove"), m_table);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    connect(remove, &QAction::triggered, this, [this] {
        m_services.workspace.removeResults(selected());
    });
    m_table->addAction(remove);
}

ResultPtr ResultsPanel::current() const { return m_model->result(m_sorter->mapToSource(m_table->currentIndex())); }

std::vector<ResultPtr> ResultsPanel::selected() const
{
    std::vector<ResultPtr> out;
    for (const QModelIndex& i : m_table->selectionModel()->selectedRows()) out.push_back(m_model->result(m_sorter->mapToSource(i)));
    return out;
}

QString ResultsPanel::csv() const
{
    std::vector<int> rows;
    for (int i = 0; i < m_sorter->rowCount(); ++i) rows.push_back(m_sorter->mapToSource(m_sorter->index(i, 0)).row());
    return m_model->csv(rows);
}

void ResultsPanel::pin(const std::vector<ResultPtr>& results, bool on)
{
    auto now = m_services.workspace.pinned();
    for (const auto& r : results) {
        if (on) now.insert(r);
        else now.erase(r);
    }
    m_services.workspace.setPinned(now);
}

void ResultsPanel::openCurrent()
{
    if (m_following) return;
    const ResultPtr r = current();
    if (!r) return;
    const QScopedValueRollback guard(m_following, true);
    for (const auto& c : m_services.workspace.checkpoints())
        if (c.source->path == r->source)
            if (const auto i = c.source->find(r->tensor); i >= 0) {
                m_services.selection.setTensor({c.id, i});
                break;
            }
    m_services.selection.setA(r);
}

void ResultsPanel::followSelection()
{
    if (m_following) return;
    const QScopedValueRollback guard(m_following, true);
    const int row = m_model->rowOf(m_services.selection.a());
    const QModelIndex at = row < 0 ? QModelIndex() : m_sorter->mapFromSource(m_model->index(row, 0));
    if (!at.isValid()) {
        m_table->clearSelection();
        m_table->setCurrentIndex({});
        return;
    }
    if (m_table->selectionModel()->selectedRows().size() > 1 && m_table->selectionModel()->isSelected(at)) return;
    m_table->selectionModel()->setCurrentIndex(at, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_table->scrollTo(at);
}

void ResultsPanel::menuAt(const QPoint& position)
{
    const QModelIndex i = m_table->indexAt(position);
    QMenu menu(this);
    if (i.isValid()) {
        const ResultPtr r = m_model->result(m_sorter->mapToSource(i));
        menu.addAction(tr("Show as A"), this, [this, r] { m_services.selection.setA(r); });
        menu.addAction(tr("Show as B"), this, [this, r] { m_services.selection.setB(r); });
        menu.addSeparator();
        menu.addAction(tr("Copy rows"), this, [this] { copySelectedRows(m_table); });
        menu.addAction(tr("Copy as command line"), this, [this, r] { emit commandLineRequested(r); });
        menu.addAction(tr("Export…"), this, [this] { emit exportRequested(selected()); });
        menu.addSeparator();
        const auto chosen = selected();
        const bool pinned = std::all_of(chosen.begin(), chosen.end(), [this](const ResultPtr& x) { return m_services.workspace.pinned(x); });
        menu.addAction(pinned ? tr("Unpin") : tr("Pin"), this, [this, chosen, pinned] { pin(chosen, !pinned); });
        menu.addAction(tr("Remove"), this, [this, chosen] { m_services.workspace.removeResults(chosen); });
    }
    menu.addAction(tr("Save the table as CSV…"), this, &ResultsPanel::saveCsvRequested);
    menu.exec(m_table->viewport()->mapToGlobal(position));
}

} // namespace qs::gui
