// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/session/session_diff.h"

#include <QAbstractTableModel>

namespace qs::gui {

/// Cells of two sessions against each other, as core orders them: worse first.
class SessionDiffModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { StatusColumn, TensorColumn, RecipeColumn, BeforeColumn, AfterColumn, ChangeColumn, BitsBeforeColumn, BitsAfterColumn, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    void setDiff(std::shared_ptr<const session::ResultDiff> diff);
    const session::CellDiff* cell(const QModelIndex& index) const;
    QString csv() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const session::ResultDiff> m_diff;
};

} // namespace qs::gui
