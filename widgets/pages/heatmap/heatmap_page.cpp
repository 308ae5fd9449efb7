// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/heatmap/heatmap_page.h"

#include "core/base/format.h"
#include "widgets/plots/heatmap/color_bar.h"
#include "widgets/plots/heatmap/profile_strip.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

QButtonGroup* segments(QWidget* parent, QHBoxLayout* layout, const QString& name, const QStringList& titles, const QStringList& tips)
{
    auto* group = new QButtonGroup(parent);
    auto* box = new QWidget(parent);
    box->setAccessibleName(name);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (int i = 0; i < titles.size(); ++i) {
        auto* b = new QToolButton(box);
        b->setText(titles[i]);
        b->setToolTip(tips.value(i));
        b->setAccessibleName(name + QStringLiteral(": ") + titles[i]);
        b->setCheckable(true);
        b->setProperty("segment", true);
        b->setFocusPolicy(Qt::TabFocus);
        group->addButton(b, i);
        row->addWidget(b);
    }
    group->setExclusive(true);
    layout->addWidget(box);
    return group;
}

} // namespace

HeatmapPage::HeatmapPage(const Services& services, QWidget* parent)
    : Page(parent), m_services(services), m_pyramids(new PyramidCache(services, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    m_whatGroup = segments(this, bar, tr("values"), {tr("original"), tr("decoded"), tr("error"), tr("|error|"), tr("relative"), tr("squared")},
                           {tr("the weights as the checkpoint holds them"), tr("what the artefact decodes to"), tr("decoded − original"),
                            tr("|decoded − original|"), tr("(decoded − original) / |original|"), tr("(decoded − original)²")});
    m_modeGroup = segments(this, bar, tr("compare"), {tr("single"), tr("side by side"), tr("blink"), tr("curtain"), tr("difference")},
                           {tr("A alone"), tr("A and B, linked"), tr("hold Space: A and B in place"), tr("C: a line, A on its left, B on its right"),
                            tr("D: |error of A| − |error of B|; blue: A is better")});
    bar->addStretch(1);
    m_facts = new QLabel(this);
    m_facts->setProperty("secondary", true);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setMinimumWidth(10);
    bar->addWidget(m_facts);
    layout->addLayout(bar);

    m_a = new HeatMapView(services, this);
    m_b = new HeatMapView(services, this);
    m_a->setObjectName(QStringLiteral("heatmapA"));
    m_b->setObjectName(QStringLiteral("heatmapB"));
    m_bar = new ColorBar(services.theme, this);
    m_columns = new ProfileStrip(services, Qt::Horizontal, this);
    m_rows = new ProfileStrip(services, Qt::Vertical, this);
    auto* grid = new QGridLayout;
    grid->setSpacing(4);
    grid->addWidget(m_a, 0, 0);
    grid->addWidget(m_b, 0, 1);
    grid->addWidget(m_rows, 0, 2);
    grid->addWidget(m_bar, 0, 3);
    grid->addWidget(m_columns, 1, 0, 1, 2);
    grid->setRowStretch(0, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    layout->addLayout(grid, 1);

    connect(m_whatGroup, &QButtonGroup::idClicked, this, [this](int id) { setWhat(static_cast<What>(id)); });
    connect(m_modeGroup, &QButtonGroup::idClicked, this, [this](int id) { setMode(static_cast<Mode>(id)); });
    connect(m_bar, &ColorBar::scaleDragged, this, [this](double low, double high) {
        m_userScale = true;
        m_scale.low = low;
        m_scale.high = high;
        for (auto* v : {m_a, m_b}) v->setScale(m_scale);
        m_bar->setScale(m_scale);
    });
    connect(m_bar, &ColorBar::resetAsked, this, [this] {
        m_userScale = false;
        setLimits();
    });
    connect(m_pyramids, &PyramidCache::ready, this, &HeatmapPage::refresh);
    connect(m_pyramids, &PyramidCache::failed, this, [this](const QString& text) { m_a->setPlaceholder(text); });
    connect(&services.selection, &Selection::tensorChanged, this, [this] {
        m_userScale = false;
        for (auto* v : {m_a, m_b}) v->clearLayers();
        refresh();
    });
    connect(&services.selection, &Selection::resultsChanged, this, &HeatmapPage::refresh);
    connect(&services.selection, &Selection::rangeChanged, this, &HeatmapPage::refresh);
    connect(&services.selection, &Selection::cellChanged, this, &HeatmapPage::showCell);
    connect(&services.workspace, &Workspace::recipesChanged, this, &HeatmapPage::refresh);
    setFocusProxy(m_a);
    setMode(m_mode);
}

void HeatmapPage::setMode(Mode mode)
{
    m_mode = mode;
    if (auto* b = m_modeGroup->button(mode)) b->setChecked(true);
    if (mode == Curtain) m_a->setSplit(0.5);
    else m_a->setSplit(1);
    m_a->setCurtain(mode == Curtain);
    m_userScale = false;
    refresh();
}

void HeatmapPage::setWhat(What what)
{
    m_what = what;
    if (auto* b = m_whatGroup->button(what)) b->setChecked(true);
    m_userScale = false;
    refresh();
}

void HeatmapPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    refresh();
}

void HeatmapPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    alignStrips();
}

