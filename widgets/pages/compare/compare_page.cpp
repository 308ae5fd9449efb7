// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/compare/compare_page.h"

#include "widgets/models/result_explanation.h"
#include "widgets/pages/compare/layer_table.h"
#include "widgets/models/layer_recipe_model.h"
#include "widgets/pages/compare/worst_list.h"
#include "widgets/plots/compare/plot_compare.h"
#include "widgets/plots/heatmap/heat_compare.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace qs::gui {
namespace {

/// The codebook: the map of all groups over the levels of the group under the cursor, in one mode.
class CodebookCompare : public CompareView {
    Q_DECLARE_TR_FUNCTIONS(CodebookCompare)

public:
    CodebookCompare(const Services& services, QWidget* parent) : CompareView(parent), m_services(services)
    {
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        auto* split = new QSplitter(Qt::Vertical, this);
        split->setChildrenCollapsible(false);
        layout->addWidget(split);
        PlotCompare::Setup setup;
        setup.plot = QStringLiteral("codebook");
        setup.option = QStringLiteral("result");
        setup.together = QStringLiteral("both");
        setup.difference = QStringLiteral("difference");
        setup.part = LivePlot::MapsOnly;
        setup.overlay = false;
        setup.fourUp = false; // the plot has two results
        m_map = new PlotCompare(services, setup, split);
        m_map->live().setHeading(tr("Levels of every group"));
        m_map->live().fix(QStringLiteral("map"), QStringLiteral("levels"));
        setup.part = LivePlot::CurvesOnly;
        setup.difference = QString();
        setup.overlay = true;
        m_strip = new PlotCompare(services, setup, split);
        m_strip->live().setHeading(tr("Levels of the group under the cursor, and their use"));
        m_strip->live().fix(QStringLiteral("map"), QStringLiteral("levels"));
        for (auto* p : {m_map, m_strip}) {
            p->live().fix(QStringLiteral("group"), QStringLiteral("0"));
            p->live().fix(QStringLiteral("cell"), QStringLiteral("0,0"));
            connect(p, &CompareView::statusText, this, &CompareView::statusText);
        }
        split->setSizes({300, 180});
        connect(m_map, &CompareView::possibleChanged, this, &CompareView::possibleChanged);
        connect(&services.selection, &Selection::cellChanged, this, [this] {
            const auto cell = m_services.selection.cell();
            const auto a = m_services.selection.a();
            if (!cell || !a || !a->decoder || cell->row >= a->decoder->rows() || cell->col >= a->decoder->cols()) return;
            m_strip->live().setOption(QStringLiteral("cell"), QStringLiteral("%1,%2").arg(cell->row).arg(cell->col));
        });
    }
    bool has(CompareMode mode) const override { return m_map->has(mode) || m_strip->has(mode); }
    bool possible(CompareMode mode) const override { return m_map->possible(mode) || m_strip->possible(mode); }
    void setMode(CompareMode mode) override
    {
        // Neither map lies over the other, and levels have no difference of their own: the nearest that they have.
        m_map->setMode(m_map->has(mode) ? mode : CompareMode::SideBySide);
        m_strip->setMode(m_strip->has(mode) ? mode : CompareMode::Overlay);
    }
    void showB(bool on) override
    {
        m_map->showB(on);
        m_strip->showB(on);
    }
    std::vector<PlotView*> plots() const override
    {
        auto out = m_map->plots();
        for (auto* p : m_strip->plots()) out.push_back(p);
        return out;
    }
    void fit() override
    {
        m_map->fit();
        m_strip->fit();
    }

private:
    Services m_services;
    PlotCompare* m_map;
    PlotCompare* m_strip;
};

CompareView* makeView(ComparePage::View view, const Services& services, QWidget* parent)
{
    PlotCompare::Setup setup;
    setup.option = QStringLiteral("view");
    setup.together = QStringLiteral("results");
    setup.difference = QStringLiteral("difference");
    switch (view) {
    case ComparePage::Distribution: {
        setup.plot = QStringLiteral("distribution");
        setup.original = true;
        setup.marksValue = true;
        auto* v = new PlotCompare(services, setup, parent);
        v->live().fix(QStringLiteral("overlay"), QStringLiteral("decoded"));
        return v;
    }
    case ComparePage::Scatter:
        setup.plot = QStringLiteral("scatter");
        setup.overlay = false;
        return new PlotCompare(services, setup, parent);
    case ComparePage::Codebook: return new CodebookCompare(services, parent);
    default: return new HeatCompare(services, false, parent);
    }
}

} // namespace

