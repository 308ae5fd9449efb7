// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/delegates/table_style.h"

#include "widgets/delegates/cell_delegate.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QTableView>
#include <algorithm>

namespace qs::gui {

void styleTable(QTableView* table, const Theme& theme)
{
    auto* delegate = new CellDelegate(theme, table);
    delegate->setMargin(6);
    table->setItemDelegate(delegate);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 7);
    table->horizontalHeader()->setHighlightSections(false);
}

void copySelectedRows(const QTableView* table)
{
    QString out;
    auto rows = table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    for (const QModelIndex& i : rows) {
        QStringList cells;
        for (int c = 0; c < table->model()->columnCount(); ++c) cells << i.siblingAtColumn(c).data().toString();
        out += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    QApplication::clipboard()->setText(out);
}

} // namespace qs::gui
