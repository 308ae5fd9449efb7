// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/overview/overview_page.h"

#include "widgets/pages/cell_navigator.h"

#include <QVBoxLayout>

namespace qs::gui {

OverviewPage::OverviewPage(const Services& services, QWidget* parent)
    : Page(parent), m_plot(new LivePlot(services, QStringLiteral("overview"), this)), m_navigator(new CellNavigator(services, m_plot, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_plot);
}

std::vector<PlotView*> OverviewPage::plots() const { return {m_plot->view()}; }
QJsonObject OverviewPage::saveState() const { return m_plot->saveState(); }
void OverviewPage::restoreState(const QJsonObject& state) { m_plot->restoreState(state); }

bool OverviewPage::trigger(const QString& action)
{
    if (action == QLatin1String("set-a") || action == QLatin1String("set-b")) return m_navigator->assignHovered(action == QLatin1String("set-b"));
    if (action != QLatin1String("fit")) return false;
    m_plot->view()->fit();
    return true;
}

void registerOverview(PageRegistry& registry);
void registerOverview(PageRegistry& registry)
{
    registry.add({QStringLiteral("overview"), QT_TRANSLATE_NOOP("Pages", "Overview"), 10,
                  [](const Services& s, QWidget* parent) -> Page* { return new OverviewPage(s, parent); }});
}

} // namespace qs::gui
