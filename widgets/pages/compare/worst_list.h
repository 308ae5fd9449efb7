// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/worst/worst_places.h"
#include "widgets/selection/services.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace qs::gui {

class SegmentBar;
class WorstModel;

/// The rows, columns or groups of A (or B) with the largest error. Choosing one zooms the matrix views to it.
class WorstList : public QWidget {
    Q_OBJECT
public:
    WorstList(const Services& services, QWidget* parent);
    QTableView* table() const { return m_table; }
    SegmentBar& kinds() { return *m_kinds; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void fill();
    void go(const QModelIndex& index);
    Services m_services;
    SegmentBar* m_kinds;
    SegmentBar* m_which;
    QTableView* m_table;
    WorstModel* m_model;
    QLabel* m_message;
    ResultPtr m_result; ///< whose places are listed
    bool m_dirty = true;
    metrics::WorstPlaces m_places;
    bool m_outputs = false; ///< shares of the output error are known
};

} // namespace qs::gui
