// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plan/bit_plan.h"
#include "widgets/selection/services.h"

#include <QJsonObject>
#include <QTimer>
#include <QWidget>

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSlider;

namespace qs::gui {

class JobStrip;
class LayerTable;
class PlotView;
class SegmentBar;

/// A budget of bits or bytes over the layers, beside the table of layers and recipes: as it is dragged, the recipe of each
/// layer follows from the measured errors, and becomes the present mixture. Pins, ties, the plan against the best recipe for
/// all, and what can be done with it.
class BudgetPanel : public QWidget {
    Q_OBJECT
public:
    BudgetPanel(const Services& services, QWidget* parent);
    PlotView* plot() const { return m_plot; }
    LayerTable& table() { return *m_table; }
    QSlider* slider() const { return m_slider; }
    const std::optional<plan::BitPlan>& planNow() const { return m_plan; }
    void setBitsPerWeight(double bits);
    bool savePlan(const QString& path);
    QJsonObject saveState() const;
    void restoreState(const QJsonObject& state);

signals:
    void evaluateAsked();
    void planned(); ///< the plan of the budget on show is there

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeControls();
    const Checkpoint* checkpoint() const;
    void gather();
    void budgetMoved();
    void makePlan();
    void makeCurve();
    void takePlan();
    void showFigures();
    void showCurve();
    void measureMissing();
    void runPlan();
    std::vector<CellName> unrun() const;
    void touch(); ///< the person has changed something: from now on the plan is the mixture
    double budgetOf(int position) const; ///< bits, or bytes
    bool inBytes() const;

    Services m_services;
    QLabel* m_cells = nullptr;
    QPushButton* m_measure = nullptr;
    SegmentBar* m_unit = nullptr;
    QSlider* m_slider = nullptr;
    QDoubleSpinBox* m_budget = nullptr;
    QCheckBox* m_tieQkv = nullptr;
    QCheckBox* m_tieGateUp = nullptr;
    QLabel* m_pins = nullptr;
    QPushButton* m_unpin = nullptr;
    QLabel* m_figures = nullptr;
    QPushButton* m_evaluate = nullptr;
    QPushButton* m_run = nullptr;
    QPushButton* m_save = nullptr;
    JobStrip* m_strip = nullptr;
    PlotView* m_plot = nullptr;
    LayerTable* m_table = nullptr;
    QTimer m_wait;
    QTimer m_gatherWait;

    /// What is measured: candidates, tensors and their cells, without a budget.
    std::shared_ptr<const plan::PlanRequest> m_request;
    std::shared_ptr<const std::vector<study::CellSummary>> m_summaries;
    std::vector<std::pair<std::size_t, std::size_t>> m_missing; ///< tensor, candidate
    std::set<std::pair<std::string, std::string>> m_refused;    ///< tensor, recipe: that one can't take
    double m_low = 0, m_high = 0;                               ///< bits of the smallest and the largest choice
    std::uint64_t m_weights = 0;
    std::optional<plan::BitPlan> m_plan;
    QString m_problem;
    struct CurvePoint {
        double bits = 0;
        double error = 0;
    };
    std::vector<CurvePoint> m_curve;
    bool m_touched = false;
};

} // namespace qs::gui
