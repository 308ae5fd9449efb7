// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/evaluate/evaluate_page.h"

#include "widgets/pages/evaluate/budget_panel.h"
#include "widgets/pages/evaluate/calibrate_panel.h"
#include "widgets/pages/evaluate/evaluation_panel.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/segment_bar.h"

#include <QStackedWidget>
#include <QVBoxLayout>

namespace qs::gui {

EvaluatePage::EvaluatePage(const Services& services, QWidget* parent) : Page(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    m_parts = new SegmentBar(tr("part"), {{tr("Calibrate"), tr("run the model on a text and keep what each layer reads")},
                                          {tr("Budget"), tr("which recipe each layer takes within so many bits")},
                                          {tr("Evaluate"), tr("perplexity of the mixture, and its difference from the original token by token")}}, this);
    m_parts->setObjectName(QStringLiteral("evaluateParts"));
    layout->addWidget(m_parts, 0, Qt::AlignLeft);
    m_stack = new QStackedWidget(this);
    layout->addWidget(m_stack, 1);
    m_calibrate = new CalibratePanel(services, m_stack);
    m_budget = new BudgetPanel(services, m_stack);
    m_evaluation = new EvaluationPanel(services, m_stack);
    for (QWidget* w : {static_cast<QWidget*>(m_calibrate), static_cast<QWidget*>(m_budget), static_cast<QWidget*>(m_evaluation)}) m_stack->addWidget(w);
    connect(m_parts, &SegmentBar::chosen, this, [this](int i) { setPart(static_cast<Part>(i)); });
    connect(m_calibrate, &CalibratePanel::statusText, this, &Page::statusText);
    connect(m_budget, &BudgetPanel::evaluateAsked, this, [this] {
        setPart(Evaluate);
        m_evaluation->start();
    });
    setPart(Evaluate);
}

void EvaluatePage::setPart(Part part)
{
    m_parts->setCurrent(part);
    m_stack->setCurrentIndex(part);
}

EvaluatePage::Part EvaluatePage::part() const { return static_cast<Part>(m_stack->currentIndex()); }

std::vector<PlotView*> EvaluatePage::plots() const
{
    switch (part()) {
    case Calibrate: return {m_calibrate->plot()};
    case Budget: return {m_budget->plot()};
    default: return m_evaluation->plots();
    }
}

QJsonObject EvaluatePage::saveState() const
{
    return {{QStringLiteral("part"), part()}, {QStringLiteral("calibrate"), m_calibrate->saveState()}, {QStringLiteral("budget"), m_budget->saveState()},
            {QStringLiteral("evaluate"), m_evaluation->saveState()}};
}

void EvaluatePage::restoreState(const QJsonObject& state)
{
    m_calibrate->restoreState(state[QStringLiteral("calibrate")].toObject());
    m_budget->restoreState(state[QStringLiteral("budget")].toObject());
    m_evaluation->restoreState(state[QStringLiteral("evaluate")].toObject());
    const int part = state[QStringLiteral("part")].toInt(this->part());
    if (part >= Calibrate && part <= Evaluate) setPart(static_cast<Part>(part));
}

bool EvaluatePage::trigger(const QString& action)
{
    if (action == QLatin1String("fit")) {
        for (PlotView* p : plots()) p->fit();
        return true;
    }
    if (action != QLatin1String("log")) return false;
    for (PlotView* p : plots())
        if (p->isVisibleTo(this)) p->setLogY(!p->logY());
    return true;
}

void registerEvaluate(PageRegistry& registry);
void registerEvaluate(PageRegistry& registry)
{
    registry.add({QStringLiteral("evaluate"), QT_TRANSLATE_NOOP("Pages", "Evaluate"), 70,
                  [](const Services& s, QWidget* parent) -> Page* { return new EvaluatePage(s, parent); }});
}

} // namespace qs::gui
