// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"
#include "widgets/plots/compare_view.h"

#include <array>

class QStackedWidget;
class QTabWidget;

namespace qs::gui {

class LayerTable;
class LivePlot;
class WorstList;

/// Results of one tensor against each other: maps, distribution, codebook or scatter, in every mode of comparison; the
/// rate–distortion plot with its Pareto front, the layer × recipe table, and the places with the largest error.
class ComparePage : public Page {
    Q_OBJECT
public:
    enum View { Maps, Distribution, Codebook, Scatter, ViewCount };
    ComparePage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;
    void setView(View view);
    View view() const { return m_view; }
    CompareView* compareView(View view);
    CompareBar& modes() { return *m_modes; }
    WorstList& worst() { return *m_worst; }
    LayerTable& layers() { return *m_table; }
    LivePlot& rate() { return *m_rate; }
    QTabWidget& tabs() { return *m_tabs; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitBar();
    Services m_services;
    SegmentBar* m_views;
    SegmentBar* m_values = nullptr; ///< of the maps
    CompareBar* m_modes;
    QStackedWidget* m_stack;
    std::array<CompareView*, ViewCount> m_made{};
    View m_view = Maps;
    LivePlot* m_rate;
    LayerTable* m_table;
    WorstList* m_worst;
    QTabWidget* m_tabs;
};

} // namespace qs::gui
