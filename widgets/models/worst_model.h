// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/worst/worst_places.h"

#include <QAbstractTableModel>

namespace qs::gui {

/// Rows, columns or groups of one result, the largest error first.
class WorstModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { PlaceColumn, RmseColumn, MaxColumn, RelativeColumn, ShareColumn, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    /// `origin`: tensor and recipe, for the explanations.
    void setPlaces(std::vector<metrics::WorstPlace> places, const QString& origin = {});
    const metrics::WorstPlace* place(const QModelIndex& index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<metrics::WorstPlace> m_places;
    QString m_origin;
};

} // namespace qs::gui
