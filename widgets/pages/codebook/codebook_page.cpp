// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/codebook/codebook_page.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/plots/live_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace qs::gui {

CodebookPage::CodebookPage(const Services& services, QWidget* parent) : Page(parent), m_services(services)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(4);
    m_facts = new QLabel(this);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setWordWrap(true);
    m_facts->setToolTip(explain({Figure::LevelCount, Figure::DeadLevels, Figure::Level}, tr("the artefact of the chosen result")));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 0, 8, 0);
    bar->setSpacing(8);
    bar->addWidget(m_facts, 1);
    const auto choice = [&](const QString& title) {
        auto* label = new QLabel(title, this);
        label->setProperty("secondary", true);
        auto* box = new QComboBox(this);
        box->setAccessibleName(title);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        label->setBuddy(box);
        bar->addWidget(label);
        bar->addWidget(box);
        return box;
    };
    m_result = choice(tr("result"));
    m_map = choice(tr("map"));
    layout->addLayout(bar);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    auto* top = new QSplitter(Qt::Horizontal, split);
    top->setChildrenCollapsible(false);
    const auto make = [&](const QString& view, const QString& heading, QWidget* where, LivePlot::Part part) {
        auto* p = new LivePlot(services, QStringLiteral("codebook"), where);
        p->setObjectName(QStringLiteral("codebook_") + view);
        p->setPart(part);
        p->setOnlyAB(true);
        p->setHeading(heading);
        p->fix(QStringLiteral("result"), QStringLiteral("0"));
        p->fix(QStringLiteral("cell"), QString());
        p->setNotesShown(part == LivePlot::CurvesOnly);
        return p;
    };
    m_levels = make(QStringLiteral("levels"), tr("Levels of every group"), top, LivePlot::MapsOnly);
    m_levels->fix(QStringLiteral("map"), QStringLiteral("levels"));
    m_levels->fix(QStringLiteral("group"), QStringLiteral("0"));
    m_mapStack = new QStackedWidget(top);
    m_maps = make(QStringLiteral("map"), tr("Scales, zero points, factors"), m_mapStack, LivePlot::MapsOnly);
    m_maps->fix(QStringLiteral("group"), QStringLiteral("0"));
    m_maps->fix(QStringLiteral("map"), QStringLiteral("usage"));
    m_mapStack->addWidget(m_maps);
    const auto ofResult = [&](const QString& plot, const QString& heading) {
        auto* p = new LivePlot(services, plot, m_mapStack);
        p->setObjectName(QStringLiteral("codebook_") + plot);
        p->setOnlyAB(true);
        p->setHeading(heading);
        p->fix(QStringLiteral("result"), QStringLiteral("0"));
        m_mapStack->addWidget(p);
        return p;
    };
    m_flips = ofResult(QStringLiteral("flips"), tr("Weights off the nearest level"));
    m_clipping = ofResult(QStringLiteral("clipping"), tr("Clip ratios"));
    m_strip = make(QStringLiteral("strip"), tr("Levels of one group and their use"), split, LivePlot::CurvesOnly);
    m_strip->fix(QStringLiteral("map"), QStringLiteral("levels"));
    split->setSizes({520, 260});
    layout->addWidget(split, 1);
    connect(&services.selection, &Selection::cellChanged, this, &CodebookPage::followCell);
    connect(&services.selection, &Selection::resultsChanged, this, [this] {
        fillChoices();
        followCell();
    });
    connect(m_result, &QComboBox::activated, this, [this](int i) {
        for (auto* p : {m_levels, m_maps, m_strip, m_flips, m_clipping}) p->setOption(QStringLiteral("result"), QString::number(i));
        fillChoices();
    });
    connect(m_map, &QComboBox::activated, this, [this] {
        const QString map = m_map->currentData().toString();
        LivePlot* const shown = map == QLatin1String("flips") ? m_flips : map == QLatin1String("clipping") ? m_clipping : m_maps;
        if (shown == m_maps) m_maps->setOption(QStringLiteral("map"), map);
        m_mapStack->setCurrentWidget(shown);
    });
    fillChoices();
    connect(m_strip, &LivePlot::dataChanged, this, [this] { m_facts->setText(m_strip->view()->summary()); });
}

