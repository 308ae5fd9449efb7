// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/workspace.h"

#include <QAbstractTableModel>

namespace qs::gui {

/// The evaluations that were made, the newest last: every figure with its standard error; a difference below twice its
/// error is grey, with "≈".
class EvaluationsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { MixtureColumn, BitsColumn, PerplexityColumn, DeltaColumn, DivergenceColumn, Divergence99Column, AgreementColumn, TokensColumn, ColumnCount };
    explicit EvaluationsModel(Workspace& workspace, QObject* parent = nullptr);
    EvaluationPtr evaluation(const QModelIndex& index) const;
    int rowOf(const EvaluationPtr& evaluation) const;
    QString csv() const;
    /// Grey are rows of other tokens than this one's: their figures don't compare.
    void setCurrent(const EvaluationPtr& evaluation);

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Workspace& m_workspace;
    std::vector<EvaluationPtr> m_rows;
    EvaluationPtr m_current;
};

} // namespace qs::gui