void HeatmapPage::alignStrips()
{
    const QFontMetrics fm(font());
    const int left = fm.horizontalAdvance(QStringLiteral("00000")) + 10;
    // Under two maps the columns' profile runs over the width of both: twice the resolution.
    m_columns->setInsets(left, 2);
    m_rows->setInsets(fm.height() + 10, fm.height() * 2 + 10);
}

void HeatmapPage::refresh()
{
    if (!isVisible()) return;
    auto& s = m_services.selection;
    const io::TensorInfo* info = s.tensorInfo();
    const ResultPtr a = s.a();
    const ResultPtr b = s.b();
    for (const int id : {1, 2, 3, 4, 5}) m_whatGroup->button(id)->setEnabled(a != nullptr);
    for (const int id : {1, 2, 3, 4}) m_modeGroup->button(id)->setEnabled(a && b);
    // Without results only the original can be shown; the wish for an error map stays for later.
    const What what = a ? m_what : Original;
    const Mode mode = a && b && what != Original ? m_mode : Single;
    m_whatGroup->button(what)->setChecked(true);
    m_modeGroup->button(mode)->setChecked(true);
    if (!info) {
        m_facts->clear();
        return;
    }
    const auto shape = io::matrixShape(*info);
    const QRectF r = s.range();
    m_facts->setText(tr("rows %1–%2 · columns %3–%4")
                         .arg(r.isEmpty() ? 0 : static_cast<qlonglong>(r.top())).arg(r.isEmpty() ? shape.rows - 1 : static_cast<qlonglong>(std::ceil(r.bottom())) - 1)
                         .arg(r.isEmpty() ? 0 : static_cast<qlonglong>(r.left())).arg(r.isEmpty() ? shape.cols - 1 : static_cast<qlonglong>(std::ceil(r.right())) - 1));
    const bool difference = mode == Difference;
    HeatSource source = HeatSource::Original;
    QString name;
    switch (what) {
    case Original: source = HeatSource::Original; name = tr("w"); break;
    case Decoded: source = HeatSource::Decoded; name = tr("ŵ"); break;
    case Signed: source = HeatSource::Error; name = tr("ŵ − w"); break;
    case Absolute: source = HeatSource::Error; name = tr("|ŵ − w|"); break;
    case Relative: source = HeatSource::RelativeError; name = tr("(ŵ − w)/|w|"); break;
    case Squared: source = HeatSource::Error; name = tr("(ŵ − w)²"); break;
    }
    if (difference) {
        source = HeatSource::ErrorGain;
        name = tr("|eA| − |eB|");
    }
    const bool wantsB = mode == SideBySide || mode == Blink || mode == Curtain;
    m_pa = m_pyramids->get(source, s.tensor(), a, difference ? b : nullptr);
    m_pb = wantsB ? m_pyramids->get(source, s.tensor(), b) : nullptr;
    const auto layer = [&](const PyramidPtr& p, const ResultPtr& result, const QString& letter) {
        HeatLayer l;
        l.pyramid = p;
        if (what == Original || !result) {
            l.title = tr("original · %1").arg(QString::fromStdString(std::string(dtypeName(info->dtype))));
        } else if (difference) {
            l.title = tr("A %1 against B %2").arg(QString::fromStdString(a->recipe.label()), QString::fromStdString(b->recipe.label()));
            l.figure = tr("blue: A is better");
        } else {
            l.slot = m_services.workspace.slotOf(result->recipe);
            l.title = letter + QStringLiteral(" · ") + QString::fromStdString(result->recipe.label());
            l.figure = tr("rel. MSE %1").arg(QString::fromStdString(formatError(result->error.relativeMse())));
        }
        return l;
    };
    for (auto* v : {m_a, m_b}) {
        v->setValueName(name);
        v->setPlaceholder(m_pyramids->busy() || !m_pa ? tr("Reading …") : QString());
    }
    m_b->setVisible(mode == SideBySide);
    if (m_pa) m_a->setLayer(0, layer(m_pa, a, QStringLiteral("A")));
    if (mode == Blink || mode == Curtain) {
        if (m_pb) m_a->setLayer(1, layer(m_pb, b, QStringLiteral("B")));
    } else {
        m_a->setLayer(1, {});
    }
    if (mode == SideBySide && m_pb) m_b->setLayer(0, layer(m_pb, b, QStringLiteral("B")));

    m_scale.value = difference || what == Original || what == Decoded || what == Signed || what == Relative ? HeatValue::Signed
        : what == Absolute ? HeatValue::Absolute : HeatValue::Squared;
    m_scale.diverging = m_scale.value == HeatValue::Signed;
    m_bar->setLabel(name);
    if (!m_userScale) setLimits();

    std::vector<ProfileStrip::Curve> curves;
    const auto slot = [&](const ResultPtr& x) { return what == Original || !x ? 0 : m_services.workspace.slotOf(x->recipe); };
    if (m_pa) curves.push_back({m_pa, slot(a)});
    if (m_pb) curves.push_back({m_pb, slot(b)});
    m_columns->setCurves(curves, tr("rms of %1 per input column").arg(name));
    m_rows->setCurves(curves, tr("rms per row"));
    QTimer::singleShot(0, this, &HeatmapPage::alignStrips);
}

