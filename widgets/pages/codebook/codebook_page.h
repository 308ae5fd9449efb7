// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

class QComboBox;
class QLabel;
class QStackedWidget;

namespace qs::gui {

class LivePlot;

/// The levels: of every group as a map, of the group under the cursor as stems with their use, and the numbers that
/// make them (scales, zero points, S, V, B); which weights do not take the nearest level, and how much of its range each group keeps.
class CodebookPage : public Page {
    Q_OBJECT
public:
    CodebookPage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;

private:
    void followCell();
    void fillChoices();
    Services m_services;
    LivePlot* m_levels;
    LivePlot* m_strip;
    LivePlot* shownMap() const;
    QStackedWidget* m_mapStack;
    LivePlot* m_maps;
    LivePlot* m_flips;
    LivePlot* m_clipping;
    QLabel* m_facts;
    QComboBox* m_result;
    QComboBox* m_map;
};

} // namespace qs::gui
