// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/rows_model.h"

#include "widgets/models/model_roles.h"

namespace qs::gui {

void RowsModel::setColumns(std::vector<Column> columns)
{
    beginResetModel();
    m_columns = std::move(columns);
    endResetModel();
}

void RowsModel::setRows(int count)
{
    beginResetModel();
    m_rows = count;
    endResetModel();
}

QVariant RowsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows || index.column() >= columnCount()) return {};
    const Column& c = m_columns[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole: return c.text(index.row());
    case RawRole: return c.raw ? c.raw(index.row()) : QVariant(c.text(index.row()));
    case Qt::ToolTipRole:
        if (c.figure) return explain(*c.figure, {c.toolTip ? c.toolTip(index.row()) : c.text(index.row())}, m_origin);
        return c.toolTip ? QVariant(c.toolTip(index.row())) : QVariant();
    case Qt::TextAlignmentRole: return static_cast<int>((c.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const Column& c = m_columns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) return c.title;
    if (role == Qt::TextAlignmentRole) return static_cast<int>((c.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

} // namespace qs::gui
