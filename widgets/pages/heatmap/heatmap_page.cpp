// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/heatmap/heatmap_page.h"

#include <QVBoxLayout>

namespace qs::gui {

HeatmapPage::HeatmapPage(const Services& services, QWidget* parent)
    : Page(parent), m_view(new HeatCompare(services, true, this)), m_modes(new CompareBar(CompareMode::SideBySide, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->addWidget(m_view);
    m_view->addControl(m_modes);
    m_modes->setTarget(m_view);
    connect(m_view, &CompareView::statusText, this, &Page::statusText);
}

QJsonObject HeatmapPage::saveState() const
{
    QJsonObject o = m_view->saveState();
    o[QStringLiteral("mode")] = static_cast<int>(m_modes->wished());
    return o;
}

void HeatmapPage::restoreState(const QJsonObject& state)
{
    const int mode = state[QStringLiteral("mode")].toInt(static_cast<int>(m_modes->wished()));
    m_view->restoreState(state);
    if (mode >= static_cast<int>(CompareMode::Single) && mode <= static_cast<int>(CompareMode::FourUp)) m_modes->setMode(static_cast<CompareMode>(mode));
}

bool HeatmapPage::trigger(const QString& action)
{
    if (action == QLatin1String("fit")) m_view->fit();
    else return m_modes->trigger(action);
    return true;
}

void registerHeatmap(PageRegistry& registry);
void registerHeatmap(PageRegistry& registry)
{
    registry.add({QStringLiteral("heatmap"), QT_TRANSLATE_NOOP("Pages", "Heat map"), 40,
                  [](const Services& s, QWidget* parent) -> Page* { return new HeatmapPage(s, parent); }});
}

} // namespace qs::gui
