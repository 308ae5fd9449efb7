// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/explain.h"
#include "widgets/selection/workspace.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QTimer>

namespace qs::gui {

/// All results of the workspace, one per row.
class ResultsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TensorColumn, RecipeColumn, BitsColumn, RelMseColumn, OutputColumn, SqnrColumn, MaxColumn, CosineColumn, TimeColumn, ColumnCount };
    explicit ResultsModel(Workspace& workspace, QObject* parent = nullptr);

    ResultPtr result(const QModelIndex& index) const;
    int rowOf(const ResultPtr& result) const;
    /// Full precision, one line per row of `rows` (source rows), for CSV and copying.
    QString csv(const std::vector<int>& rows) const;
    /// Takes changes of the workspace in at once (they are otherwise gathered for a moment).
    void refresh();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        ResultPtr result;
        unsigned best = 0; // bit per column
        double bar = 0;
    };
    static Figure figureOf(int column);
    static double raw(const study::CellResult& r, int column);
    void rank();

    Workspace& m_workspace;
    std::vector<Row> m_rows;
    QTimer m_gather; ///< many results arrive together: one update for all
};

/// Sorting by raw numbers and names in natural order; filtering by words.
class ResultsSorter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit ResultsSorter(QObject* parent = nullptr);
    void setWords(const QString& words);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
};

} // namespace qs::gui
