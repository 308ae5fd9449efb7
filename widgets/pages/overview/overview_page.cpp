// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/overview/overview_page.h"

#include "widgets/plots/live_plot.h"

#include <QVBoxLayout>
#include <cmath>

namespace qs::gui {

OverviewPage::OverviewPage(const Services& services, QWidget* parent)
    : Page(parent), m_services(services), m_plot(new LivePlot(services, QStringLiteral("overview"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_plot);
    connect(m_plot->view(), &PlotView::clicked, this, [this](double x, double y, int grid) {
        const auto data = m_plot->view()->data();
        if (!data || grid < 0 || grid >= static_cast<int>(data->heat.size())) return;
        const auto& g = data->heat[static_cast<std::size_t>(grid)];
        open(static_cast<int>(std::floor((y - g.yMin) / (g.yMax - g.yMin) * g.rows)),
             static_cast<int>(std::floor((x - g.xMin) / (g.xMax - g.xMin) * g.cols)), grid);
    });
}

// A cell opens its tensor, and under a recipe's map that recipe's result as A.
void OverviewPage::open(int row, int col, int grid)
{
    const auto data = m_plot->view()->data();
    const auto& g = data->heat[static_cast<std::size_t>(grid)];
    const Checkpoint* c = m_services.selection.checkpoint();
    if (!c && !m_services.workspace.checkpoints().empty()) c = &m_services.workspace.checkpoints().front();
    if (!c || row < 0 || col < 0 || row >= static_cast<int>(g.rowLabels.size()) || col >= static_cast<int>(g.colLabels.size())) return;
    // Rows are blocks (or places outside the blocks), columns are roles: find the tensor that has both.
    const std::string& rowName = g.rowLabels[static_cast<std::size_t>(row)];
    const std::string& colName = g.colLabels[static_cast<std::size_t>(col)];
    const auto digits = rowName.find_first_of("0123456789");
    const int block = digits == std::string::npos ? -1 : std::atoi(rowName.c_str() + digits);
    for (std::size_t i = 0; i < c->source->tensors.size(); ++i) {
        const auto& t = c->source->tensors[i];
        const bool inside = block >= 0 && t.place.block == block && io::roleName(t.place.role) == colName;
        const bool outside = block < 0 && t.place.block < 0 && (t.name == rowName || t.name == colName || io::roleName(t.place.role) == rowName || io::roleName(t.place.role) == colName);
        if (!inside && !outside) continue;
        m_services.selection.setTensor({c->id, static_cast<std::ptrdiff_t>(i)});
        for (const auto& r : m_services.workspace.resultsOf(*c->source, t.name))
            if (m_services.workspace.slotOf(r->recipe) == g.slot) m_services.selection.setA(r);
        return;
    }
}

std::vector<PlotView*> OverviewPage::plots() const { return {m_plot->view()}; }
QJsonObject OverviewPage::saveState() const { return m_plot->saveState(); }
void OverviewPage::restoreState(const QJsonObject& state) { m_plot->restoreState(state); }

bool OverviewPage::trigger(const QString& action)
{
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
