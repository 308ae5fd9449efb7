// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/compare/compare_page.h"

#include "core/base/format.h"
#include "widgets/plots/heatmap/color_bar.h"
#include "widgets/plots/live_plot.h"

#include <QGridLayout>
#include <QJsonObject>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace qs::gui {

ComparePage::ComparePage(const Services& services, QWidget* parent)
    : Page(parent), m_services(services), m_pyramids(new PyramidCache(services, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    layout->addWidget(split);
    auto* top = new QWidget(split);
    auto* maps = new QGridLayout(top);
    maps->setContentsMargins(0, 0, 0, 0);
    maps->setSpacing(4);
    for (int i = 0; i < kMaps; ++i) {
        auto* v = new HeatMapView(services, top);
        v->setObjectName(QStringLiteral("compareMap%1").arg(i));
        v->setValueName(tr("ŵ − w"));
        maps->addWidget(v, 0, i);
        maps->setColumnStretch(i, 1);
        m_maps.push_back(v);
    }
    m_bar = new ColorBar(services.theme, top);
    m_bar->setLabel(tr("ŵ − w"));
    maps->addWidget(m_bar, 0, kMaps);
    auto* bottom = new QSplitter(Qt::Horizontal, split);
    bottom->setChildrenCollapsible(false);
    m_rate = new LivePlot(services, QStringLiteral("rate_distortion"), bottom);
    m_table = new LivePlot(services, QStringLiteral("recipes"), bottom);
    bottom->setSizes({500, 500});
    split->setSizes({420, 420});

    connect(m_rate->view(), &PlotView::pointClicked, this, [this](int series, int point) {
        // A point is a result: it becomes A.
        const auto data = m_rate->view()->data();
        if (!data) return;
        const auto& s = data->series[static_cast<std::size_t>(series)];
        const double bits = s.x[static_cast<std::size_t>(point)];
        for (const auto& r : m_services.selection.shown())
            if (std::fabs(r->bitsPerWeight() - bits) < 1e-9 && (s.slot <= 0 || m_services.workspace.slotOf(r->recipe) == s.slot)) {
                m_services.selection.setA(r);
                return;
            }
    });
    connect(m_bar, &ColorBar::scaleDragged, this, [this](double low, double high) {
        m_userScale = true;
        m_scale.low = low;
        m_scale.high = high;
        for (auto* v : m_maps) v->setScale(m_scale);
        m_bar->setScale(m_scale);
    });
    connect(m_bar, &ColorBar::resetAsked, this, [this] {
        m_userScale = false;
        refresh();
    });
    connect(m_pyramids, &PyramidCache::ready, this, &ComparePage::refresh);
    connect(&services.selection, &Selection::tensorChanged, this, [this] {
        m_userScale = false;
        for (auto* v : m_maps) v->clearLayers();
        refresh();
    });
    connect(&services.selection, &Selection::resultsChanged, this, &ComparePage::refresh);
    connect(&services.workspace, &Workspace::recipesChanged, this, &ComparePage::refresh);
}

void ComparePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    refresh();
}

void ComparePage::refresh()
{
    if (!isVisible()) return;
    const auto results = m_services.selection.shown();
    double abs = 0;
    double min = 0;
    double max = 0;
    for (std::size_t i = 0; i < m_maps.size(); ++i) {
        auto* v = m_maps[i];
        v->setVisible(i < std::max<std::size_t>(1, results.size()));
        if (i >= results.size()) {
            v->clearLayers();
            v->setPlaceholder(m_services.selection.tensorInfo() ? tr("No result yet. Choose recipes on the right and press R.") : tr("Choose a tensor on the left."));
            continue;
        }
        v->setPlaceholder(tr("Reading …"));
        const auto& r = results[i];
        const PyramidPtr p = m_pyramids->get(HeatSource::Error, m_services.selection.tensor(), r);
        if (!p) continue;
        abs = std::max(abs, p->absHigh > 0 ? p->absHigh : std::max(std::fabs(p->min), std::fabs(p->max)));
        min = std::min(min, p->min);
        max = std::max(max, p->max);
        HeatLayer layer;
        layer.pyramid = p;
        layer.slot = m_services.workspace.slotOf(r->recipe);
        const QString letter = r == m_services.selection.a() ? QStringLiteral("A · ") : r == m_services.selection.b() ? QStringLiteral("B · ") : QString();
        layer.title = letter + QString::fromStdString(r->recipe.label());
        layer.figure = QString::fromStdString(formatError(r->error.relativeMse()));
        v->setLayer(0, layer);
    }
    m_bar->setVisible(!results.empty());
    if (!m_userScale && abs > 0) m_scale = {-abs, abs, true, HeatValue::Signed};
    for (auto* v : m_maps) v->setScale(m_scale);
    m_bar->setScale(m_scale);
    m_bar->setExtremes(min, max);
}

std::vector<PlotView*> ComparePage::plots() const
{
    std::vector<PlotView*> out;
    for (auto* v : m_maps)
        if (v->isVisible()) out.push_back(v);
    out.push_back(m_rate->view());
    out.push_back(m_table->view());
    return out;
}

QJsonObject ComparePage::saveState() const
{
    return {{QStringLiteral("rate"), m_rate->saveState()}, {QStringLiteral("table"), m_table->saveState()}};
}

void ComparePage::restoreState(const QJsonObject& state)
{
    m_rate->restoreState(state[QStringLiteral("rate")].toObject());
    m_table->restoreState(state[QStringLiteral("table")].toObject());
}

bool ComparePage::trigger(const QString& action)
{
    if (action == QLatin1String("fit")) {
        m_maps.front()->fit();
        m_rate->view()->fit();
        m_table->view()->fit();
        return true;
    }
    if (action == QLatin1String("log")) {
        m_rate->view()->setLogY(!m_rate->view()->logY());
        return true;
    }
    return false;
}

void registerCompare(PageRegistry& registry);
void registerCompare(PageRegistry& registry)
{
    registry.add({QStringLiteral("compare"), QT_TRANSLATE_NOOP("Pages", "Compare"), 60,
                  [](const Services& s, QWidget* parent) -> Page* { return new ComparePage(s, parent); }});
}

} // namespace qs::gui
