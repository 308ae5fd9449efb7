// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/plots/live_plot.h"

#include <QObject>

namespace qs::gui {

/// Makes a table of tensors (overview, layers × recipes) a navigator: a click opens the tensor and makes the cell's result
/// A, with Shift or Ctrl B; a menu says the same; the keys A and B act on the cell under the mouse; the selected tensor is
/// framed.
class CellNavigator : public QObject {
    Q_OBJECT
public:
    CellNavigator(const Services& services, LivePlot* table, QObject* parent);
    /// Makes the result under the mouse B (or A); false where the mouse is on no cell.
    bool assignHovered(bool b);

private:
    QStringList details(const PlotView::TableCell& cell) const;
    void open(const PlotView::TableCell& cell, bool b);
    void follow();
    const Checkpoint* checkpoint() const;
    ResultPtr resultOf(const PlotView::TableCell& cell) const;

    Services m_services;
    LivePlot* m_table;
    std::optional<PlotView::TableCell> m_hovered;
};

} // namespace qs::gui
