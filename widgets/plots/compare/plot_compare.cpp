// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/compare/plot_compare.h"

#include "core/base/format.h"
#include "widgets/models/result_explanation.h"
#include "widgets/plots/compare/curtain.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::gui {

PlotCompare::PlotCompare(const Services& services, const Setup& setup, QWidget* parent)
    : CompareView(parent), m_services(services), m_setup(setup), m_live(new LivePlot(services, setup.plot, this))
{
    setObjectName(QStringLiteral("compare_") + setup.plot);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_live->setPart(setup.part);
    m_live->setMost(2);
    m_live->setNotesShown(false);
    if (!setup.option.isEmpty()) m_live->fix(setup.option, setup.together);
    layout->addWidget(m_live->controls());
    m_grid = new QGridLayout;
    m_grid->setSpacing(4);
    for (std::size_t i = 0; i < kPanels; ++i) {
        auto* cell = new QWidget(this);
        auto* column = new QVBoxLayout(cell);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        m_titles[i] = new QLabel(cell);
        m_titles[i]->setTextFormat(Qt::RichText);
        m_titles[i]->setContentsMargins(12, 0, 12, 0);
        m_titles[i]->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        column->addWidget(m_titles[i]);
        m_views[i] = i == 0 ? m_live->view() : new PlotView(services.theme, cell);
        m_views[i]->setMinimumHeight(80); // in the smallest window
        if (i == 0) column->addWidget(m_live, 1);
        else column->addWidget(m_views[i], 1);
        m_grid->addWidget(cell, static_cast<int>(i / 2), static_cast<int>(i % 2));
        m_grid->setColumnStretch(static_cast<int>(i % 2), 1);
        cell->setVisible(i == 0);
    }
    layout->addLayout(m_grid, 1);
    m_notes = new QLabel(this);
    m_notes->setProperty("secondary", true);
    m_notes->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_notes->setContentsMargins(12, 0, 12, 0);
    m_notes->setTextFormat(Qt::PlainText);
    layout->addWidget(m_notes);
    m_behind = new PlotView(services.theme, m_views[0]);
    m_curtain = new Curtain(services.theme, m_views[0], m_behind);
    std::vector<PlotView*> all(m_views.begin(), m_views.end());
    all.push_back(m_behind);
    for (auto* a : all) {
        for (auto* b : all)
            if (a != b) link(a, b);
        if (!setup.marksValue) continue;
        connect(a, &PlotView::brushed, this, [this](double from, double to) { m_services.selection.setBrush(std::pair{from, to}); });
        connect(a, &PlotView::brushCleared, this, [this] { m_services.selection.setBrush(std::nullopt); });
    }
    connect(m_live, &LivePlot::dataChanged, this, &PlotCompare::fillPanels);
    connect(&services.theme, &Theme::changed, this, &PlotCompare::arrange);
    connect(&services.selection, &Selection::resultsChanged, this, [this] {
        emit possibleChanged();
        arrange();
    });
    connect(&services.selection, &Selection::cellChanged, this, &PlotCompare::markCell);
    connect(&services.selection, &Selection::brushChanged, this, &PlotCompare::markCell);
    arrange();
}

void PlotCompare::link(PlotView* from, PlotView* to)
{
    connect(from, &PlotView::viewChanged, this, [from, to](double x0, double x1, double y0, double y1) {
        if (from->data() && from->data() == to->data() && from->extent() == to->extent()) to->setView(x0, x1, y0, y1);
    });
}

bool PlotCompare::has(CompareMode mode) const
{
    if (mode == CompareMode::Single) return false;
    if (mode == CompareMode::Overlay) return m_setup.overlay;
    if (mode == CompareMode::FourUp) return m_setup.fourUp;
    if (mode == CompareMode::Difference) return !m_setup.difference.isEmpty();
    return true;
}

bool PlotCompare::possible(CompareMode mode) const
{
    const auto& s = m_services.selection;
    if (!has(mode)) return false;
    if (mode == CompareMode::Overlay) return true;
    return s.a() && s.b();
}

void PlotCompare::setMode(CompareMode mode)
{
    m_mode = mode;
    if (!m_setup.option.isEmpty()) m_live->setOption(m_setup.option, mode == CompareMode::Difference && !m_setup.difference.isEmpty() ? m_setup.difference : m_setup.together);
    m_live->setMost(mode == CompareMode::FourUp ? static_cast<int>(kPanels) - (m_setup.original ? 1 : 0) : 2);
    arrange();
}

void PlotCompare::showB(bool on)
{
    if (m_b == on) return;
    m_b = on;
    if (m_mode == CompareMode::Blink) arrange();
}

QString PlotCompare::titleOf(const QString& letter, const ResultPtr& result) const
{
    if (!result) return letter.toHtmlEscaped();
    return QStringLiteral("<span style=\"color:%1\">●</span> %2 · %3 — <b>%4</b>")
        .arg(m_services.theme.recipe(m_services.workspace.slotOf(*result)).name(), letter.toHtmlEscaped(),
             QString::fromStdString(result->label()).toHtmlEscaped(), tr("rel. MSE %1").arg(QString::fromStdString(formatError(result->error.relativeMse()))));
}

