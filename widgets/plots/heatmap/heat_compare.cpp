// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/heatmap/heat_compare.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/plots/heatmap/color_bar.h"
#include "widgets/plots/heatmap/profile_strip.h"
#include "widgets/selection/tensor_parts.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace qs::gui {

HeatCompare::HeatCompare(const Services& services, bool strips, QWidget* parent)
    : CompareView(parent), m_services(services), m_pyramids(PyramidCache::of(services))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_values = new SegmentBar(tr("values"),
                              {{tr("original"), tr("the weights as the checkpoint holds them")}, {tr("decoded"), tr("what the artefact decodes to")},
                               {tr("error"), tr("decoded − original")}, {tr("|error|"), tr("|decoded − original|")},
                               {tr("relative"), tr("(decoded − original) / |original|")}, {tr("squared"), tr("(decoded − original)²")}},
                              this);
    m_values->setObjectName(QStringLiteral("heatValues"));
    m_facts = new QLabel(this);
    m_facts->setProperty("secondary", true);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setVisible(strips);
    if (strips) {
        m_controls = new QHBoxLayout;
        m_controls->setSpacing(8);
        m_controls->addWidget(m_values);
        m_controls->addStretch(1);
        m_parts = new QComboBox(this);
        m_parts->setObjectName(QStringLiteral("parts"));
        m_parts->setAccessibleName(tr("Part of the tensor"));
        m_parts->setToolTip(tr("Select a head or an expert; Ctrl and drag on the map selects any rows and columns, Esc clears"));
        m_parts->setPlaceholderText(tr("selected part"));
        m_parts->hide();
        m_controls->addWidget(m_parts);
        m_controls->addWidget(m_facts);
        layout->addLayout(m_controls);
        connect(m_parts, &QComboBox::activated, this, [this](int i) {
            const QVariant at = m_parts->itemData(i);
            const auto* info = m_services.selection.tensorInfo();
            if (!info) return;
            const auto parts = namedParts(*m_services.selection.checkpoint()->source, *info);
            const auto k = static_cast<std::size_t>(at.toInt());
            m_services.selection.setRegion(at.isValid() && k < parts.size() ? std::optional(parts[k]) : std::nullopt);
        });
        connect(&m_services.selection, &Selection::regionChanged, this, &HeatCompare::showPart);
        connect(&m_services.selection, &Selection::tensorChanged, this, &HeatCompare::fillParts);
        fillParts();
    }

    m_grid = new QGridLayout;
    m_grid->setSpacing(4);
    static constexpr std::array kNames = {"heatmapA", "heatmapB", "heatmapC", "heatmapD"};
    for (std::size_t i = 0; i < kMaps; ++i) {
        m_maps[i] = new HeatMapView(services, this);
        m_maps[i]->setObjectName(QString::fromLatin1(kNames[i]));
        m_grid->addWidget(m_maps[i], static_cast<int>(i / 2), static_cast<int>(i % 2));
        m_maps[i]->setVisible(i == 0);
    }
    m_bar = new ColorBar(services.theme, this);
    m_grid->addWidget(m_bar, 0, 3, 2, 1);
    m_grid->setColumnStretch(0, 1);
    if (strips) {
        m_rows = new ProfileStrip(services, Qt::Vertical, this);
        m_columns = new ProfileStrip(services, Qt::Horizontal, this);
        m_grid->addWidget(m_rows, 0, 2);
        m_grid->addWidget(m_columns, 2, 0, 1, 2);
        // Under two maps the columns' profile runs over the width of both: twice the resolution.
        const QFontMetrics fm(font());
        m_columns->setInsets(fm.horizontalAdvance(QStringLiteral("00000")) + 10, 2);
        m_rows->setInsets(fm.height() + 10, fm.height() * 2 + 10);
    }
    layout->addLayout(m_grid, 1);

    connect(m_values, &SegmentBar::chosen, this, [this](int id) { setWhat(static_cast<What>(id)); });
    connect(m_bar, &ColorBar::scaleDragged, this, [this](double low, double high) {
        m_userScale = true;
        m_scale.low = low;
        m_scale.high = high;
        for (auto* v : m_maps) v->setScale(m_scale);
        m_bar->setScale(m_scale);
    });
    connect(m_bar, &ColorBar::resetAsked, this, [this] {
        m_userScale = false;
        setLimits();
    });
    connect(m_pyramids, &PyramidCache::ready, this, &HeatCompare::refresh);
    connect(m_pyramids, &PyramidCache::failed, this, [this](const QString& text) { m_maps[0]->setPlaceholder(text); });
    connect(&services.selection, &Selection::tensorChanged, this, [this] {
        m_userScale = false;
        for (auto* v : m_maps) v->clearLayers();
        refresh();
    });
    const auto results = [this] {
        emit possibleChanged();
        refresh();
    };
    connect(&services.selection, &Selection::resultsChanged, this, results);
    connect(&services.selection, &Selection::rangeChanged, this, &HeatCompare::showFacts);
    connect(&services.selection, &Selection::cellChanged, this, &HeatCompare::showCell);
    connect(&services.workspace, &Workspace::recipesChanged, this, &HeatCompare::refresh);
}