ComparePage::ComparePage(const Services& services, QWidget* parent) : Page(parent), m_services(services)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    m_views = new SegmentBar(tr("view"), {{tr("Heat map"), tr("the matrix, element by element")}, {tr("Distribution"), tr("histograms of the decoded weights")},
                                          {tr("Codebook"), tr("levels and their use")}, {tr("Scatter"), tr("decoded against original weights")}}, this);
    m_views->setObjectName(QStringLiteral("compareViews"));
    m_modes = new CompareBar(CompareMode::SideBySide, this);
    bar->addWidget(m_views);
    bar->addWidget(m_modes);
    layout->addLayout(bar);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    layout->addWidget(split, 1);
    m_stack = new QStackedWidget(split);
    auto* bottom = new QSplitter(Qt::Horizontal, split);
    bottom->setChildrenCollapsible(false);
    m_rate = new LivePlot(services, QStringLiteral("rate_distortion"), bottom);
    m_rate->view()->setToolTip(tr("Click a point: A · Shift or Ctrl and click: B"));
    m_tabs = new QTabWidget(bottom);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Tables"));
    m_tabs->tabBar()->setExpanding(false);
    m_table = new LayerTable(services, m_tabs);
    m_worst = new WorstList(services, m_tabs);
    m_tabs->addTab(m_table, tr("Layers × recipes"));
    m_tabs->addTab(m_worst, tr("Worst places"));
    m_rate->setNotesShown(false);
    m_rate->view()->setMinimumHeight(80); // where there is little room, the maps have it
    auto* maps = static_cast<HeatCompare*>(compareView(Maps));
    m_values = maps->values();
    bar->addWidget(m_values);
    bar->addStretch(1);
    bottom->setSizes({500, 500});
    split->setSizes({560, 340});
    split->setStretchFactor(0, 5);
    split->setStretchFactor(1, 3);

    connect(m_views, &SegmentBar::chosen, this, [this](int i) { setView(static_cast<View>(i)); });
    connect(m_rate->view(), &PlotView::pointClicked, this, [this](int series, int, Qt::KeyboardModifiers modifiers) {
        const auto data = m_rate->view()->data();
        if (!data) return;
        const int slot = data->series[static_cast<std::size_t>(series)].slot;
        auto& s = m_services.selection;
        for (const auto& r : s.shown()) {
            if (m_services.workspace.slotOf(*r) != slot) continue;
            if (modifiers & (Qt::ShiftModifier | Qt::ControlModifier)) s.setB(r);
            else s.setA(r);
            return;
        }
    });
    // What stands behind a recipe's point: the figures of the selected tensor's result.
    m_rate->view()->setDetails([this](const PlotView::TableCell& cell) -> QStringList {
        const auto data = m_rate->view()->data();
        const auto figure = data ? figureNamed(data->y.figure) : std::nullopt;
        for (const auto& r : m_services.selection.shown())
            if (figure && m_services.workspace.slotOf(*r) == cell.slot) return figureInputs(*r, *figure) + figureInputs(*r, Figure::BitsPerWeight);
        return {};
    });
    setView(Maps);
}

CompareView* ComparePage::compareView(View view)
{
    auto*& v = m_made[static_cast<std::size_t>(view)];
    if (!v) {
        v = makeView(view, m_services, m_stack);
        connect(v, &CompareView::statusText, this, &Page::statusText);
        m_stack->addWidget(v);
    }
    return v;
}

void ComparePage::setView(View view)
{
    m_view = view;
    m_views->setCurrent(view);
    CompareView* v = compareView(view);
    m_stack->setCurrentWidget(v);
    m_modes->setTarget(v);
    m_values->setVisible(view == Maps);
    fitBar();
}

void ComparePage::fitBar()
{
    const int room = width() - 24 - 16; // margins, spacing
    if (m_view == Maps) SegmentBar::fit(room, {m_values, m_views, m_modes});
    else SegmentBar::fit(room, {m_views, m_modes});
}

void ComparePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    fitBar();
}

std::vector<PlotView*> ComparePage::plots() const
{
    auto out = m_made[static_cast<std::size_t>(m_view)]->plots();
    out.push_back(m_rate->view());
    return out;
}

QJsonObject ComparePage::saveState() const
{
    QJsonObject o{{QStringLiteral("rate"), m_rate->saveState()}, {QStringLiteral("figure"), m_table->figures().current()},
                  {QStringLiteral("view"), m_view}, {QStringLiteral("mode"), static_cast<int>(m_modes->wished())}, {QStringLiteral("tab"), m_tabs->currentIndex()}};
    for (int i = 0; i < ViewCount; ++i)
        if (const auto* v = m_made[static_cast<std::size_t>(i)]) o[QStringLiteral("view%1").arg(i)] = v->saveState();
    return o;
}

void ComparePage::restoreState(const QJsonObject& state)
{
    m_rate->restoreState(state[QStringLiteral("rate")].toObject());
    const int figure = state[QStringLiteral("figure")].toInt(m_table->figures().current());
    if (figure >= 0 && figure < LayerRecipeModel::FigureCount) {
        m_table->figures().setCurrent(figure);
        m_table->model().setFigure(static_cast<LayerRecipeModel::Figure>(figure));
    }
    for (int i = 0; i < ViewCount; ++i)
        if (const QString key = QStringLiteral("view%1").arg(i); state.contains(key)) compareView(static_cast<View>(i))->restoreState(state[key].toObject());
    const int view = state[QStringLiteral("view")].toInt(m_view);
    const int mode = state[QStringLiteral("mode")].toInt(static_cast<int>(m_modes->wished()));
    if (view >= 0 && view < ViewCount) setView(static_cast<View>(view));
    if (mode >= static_cast<int>(CompareMode::Single) && mode <= static_cast<int>(CompareMode::Overlay)) m_modes->setMode(static_cast<CompareMode>(mode));
    m_tabs->setCurrentIndex(state[QStringLiteral("tab")].toInt(m_tabs->currentIndex()));
}

bool ComparePage::trigger(const QString& action)
{
    CompareView* v = compareView(m_view);
    if (action == QLatin1String("set-a") || action == QLatin1String("set-b")) return m_table->assignHovered(action == QLatin1String("set-b"));
    if (action == QLatin1String("fit")) {
        v->fit();
        m_rate->view()->fit();
        return true;
    }
    if (action == QLatin1String("log")) {
        if (m_view == Maps) m_rate->view()->setLogY(!m_rate->view()->logY());
        else v->toggleLog();
        return true;
    }
    return m_modes->trigger(action);
}

void registerCompare(PageRegistry& registry);
void registerCompare(PageRegistry& registry)
{
    registry.add({QStringLiteral("compare"), QT_TRANSLATE_NOOP("Pages", "Compare"), 60,
                  [](const Services& s, QWidget* parent) -> Page* { return new ComparePage(s, parent); }});
}

} // namespace qs::gui
