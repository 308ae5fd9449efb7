// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/plots/compare_view.h"
#include "widgets/plots/heatmap/heat_map_view.h"

#include <array>

class QComboBox;
class QGridLayout;
class QHBoxLayout;
class QLabel;

namespace qs::gui {

class ColorBar;
class ProfileStrip;

/// The whole matrix: original, decoded or error; A alone, two or four results beside each other, blinking, under a
/// curtain, or their difference. One colour scale for all maps, profiles of rows and columns where asked for.
class HeatCompare : public CompareView {
    Q_OBJECT
public:
    enum What { Original, Decoded, Signed, Absolute, Relative, Squared };
    HeatCompare(const Services& services, bool strips, QWidget* parent);
    bool has(CompareMode mode) const override { return mode != CompareMode::Overlay; }
    bool possible(CompareMode mode) const override;
    void setMode(CompareMode mode) override;
    CompareMode mode() const { return m_mode; }
    void showB(bool on) override;
    std::vector<PlotView*> plots() const override;
    void fit() override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    void setWhat(What what);
    What what() const { return m_what; }
    /// Places a control in the line above the maps, right of the choice of values.
    void addControl(SegmentBar* control);
    /// The choice of values; without profiles it has no line of its own and is placed by the page.
    SegmentBar* values() const { return m_values; }
    HeatMapView* map(int index) const { return m_maps[static_cast<std::size_t>(index)]; }
    const HeatScale& scale() const { return m_scale; }

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    static constexpr std::size_t kMaps = 4;
    /// What one map shows: a result, or (null) the original.
    struct Panel {
        ResultPtr result;
        QString letter;
    };
    What shownWhat() const;
    CompareMode shownMode() const;
    std::vector<Panel> panels(CompareMode mode, What what) const;
    HeatLayer layer(const Panel& panel, const PyramidPtr& pyramid, What what) const;
    void refresh();
    void placeMaps(CompareMode mode, std::size_t count);
    void setLimits();
    void showFacts();
    void showCell();
    void fitBar();
    void fillParts();
    void showPart();
    void readInputs();
    void placeInputs();

    Services m_services;
    PyramidCache* m_pyramids;
    std::array<HeatMapView*, kMaps> m_maps{};
    ColorBar* m_bar;
    ProfileStrip* m_columns = nullptr;
    ProfileStrip* m_rows = nullptr;
    ProfileStrip* m_inputs = nullptr; ///< what the layer reads, by column; hidden where nothing is known
    QComboBox* m_inputFigure = nullptr;
    bool m_fourUp = false;
    QGridLayout* m_grid;
    QHBoxLayout* m_controls = nullptr;
    SegmentBar* m_values;
    SegmentBar* m_extra = nullptr;
    QLabel* m_facts;
    QComboBox* m_parts = nullptr; ///< heads or experts of the tensor; hidden where it has none
    CompareMode m_mode = CompareMode::SideBySide;
    What m_what = Signed;
    HeatScale m_scale;
    bool m_userScale = false;
    bool m_b = false;
    std::vector<PyramidPtr> m_shown;
};

} // namespace qs::gui
