// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

namespace qs::gui {

class LivePlot;

/// Where the error comes from: decoded against original, error against magnitude, quantiles, error by magnitude.
class ScatterPage : public Page {
    Q_OBJECT
public:
    ScatterPage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;

private:
    std::vector<LivePlot*> m_plots;
};

} // namespace qs::gui