// Which panels are seen, and what of the shared data each of them shows.
void PlotCompare::arrange()
{
    const auto& s = m_services.selection;
    const auto slot = [this](const ResultPtr& r) -> std::optional<int> {
        if (!r) return std::nullopt;
        return m_services.workspace.slotOf(*r);
    };
    struct Panel {
        std::optional<int> shown;
        QString letter;
        ResultPtr result;
    };
    const Panel a{slot(s.a()), QStringLiteral("A"), s.a()};
    const Panel b{slot(s.b()), QStringLiteral("B"), s.b()};
    std::vector<Panel> panels;
    switch (m_mode) {
    case CompareMode::SideBySide: panels = {a, b}; break;
    case CompareMode::FourUp:
        if (m_setup.original) panels.push_back({0, tr("original"), nullptr});
        for (const auto& r : s.shown()) {
            if (panels.size() == kPanels) break;
            panels.push_back({slot(r), r == s.a() ? a.letter : r == s.b() ? b.letter : s.isPinned(r) ? tr("pinned") : tr("further"), r});
        }
        break;
    case CompareMode::Blink: panels = {m_b ? b : a}; break;
    case CompareMode::Curtain: panels = {a}; break;
    default: panels = {{std::nullopt, {}, nullptr}}; break;
    }
    if (m_mode == CompareMode::SideBySide && !s.b()) panels.resize(1);
    for (std::size_t i = 0; i < kPanels; ++i) {
        m_titles[i]->parentWidget()->setVisible(i < panels.size());
        if (i >= panels.size()) continue;
        m_titles[i]->setText(titleOf(panels[i].letter, panels[i].result));
        m_titles[i]->setToolTip(panels[i].result ? explainResult(*panels[i].result, Figure::RelativeMse) : QString());
        m_titles[i]->setVisible(!m_titles[i]->text().isEmpty());
        m_views[i]->setShown(panels[i].shown);
    }
    if (m_mode == CompareMode::Curtain && s.a() && s.b()) {
        m_titles[0]->setText(titleOf(QStringLiteral("A"), s.a()) + QStringLiteral("&nbsp;&nbsp;&nbsp;|&nbsp;&nbsp;&nbsp;") + titleOf(QStringLiteral("B"), s.b()));
        m_titles[0]->setToolTip(explainResult(*s.a(), Figure::RelativeMse) + QStringLiteral("\n\n") + explainResult(*s.b(), Figure::RelativeMse));
    }
    m_grid->setColumnStretch(1, panels.size() > 1 ? 1 : 0);
    m_grid->setRowStretch(0, 1);
    m_grid->setRowStretch(1, panels.size() > 2 ? 1 : 0);
    m_behind->setShown(b.shown);
    m_curtain->setOn(m_mode == CompareMode::Curtain && s.b());
    fillPanels();
}

void PlotCompare::fillPanels()
{
    const auto data = m_live->view()->data();
    if (!data) return;
    const auto give = [&](PlotView* v, bool on) {
        if (!on || v->data() == data) return;
        v->setMessage({});
        v->setData(data);
    };
    for (std::size_t i = 1; i < kPanels; ++i) give(m_views[i], !m_titles[i]->parentWidget()->isHidden());
    give(m_behind, m_curtain->isOn());
    const QString notes = m_live->notes();
    m_notes->setText(m_notes->fontMetrics().elidedText(notes, Qt::ElideRight, std::max(80, width() - 32)));
    m_notes->setToolTip(notes);
    m_notes->setVisible(!notes.isEmpty());
    markCell();
}

void PlotCompare::markCell()
{
    if (!isVisible()) return;
    const auto cell = m_services.selection.cell();
    if (!m_setup.marksValue) return;
    double value = std::numeric_limits<double>::quiet_NaN();
    if (cell)
        if (const auto m = m_services.cache.original(m_services.selection.tensor()); m && cell->row < m->rows() && cell->col < m->cols())
            value = static_cast<double>(m->at(cell->row, cell->col));
    for (auto* v : plots()) {
        v->mark(value);
        v->setBand(m_services.selection.brush());
    }
    if (m_curtain->isOn()) {
        m_behind->mark(value);
        m_behind->setBand(m_services.selection.brush());
    }
}

std::vector<PlotView*> PlotCompare::plots() const
{
    std::vector<PlotView*> out;
    for (std::size_t i = 0; i < kPanels; ++i)
        if (!m_titles[i]->parentWidget()->isHidden()) out.push_back(m_views[i]);
    return out;
}

void PlotCompare::fit()
{
    for (auto* v : plots()) v->fit();
}

void PlotCompare::toggleLog()
{
    if (m_live->option(QStringLiteral("count")).isEmpty()) return;
    m_live->setOption(QStringLiteral("count"), m_live->option(QStringLiteral("count")) == QLatin1String("log") ? QStringLiteral("linear") : QStringLiteral("log"));
}

} // namespace qs::gui