void HeatCompare::addControl(SegmentBar* control)
{
    m_extra = control;
    m_controls->insertWidget(1, control);
    fitBar();
}

// Rows of buttons become boxes, the values first, where the line has no room for them: no text is cut.
void HeatCompare::fitBar()
{
    if (!m_controls || !m_extra) return;
    const int parts = m_parts->isHidden() ? 0 : m_parts->sizeHint().width() + m_controls->spacing();
    SegmentBar::fit(width() - m_facts->sizeHint().width() - parts - 3 * m_controls->spacing(), {m_values, m_extra});
}

void HeatCompare::fillParts()
{
    if (!m_parts) return;
    const auto* info = m_services.selection.tensorInfo();
    const auto parts = info ? namedParts(*m_services.selection.checkpoint()->source, *info) : std::vector<Region>();
    m_parts->clear();
    m_parts->addItem(tr("whole tensor"));
    for (std::size_t i = 0; i < parts.size(); ++i) m_parts->addItem(parts[i].label, static_cast<int>(i));
    m_parts->setVisible(!parts.empty());
    showPart();
}

void HeatCompare::showPart()
{
    if (!m_parts) return;
    const auto& part = m_services.selection.region();
    const QSignalBlocker quiet(m_parts);
    const int at = part && !part->label.isEmpty() ? m_parts->findText(part->label) : 0;
    m_parts->setCurrentIndex(part && at <= 0 ? -1 : std::max(0, at));
    showFacts();
}

bool HeatCompare::possible(CompareMode mode) const
{
    if (mode == CompareMode::Single) return true;
    if (mode == CompareMode::Overlay) return false;
    const auto& s = m_services.selection;
    if (!s.a() || shownWhat() == Original) return false;
    if (mode == CompareMode::FourUp) return s.b() || shownWhat() == Decoded;
    return s.b() != nullptr;
}

HeatCompare::What HeatCompare::shownWhat() const
{
    // Without results only the original can be shown; the wish for an error map stays for later.
    return m_services.selection.a() ? m_what : Original;
}

CompareMode HeatCompare::shownMode() const { return possible(m_mode) ? m_mode : CompareMode::Single; }

void HeatCompare::setMode(CompareMode mode)
{
    m_mode = mode;
    m_userScale = false;
    m_maps[0]->setCurtain(mode == CompareMode::Curtain);
    m_maps[0]->setSplit(mode == CompareMode::Curtain ? 0.5 : 1);
    refresh();
}

void HeatCompare::showB(bool on)
{
    m_b = on;
    if (m_mode == CompareMode::Blink) m_maps[0]->setSplit(on ? 0 : 1);
}

void HeatCompare::setWhat(What what)
{
    m_what = what;
    m_values->setCurrent(what);
    m_userScale = false;
    emit possibleChanged();
    refresh();
}

void HeatCompare::showEvent(QShowEvent* event)
{
    CompareView::showEvent(event);
    refresh();
}

void HeatCompare::resizeEvent(QResizeEvent* event)
{
    CompareView::resizeEvent(event);
    fitBar();
}

// 4-up of values starts with the original; of errors it has no place for it (its error is 0): a further result.
std::vector<HeatCompare::Panel> HeatCompare::panels(CompareMode mode, What what) const
{
    const auto& s = m_services.selection;
    if (what == Original || !s.a()) return {{nullptr, {}}};
    const Panel a{s.a(), QStringLiteral("A")};
    const Panel b{s.b(), QStringLiteral("B")};
    if (mode == CompareMode::SideBySide) return {a, b};
    if (mode != CompareMode::FourUp) return {a};
    std::vector<Panel> out;
    if (what == Decoded) out.push_back({nullptr, {}});
    for (const auto& r : s.shown()) {
        if (out.size() == kMaps) break;
        out.push_back({r, r == s.a() ? a.letter : r == s.b() ? b.letter : s.isPinned(r) ? tr("pinned") : QString()});
    }
    return out;
}

