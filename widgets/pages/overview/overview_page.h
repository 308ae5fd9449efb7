// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

namespace qs::gui {

class CellNavigator;
class LivePlot;

/// The model as a heat table, blocks down, roles across: the map and the navigator; after a run the layer × recipe
/// comparison, one small multiple per recipe on one scale.
class OverviewPage : public Page {
    Q_OBJECT
public:
    OverviewPage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;

private:
    LivePlot* m_plot;
    CellNavigator* m_navigator;
};

} // namespace qs::gui
