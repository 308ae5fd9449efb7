// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"
#include "widgets/plots/heatmap/heat_map_view.h"

class QButtonGroup;
class QLabel;

namespace qs::gui {

class ColorBar;
class ProfileStrip;

/// The whole matrix: original, decoded or error; A and B side by side, blinking, under a curtain, or their difference.
class HeatmapPage : public Page {
    Q_OBJECT
public:
    HeatmapPage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;

    enum Mode { Single, SideBySide, Blink, Curtain, Difference };
    void setMode(Mode mode);
    Mode mode() const { return m_mode; }
    enum What { Original, Decoded, Signed, Absolute, Relative, Squared };
    void setWhat(What what);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void setLimits();
    void showCell();
    void alignStrips();

    Services m_services;
    PyramidCache* m_pyramids;
    HeatMapView* m_a;
    HeatMapView* m_b;
    ColorBar* m_bar;
    ProfileStrip* m_columns;
    ProfileStrip* m_rows;
    QButtonGroup* m_whatGroup;
    QButtonGroup* m_modeGroup;
    QLabel* m_facts;
    Mode m_mode = SideBySide;
    What m_what = Signed;
    HeatScale m_scale;
    bool m_userScale = false;
    PyramidPtr m_pa;
    PyramidPtr m_pb;
};

} // namespace qs::gui
