// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/scatter/scatter_page.h"

#include "widgets/plots/live_plot.h"

#include <QGridLayout>

namespace qs::gui {

ScatterPage::ScatterPage(const Services& services, QWidget* parent) : Page(parent)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(8, 8, 8, 8);
    grid->setSpacing(12);
    int i = 0;
    for (const char* name : {"scatter", "residual", "quantile", "magnitude"}) {
        auto* plot = new LivePlot(services, QString::fromLatin1(name), this);
        if (i == 0) plot->fix(QStringLiteral("view"), QStringLiteral("results")); // differences are Compare's
        plot->setOnlyAB(i < 2); // two density maps side by side, A and B
        grid->addWidget(plot, i / 2, i % 2);
        m_plots.push_back(plot);
        ++i;
    }
    grid->setRowStretch(0, 1);
    grid->setRowStretch(1, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
}

std::vector<PlotView*> ScatterPage::plots() const
{
    std::vector<PlotView*> out;
    for (auto* p : m_plots) out.push_back(p->view());
    return out;
}

QJsonObject ScatterPage::saveState() const
{
    QJsonObject o;
    for (auto* p : m_plots) o[p->objectName()] = p->saveState();
    return o;
}

void ScatterPage::restoreState(const QJsonObject& state)
{
    for (auto* p : m_plots) p->restoreState(state[p->objectName()].toObject());
}

bool ScatterPage::trigger(const QString& action)
{
    for (auto* p : m_plots) {
        if (action == QLatin1String("fit")) p->view()->fit();
        else if (action == QLatin1String("log")) p->view()->setLogY(!p->view()->logY());
        else return false;
    }
    return true;
}

void registerScatter(PageRegistry& registry);
void registerScatter(PageRegistry& registry)
{
    registry.add({QStringLiteral("scatter"), QT_TRANSLATE_NOOP("Pages", "Scatter"), 50,
                  [](const Services& s, QWidget* parent) -> Page* { return new ScatterPage(s, parent); }});
}

} // namespace qs::gui
