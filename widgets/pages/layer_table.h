// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/services.h"

#include <QWidget>

class QTableView;

namespace qs::gui {

class FrozenTable;
class LayerRecipeModel;
class SegmentBar;

/// The layer × recipe table. A click opens tensor and result as A, with Shift or Ctrl as B.
class LayerTable : public QWidget {
    Q_OBJECT
public:
    LayerTable(const Services& services, QWidget* parent);
    QTableView* table() const;
    LayerRecipeModel& model() { return *m_model; }
    SegmentBar& figures() { return *m_figures; }
    /// Makes the cell under the mouse A or B; false where the mouse is on none.
    bool assignHovered(bool b);

private:
    void open(const QModelIndex& index, bool b);
    void follow();
    void menuAt(const QPoint& position);
    Services m_services;
    LayerRecipeModel* m_model;
    FrozenTable* m_table;
    SegmentBar* m_figures;
};

} // namespace qs::gui
