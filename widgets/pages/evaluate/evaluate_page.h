// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

class QStackedWidget;

namespace qs::gui {

class BudgetPanel;
class CalibratePanel;
class EvaluationPanel;
class SegmentBar;

/// What the model itself says: calibrate on a text, choose bits within a budget, evaluate the mixture.
class EvaluatePage : public Page {
    Q_OBJECT
public:
    enum Part { Calibrate, Budget, Evaluate };
    EvaluatePage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;
    void setPart(Part part);
    Part part() const;
    CalibratePanel& calibrate() { return *m_calibrate; }
    BudgetPanel& budget() { return *m_budget; }
    EvaluationPanel& evaluation() { return *m_evaluation; }

private:
    SegmentBar* m_parts;
    QStackedWidget* m_stack;
    CalibratePanel* m_calibrate;
    BudgetPanel* m_budget;
    EvaluationPanel* m_evaluation;
};

} // namespace qs::gui
