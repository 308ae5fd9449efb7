// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/rows_model.h"
#include "widgets/theme/theme.h"

#include <QSortFilterProxyModel>
#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QTableView;

namespace qs::gui {

/// A table of facts with a filter line that waits for a pause in typing, a count, and Copy.
class FactsTable : public QWidget {
    Q_OBJECT
public:
    FactsTable(const Theme& theme, const QString& name, const QString& filterHint, QWidget* parent = nullptr);
    RowsModel& model() { return *m_model; }
    QTableView* view() { return m_view; }
    /// Shown in place of rows while there are none.
    void setEmptyText(const QString& text);
    /// Width of each column in characters; the last one takes what is left.
    void setWidths(const std::vector<int>& characters);

signals:
    void activated(int row); ///< of the model

private:
    void refresh();
    RowsModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QTableView* m_view;
    QLineEdit* m_filter;
    QLabel* m_count;
    QLabel* m_empty;
    QTimer m_pause;
};

} // namespace qs::gui
