// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/distribution/distribution_page.h"

#include "core/base/format.h"
#include "widgets/plots/live_plot.h"

#include <QVBoxLayout>
#include <limits>

namespace qs::gui {

DistributionPage::DistributionPage(const Services& services, QWidget* parent)
    : Page(parent), m_services(services), m_plot(new LivePlot(services, QStringLiteral("distribution"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_plot);
    m_plot->fix(QStringLiteral("view"), QStringLiteral("results")); // differences are Compare's
    connect(m_plot->view(), &PlotView::brushed, this, [this](double from, double to) {
        m_services.selection.setBrush(std::pair{from, to});
        emit statusText(tr("Brushed %1 … %2: the heat map dims all weights outside. Esc clears.")
                            .arg(QString::fromStdString(formatNumber(from)), QString::fromStdString(formatNumber(to))));
    });
    connect(m_plot->view(), &PlotView::brushCleared, this, [this] { m_services.selection.setBrush(std::nullopt); });
    connect(m_plot, &LivePlot::dataChanged, this, &DistributionPage::markCell);
    connect(&services.selection, &Selection::cellChanged, this, &DistributionPage::markCell);
    connect(&services.selection, &Selection::brushChanged, this, [this] { m_plot->view()->setBand(m_services.selection.brush()); });
}

void DistributionPage::markCell()
{
    const auto cell = m_services.selection.cell();
    double value = std::numeric_limits<double>::quiet_NaN();
    if (cell && isVisible())
        if (const auto m = m_services.cache.original(m_services.selection.tensor()); m && cell->row < m->rows() && cell->col < m->cols())
            value = static_cast<double>(m->at(cell->row, cell->col));
    m_plot->view()->mark(value);
}

std::vector<PlotView*> DistributionPage::plots() const { return {m_plot->view()}; }
QJsonObject DistributionPage::saveState() const { return m_plot->saveState(); }
void DistributionPage::restoreState(const QJsonObject& state) { m_plot->restoreState(state); }

bool DistributionPage::trigger(const QString& action)
{
    if (action == QLatin1String("fit")) m_plot->view()->fit();
    else if (action == QLatin1String("log"))
        m_plot->setOption(QStringLiteral("count"), m_plot->option(QStringLiteral("count")) == QLatin1String("log") ? QStringLiteral("linear") : QStringLiteral("log"));
    else return false;
    return true;
}

void registerDistribution(PageRegistry& registry);
void registerDistribution(PageRegistry& registry)
{
    registry.add({QStringLiteral("distribution"), QT_TRANSLATE_NOOP("Pages", "Distribution"), 20,
                  [](const Services& s, QWidget* parent) -> Page* { return new DistributionPage(s, parent); }});
}

} // namespace qs::gui