// One scale for A and B: robust limits of both together, symmetric for signed values.
void HeatmapPage::setLimits()
{
    double low = 0;
    double high = 0;
    double min = 0;
    double max = 0;
    bool any = false;
    for (const auto& p : {m_pa, m_pb}) {
        if (!p) continue;
        low = any ? std::min(low, p->low) : p->low;
        high = any ? std::max(high, p->high) : p->high;
        min = any ? std::min(min, p->min) : p->min;
        max = any ? std::max(max, p->max) : p->max;
        any = true;
    }
    if (!any) return;
    double abs = 0;
    for (const auto& p : {m_pa, m_pb})
        if (p) abs = std::max(abs, p->absHigh);
    const double extreme = std::max(std::fabs(min), std::fabs(max));
    if (abs <= 0) abs = extreme > 0 ? extreme : 1;
    if (m_scale.diverging) {
        m_scale.low = -abs;
        m_scale.high = abs;
    } else {
        m_scale.low = 0;
        m_scale.high = m_scale.value == HeatValue::Squared ? abs * abs : abs;
        min = 0;
        max = m_scale.value == HeatValue::Squared ? extreme * extreme : extreme;
    }
    for (auto* v : {m_a, m_b}) v->setScale(m_scale);
    m_bar->setScale(m_scale);
    m_bar->setExtremes(min, max);
}

// The status line's sentence about the element under the cursor, from the artefact.
void HeatmapPage::showCell()
{
    if (!isVisible()) return;
    const auto cell = m_services.selection.cell();
    const io::TensorInfo* info = m_services.selection.tensorInfo();
    const auto original = m_services.cache.original(m_services.selection.tensor());
    if (!cell || !info || !original || cell->row >= original->rows() || cell->col >= original->cols()) {
        emit statusText({});
        return;
    }
    const double w = static_cast<double>(original->at(cell->row, cell->col));
    const auto number = [](double v) { return QString::fromStdString(formatNumber(v, 5)); };
    std::string shortName = escapeText(info->name);
    if (shortName.ends_with(".weight")) shortName.resize(shortName.size() - 7);
    if (const auto dot = shortName.rfind('.'); dot != std::string::npos) shortName.erase(0, dot + 1);
    QString text = QStringLiteral("%1[%2, %3] = %4").arg(QString::fromStdString(shortName)).arg(cell->row).arg(cell->col).arg(number(w));
    const auto describe = [&](const ResultPtr& r, const QString& letter) {
        if (!r || !r->decoder) return;
        const auto e = r->decoder->element(cell->row, cell->col);
        text += QStringLiteral("     %1   code %2   %3   decoded %4   error %5")
                    .arg(letter).arg(e.code).arg(QString::fromStdString(e.parameters), number(static_cast<double>(e.decoded)),
                                                 QString::fromStdString(formatError(static_cast<double>(e.decoded) - w)));
    };
    describe(m_services.selection.a(), QStringLiteral("A"));
    if (m_mode != Single) describe(m_services.selection.b(), QStringLiteral("B"));
    emit statusText(text);
}

std::vector<PlotView*> HeatmapPage::plots() const
{
    if (m_b->isVisible()) return {m_a, m_b};
    return {m_a};
}

QJsonObject HeatmapPage::saveState() const { return {{QStringLiteral("mode"), m_mode}, {QStringLiteral("what"), m_what}}; }

void HeatmapPage::restoreState(const QJsonObject& state)
{
    const int mode = state[QStringLiteral("mode")].toInt(m_mode);
    const int what = state[QStringLiteral("what")].toInt(m_what);
    if (mode >= Single && mode <= Difference) setMode(static_cast<Mode>(mode));
    if (what >= Original && what <= Squared) setWhat(static_cast<What>(what));
}

bool HeatmapPage::trigger(const QString& action)
{
    if (action == QLatin1String("fit")) m_a->fit();
    else if (action == QLatin1String("blink")) { // the eye finds the difference
        if (m_mode != Blink) setMode(Blink);
        m_a->setSplit(m_a->split() > 0.5 ? 0 : 1);
    } else if (action == QLatin1String("blink-off")) m_a->setSplit(1);
    else if (action == QLatin1String("curtain")) setMode(m_mode == Curtain ? SideBySide : Curtain);
    else if (action == QLatin1String("difference")) setMode(m_mode == Difference ? SideBySide : Difference);
    else return false;
    return true;
}

void registerHeatmap(PageRegistry& registry);
void registerHeatmap(PageRegistry& registry)
{
    registry.add({QStringLiteral("heatmap"), QT_TRANSLATE_NOOP("Pages", "Heat map"), 40,
                  [](const Services& s, QWidget* parent) -> Page* { return new HeatmapPage(s, parent); }});
}

} // namespace qs::gui
