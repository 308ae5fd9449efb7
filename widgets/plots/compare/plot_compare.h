// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/plots/compare_view.h"
#include "widgets/plots/live_plot.h"

#include <array>

class QGridLayout;

namespace qs::gui {

class Curtain;

/// A registered plot of A and B, compared: both in one plot, beside each other, blinking in place, under a curtain, or
/// as the plot's own difference. The plot's data are made once; every view of them has the same axes and colours.
class PlotCompare : public CompareView {
    Q_OBJECT
public:
    /// `difference` is the option and value with which the plot shows A − B ("view=difference").
    struct Setup {
        QString plot;
        QString option, together, difference;
        LivePlot::Part part = LivePlot::Everything;
        bool overlay = true;       ///< A and B can share one plot (curves); maps stand beside each other
        bool fourUp = true;        ///< the plot takes more than two results
        bool original = false;     ///< 4-up begins with the original alone
        bool marksValue = false;   ///< x is a weight: the element under the cursor is marked, a brush selects weights
    };
    PlotCompare(const Services& services, const Setup& setup, QWidget* parent);
    LivePlot& live() { return *m_live; }
    bool has(CompareMode mode) const override;
    bool possible(CompareMode mode) const override;
    void setMode(CompareMode mode) override;
    CompareMode mode() const { return m_mode; }
    void showB(bool on) override;
    std::vector<PlotView*> plots() const override;
    void fit() override;
    void toggleLog() override;
    QJsonObject saveState() const override { return m_live->saveState(); }
    void restoreState(const QJsonObject& state) override { m_live->restoreState(state); }
    PlotView* panel(int index) const { return m_views[static_cast<std::size_t>(index)]; }
    Curtain& curtain() { return *m_curtain; }

private:
    static constexpr std::size_t kPanels = 4;
    void arrange();
    void fillPanels();
    void link(PlotView* from, PlotView* to);
    void markCell();
    QString titleOf(const QString& letter, const ResultPtr& result) const;

    Services m_services;
    Setup m_setup;
    LivePlot* m_live;
    std::array<PlotView*, kPanels> m_views{}; ///< the first is the LivePlot's
    std::array<QLabel*, kPanels> m_titles{};
    PlotView* m_behind = nullptr;             ///< B under the curtain
    Curtain* m_curtain = nullptr;
    QGridLayout* m_grid;
    QLabel* m_notes;
    CompareMode m_mode = CompareMode::Overlay;
    bool m_b = false;
};

} // namespace qs::gui