HeatLayer HeatCompare::layer(const Panel& panel, const PyramidPtr& pyramid, What what) const
{
    HeatLayer l;
    l.pyramid = pyramid;
    const io::TensorInfo* info = m_services.selection.tensorInfo();
    if (what == Original || !panel.result) {
        l.title = tr("original · %1").arg(info ? QString::fromStdString(std::string(dtypeName(info->dtype))) : QString());
        return l;
    }
    l.slot = m_services.workspace.slotOf(*panel.result);
    l.title = (panel.letter.isEmpty() ? QString() : panel.letter + QStringLiteral(" · ")) + QString::fromStdString(panel.result->label());
    l.figure = tr("rel. MSE %1").arg(QString::fromStdString(formatError(panel.result->error.relativeMse())));
    return l;
}

void HeatCompare::refresh()
{
    if (!isVisible()) return;
    auto& s = m_services.selection;
    const ResultPtr a = s.a();
    const ResultPtr b = s.b();
    for (int id = Decoded; id <= Squared; ++id) m_values->setChoiceEnabled(id, a != nullptr);
    const What what = shownWhat();
    const CompareMode mode = shownMode();
    m_values->setCurrent(what);
    showFacts();
    if (!s.tensorInfo()) return;
    const bool difference = mode == CompareMode::Difference;
    HeatSource source = HeatSource::Error;
    QString name;
    switch (what) {
    case Original: source = HeatSource::Original; name = tr("w"); break;
    case Decoded: source = HeatSource::Decoded; name = tr("ŵ"); break;
    case Signed: name = tr("ŵ − w"); break;
    case Absolute: name = tr("|ŵ − w|"); break;
    case Relative: source = HeatSource::RelativeError; name = tr("(ŵ − w)/|w|"); break;
    case Squared: name = tr("(ŵ − w)²"); break;
    }
    if (difference) {
        source = HeatSource::ErrorGain;
        name = tr("|eA| − |eB|");
    }
    const auto list = panels(mode, what);
    placeMaps(mode, list.size());
    m_shown.clear();
    std::vector<ProfileStrip::Curve> curves;
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto* map = m_maps[i];
        map->setValueName(name);
        const Panel& panel = list[i];
        const PyramidPtr p = panel.result ? m_pyramids->get(source, s.tensor(), panel.result, difference ? b : nullptr)
                                          : m_pyramids->get(HeatSource::Original, s.tensor(), nullptr);
        map->setPlaceholder(p ? QString() : tr("Reading …"));
        if (!p) continue;
        HeatLayer l = layer(panel, p, what);
        if (difference) {
            l.slot = 0;
            l.title = tr("A %1 against B %2").arg(QString::fromStdString(a->label()), QString::fromStdString(b->label()));
            l.figure = tr("blue: A is better");
        }
        curves.push_back({p, l.slot});
        map->setLayer(0, std::move(l));
        m_shown.push_back(p);
    }
    if (mode == CompareMode::Blink || mode == CompareMode::Curtain) {
        if (const PyramidPtr p = m_pyramids->get(source, s.tensor(), b)) {
            HeatLayer l = layer({b, QStringLiteral("B")}, p, what);
            curves.push_back({p, l.slot});
            m_maps[0]->setLayer(1, std::move(l));
            m_shown.push_back(p);
        }
    } else {
        m_maps[0]->setLayer(1, {});
    }
    m_scale.value = difference ? HeatValue::Signed : what == Absolute ? HeatValue::Absolute : what == Squared ? HeatValue::Squared : HeatValue::Signed;
    m_scale.diverging = m_scale.value == HeatValue::Signed;
    m_bar->setLabel(name);
    const Figure figure = difference ? Figure::ErrorDifference : what == Original ? Figure::Weight : what == Decoded ? Figure::DecodedWeight
        : what == Absolute ? Figure::ElementAbsError : what == Relative ? Figure::ElementRelativeError
        : what == Squared ? Figure::ElementSquaredError : Figure::ElementError;
    for (auto* map : m_maps) map->setFigure(figure);
    m_bar->setFigure(figure);
    if (!m_userScale) setLimits();
    if (!m_columns) return;
    m_columns->setCurves(curves, tr("rms of %1 per input column").arg(name));
    m_rows->setCurves(curves, tr("rms per row"));
}