// A and B, and the maps that the chosen one's grid has: scales, zero points, positive and negative scales, S, V, B.
void CodebookPage::fillChoices()
{
    const auto& s = m_services.selection;
    const int result = std::max(0, m_result->currentIndex());
    m_result->clear();
    if (s.a()) m_result->addItem(QStringLiteral("A · ") + QString::fromStdString(s.a()->label()));
    if (s.b()) m_result->addItem(QStringLiteral("B · ") + QString::fromStdString(s.b()->label()));
    m_result->setCurrentIndex(std::min(result, m_result->count() - 1));
    const ResultPtr shown = m_result->currentIndex() == 1 ? s.b() : s.a();
    QStringList maps{QStringLiteral("usage")};
    if (shown && shown->decoder)
        for (const auto& m : shown->decoder->grid().maps()) maps << QString::fromStdString(m.name);
    const QString now = m_maps->option(QStringLiteral("map"));
    m_map->clear();
    for (const QString& map : maps) m_map->addItem(coreText(map.toStdString()), map);
    m_map->setCurrentIndex(std::max(0, m_map->findData(now)));
    m_maps->setOption(QStringLiteral("map"), m_map->currentData().toString());
    m_map->addItem(tr("flipped weights"), QStringLiteral("flips"));
    m_map->addItem(tr("clip ratios"), QStringLiteral("clipping"));
    if (shownMap() != m_maps) m_map->setCurrentIndex(m_map->findData(shownMap() == m_flips ? QStringLiteral("flips") : QStringLiteral("clipping")));
    for (auto* p : {m_levels, m_maps, m_strip, m_flips, m_clipping}) p->setOption(QStringLiteral("result"), QString::number(std::max(0, m_result->currentIndex())));
}

// The group of the element under the cursor (or pinned) is the one whose levels are shown.
void CodebookPage::followCell()
{
    const auto cell = m_services.selection.cell();
    const ResultPtr a = m_result->currentIndex() == 1 ? m_services.selection.b() : m_services.selection.a();
    if (!cell || !a || !a->decoder || cell->row >= a->decoder->rows() || cell->col >= a->decoder->cols()) return;
    m_strip->setOption(QStringLiteral("group"), QString::number(a->decoder->grid().groupOf(cell->row, cell->col)));
}

LivePlot* CodebookPage::shownMap() const { return static_cast<LivePlot*>(m_mapStack->currentWidget()); }

std::vector<PlotView*> CodebookPage::plots() const { return {m_levels->view(), shownMap()->view(), m_strip->view()}; }

QJsonObject CodebookPage::saveState() const
{
    return {{QStringLiteral("levels"), m_levels->saveState()}, {QStringLiteral("map"), m_maps->saveState()}, {QStringLiteral("strip"), m_strip->saveState()},
            {QStringLiteral("flips"), m_flips->saveState()}, {QStringLiteral("clipping"), m_clipping->saveState()}, {QStringLiteral("shown"), m_mapStack->currentIndex()}};
}

void CodebookPage::restoreState(const QJsonObject& state)
{
    m_levels->restoreState(state[QStringLiteral("levels")].toObject());
    m_maps->restoreState(state[QStringLiteral("map")].toObject());
    m_strip->restoreState(state[QStringLiteral("strip")].toObject());
    m_flips->restoreState(state[QStringLiteral("flips")].toObject());
    m_clipping->restoreState(state[QStringLiteral("clipping")].toObject());
    m_mapStack->setCurrentIndex(std::clamp(state[QStringLiteral("shown")].toInt(), 0, m_mapStack->count() - 1));
    fillChoices();
}

bool CodebookPage::trigger(const QString& action)
{
    for (auto* v : plots()) {
        if (action == QLatin1String("fit")) v->fit();
        else return false;
    }
    return true;
}

void registerCodebook(PageRegistry& registry);
void registerCodebook(PageRegistry& registry)
{
    registry.add({QStringLiteral("codebook"), QT_TRANSLATE_NOOP("Pages", "Codebook"), 30,
                  [](const Services& s, QWidget* parent) -> Page* { return new CodebookPage(s, parent); }});
}

} // namespace qs::gui
