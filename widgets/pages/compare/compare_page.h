// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"
#include "widgets/plots/heatmap/heat_map_view.h"

namespace qs::gui {

class ColorBar;
class LivePlot;

/// Results of one tensor against each other: up to four error maps that move together on one colour scale, the
/// rate–distortion plot with its Pareto front, and the layer × recipe table.
class ComparePage : public Page {
    Q_OBJECT
public:
    ComparePage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    static constexpr int kMaps = 4;
    void refresh();
    Services m_services;
    PyramidCache* m_pyramids;
    std::vector<HeatMapView*> m_maps;
    ColorBar* m_bar;
    LivePlot* m_rate;
    LivePlot* m_table;
    HeatScale m_scale;
    bool m_userScale = false;
};

} // namespace qs::gui
