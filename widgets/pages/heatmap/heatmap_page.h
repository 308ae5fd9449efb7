// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"
#include "widgets/plots/heatmap/heat_compare.h"

namespace qs::gui {

/// The whole matrix with the profiles of its rows and columns.
class HeatmapPage : public Page {
    Q_OBJECT
public:
    HeatmapPage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override { return m_view->plots(); }
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;
    CompareBar& modes() { return *m_modes; }
    HeatCompare& view() { return *m_view; }

private:
    HeatCompare* m_view;
    CompareBar* m_modes;
};

} // namespace qs::gui
