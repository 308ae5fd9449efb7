// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

namespace qs::gui {

class LivePlot;

/// How the weights lie: exact histogram, what recipes make of it, their levels and how often each is used.
class DistributionPage : public Page {
    Q_OBJECT
public:
    DistributionPage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;

private:
    void markCell();
    Services m_services;
    LivePlot* m_plot;
};

} // namespace qs::gui