void HeatCompare::placeMaps(CompareMode mode, std::size_t count)
{
    const bool four = mode == CompareMode::FourUp && count > 2;
    for (std::size_t i = 0; i < kMaps; ++i) m_maps[i]->setVisible(i < count);
    m_grid->setColumnStretch(1, count > 1 ? 1 : 0);
    m_grid->setRowStretch(0, 1);
    m_grid->setRowStretch(1, four ? 1 : 0);
    if (!m_rows) return;
    // Beside two rows of maps a profile of rows would stand for neither.
    m_rows->setVisible(!four);
    m_columns->setVisible(!four);
}

// One scale for all maps: robust limits of them together, symmetric for signed values.
void HeatCompare::setLimits()
{
    if (m_shown.empty()) return;
    double min = m_shown.front()->min;
    double max = m_shown.front()->max;
    double abs = 0;
    for (const auto& p : m_shown) {
        min = std::min(min, p->min);
        max = std::max(max, p->max);
        abs = std::max(abs, p->absHigh);
    }
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
    for (auto* v : m_maps) v->setScale(m_scale);
    m_bar->setScale(m_scale);
    m_bar->setExtremes(min, max);
}

void HeatCompare::showFacts()
{
    const io::TensorInfo* info = m_services.selection.tensorInfo();
    if (!info) {
        m_facts->clear();
        return;
    }
    const auto shape = io::matrixShape(*info);
    const QRectF r = m_services.selection.range();
    m_facts->setText(tr("rows %1–%2 · columns %3–%4")
                         .arg(r.isEmpty() ? 0 : static_cast<qlonglong>(r.top())).arg(r.isEmpty() ? shape.rows - 1 : static_cast<qlonglong>(std::ceil(r.bottom())) - 1)
                         .arg(r.isEmpty() ? 0 : static_cast<qlonglong>(r.left())).arg(r.isEmpty() ? shape.cols - 1 : static_cast<qlonglong>(std::ceil(r.right())) - 1));
    if (const auto& part = m_services.selection.region()) {
        m_facts->setText(tr("selected: %1").arg(regionText(*part)));
        m_facts->setToolTip(explain(Figure::Selected, {tr("%1 of %2 weights; Esc clears").arg(QString::fromStdString(formatCount(part->elements())), QString::fromStdString(formatCount(static_cast<std::uint64_t>(shape.rows * shape.cols))))}));
    } else {
        m_facts->setToolTip(explain(Figure::Selected));
    }
    fitBar();
}

// The status line's sentence about the element under the cursor, from the artefact.
void HeatCompare::showCell()
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
        if (!r) return;
        if (r->decoder) {
            const auto e = r->decoder->element(cell->row, cell->col);
            text += tr("     %1   code %2   %3   decoded %4   error %5")
                        .arg(letter).arg(e.code).arg(coreText(e.parameters), number(static_cast<double>(e.decoded)),
                                                     QString::fromStdString(formatError(static_cast<double>(e.decoded) - w)));
        } else if (const auto m = m_services.cache.decoded(r); m && cell->row < m->rows() && cell->col < m->cols()) {
            const double v = static_cast<double>(m->at(cell->row, cell->col));
            text += tr("     %1   decoded %2   error %3").arg(letter, number(v), QString::fromStdString(formatError(v - w)));
        }
    };
    describe(m_services.selection.a(), QStringLiteral("A"));
    if (shownMode() != CompareMode::Single) describe(m_services.selection.b(), QStringLiteral("B"));
    emit statusText(text);
}

std::vector<PlotView*> HeatCompare::plots() const
{
    std::vector<PlotView*> out;
    for (auto* m : m_maps)
        if (m->isVisibleTo(this)) out.push_back(m);
    return out;
}

void HeatCompare::fit() { m_maps[0]->fit(); }

QJsonObject HeatCompare::saveState() const { return {{QStringLiteral("what"), m_what}}; }

void HeatCompare::restoreState(const QJsonObject& state)
{
    const int what = state[QStringLiteral("what")].toInt(m_what);
    if (what >= Original && what <= Squared) setWhat(static_cast<What>(what));
}

} // namespace qs::gui
