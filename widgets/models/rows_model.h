// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/explain.h"

#include <QAbstractTableModel>
#include <functional>
#include <optional>
#include <vector>

namespace qs::gui {

/// A read-only table whose cells are made when they are asked for: for facts that are there as a whole.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    struct Column {
        QString title;
        std::function<QString(int row)> text;
        bool number = false;                          ///< aligned right
        std::function<QVariant(int row)> raw = {};    ///< what sorting uses; null: the text
        std::function<QString(int row)> toolTip = {}; ///< null: none
        std::optional<Figure> figure = {};            ///< explains the cell; the tool tip is then a line of it
    };
    using QAbstractTableModel::QAbstractTableModel;
    void setColumns(std::vector<Column> columns);
    /// What the columns speak of has changed.
    void setRows(int count);
    void clear() { setRows(0); }
    /// The file that the rows are of, for explanations.
    void setOrigin(const QString& origin) { m_origin = origin; }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : m_rows; }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_columns.size()); }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Column> m_columns;
    int m_rows = 0;
    QString m_origin;
};

} // namespace qs::gui
