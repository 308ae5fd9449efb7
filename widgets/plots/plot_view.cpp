// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_view.h"

#include "core/base/format.h"
#include "core/plots/plot_registry.h"
#include "widgets/common/core_text.h"
#include "widgets/plots/plot_text.h"

#include <QFile>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPixmap>
#include <QSaveFile>
#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <qcustomplot.h>

namespace qs::gui {
namespace {

// For the one writer that is core's: what the picture shows, in the window's language.
plots::PlotData translated(const plots::PlotData& data)
{
    plots::PlotData out = data;
    const auto own = [](std::string& s) { s = coreText(s).toStdString(); };
    for (std::string* s : {&out.title, &out.summary, &out.x.label, &out.x.unit, &out.y.label, &out.y.unit, &out.valueLabel}) own(*s);
    for (auto& series : out.series) {
        own(series.name);
        for (auto& l : series.labels) own(l);
    }
    for (auto& grid : out.heat) {
        own(grid.title);
        for (auto& l : grid.rowLabels) own(l);
        for (auto& l : grid.colLabels) own(l);
    }
    for (auto& n : out.notes) own(n);
    return out;
}

constexpr int kPale = 60; // opacity of what is not selected, of 255
constexpr int kStemsFrom = 190; // pixels of height from which levels hang under the counts

QCPScatterStyle markerFor(int marker, const QColor& color, const QColor& base, double size)
{
    static constexpr std::array<QCPScatterStyle::ScatterShape, 7> kShapes = {
        QCPScatterStyle::ssDisc,    QCPScatterStyle::ssSquare,          QCPScatterStyle::ssTriangle, QCPScatterStyle::ssDiamond,
        QCPScatterStyle::ssCircle,  QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCross};
    QCPScatterStyle s(kShapes[static_cast<std::size_t>(marker) % 7], QPen(color, 1.4), QBrush(color), size);
    if (marker % 7 == 4) s.setBrush(base);
    return s;
}

// A ticker whose labels are the program's numbers: no "1e-05" beside "0.00002".
QSharedPointer<QCPAxisTicker> tickerFor(bool log)
{
    if (log) {
        auto t = QSharedPointer<QCPAxisTickerLog>::create();
        t->setSubTickCount(8);
        return t;
    }
    auto t = QSharedPointer<QCPAxisTicker>::create();
    t->setTickCount(6);
    return t;
}

/// Covers the plot, slightly, while a newer picture is made.
class Veil : public QWidget {
public:
    Veil(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        hide();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        QColor c = m_theme.base();
        c.setAlpha(110);
        p.fillRect(rect(), c);
        p.fillRect(0, 0, width(), 2, m_theme.accent());
    }

private:
    Theme& m_theme;
};

} // namespace

PlotView::PlotView(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setMinimumSize(160, 120);
    setFocusPolicy(Qt::StrongFocus);
    m_plot->setFocusPolicy(Qt::NoFocus); // a click on it goes to this widget, which has name and keys
    setAccessibleName(tr("Plot"));
    m_plot->setFocusProxy(this);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setPlottingHint(QCP::phFastPolylines, true);
    m_plot->plotLayout()->clear();
    m_plot->legend = nullptr;

    m_message = new QLabel(this);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    m_message->setProperty("secondary", true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->hide();
    m_readOut = new QLabel(this);
    m_readOut->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_readOut->setTextFormat(Qt::PlainText);
    m_readOut->hide();
    m_veil = new Veil(theme, this);

    connect(m_plot, &QCustomPlot::mousePress, this, &PlotView::onMousePress);
    connect(m_plot, &QCustomPlot::mouseMove, this, &PlotView::onMouseMove);
    connect(m_plot, &QCustomPlot::mouseRelease, this, &PlotView::onMouseRelease);
    connect(m_plot, &QCustomPlot::afterLayout, this, &PlotView::placeLabels);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] { fit(); });
    connect(m_plot, &QCustomPlot::mouseWheel, this, [this](QWheelEvent* e) {
        for (QCPAxisRect* r : m_rects) {
            const auto mods = e->modifiers();
            r->setRangeZoom(mods & Qt::ShiftModifier ? Qt::Horizontal : mods & Qt::AltModifier ? Qt::Vertical
                                                                                           : Qt::Horizontal | Qt::Vertical);
        }
    });
    connect(m_plot, &QCustomPlot::legendClick, this, [this](QCPLegend*, QCPAbstractLegendItem* item, QMouseEvent*) {
        auto* entry = qobject_cast<QCPPlottableLegendItem*>(item);
        if (!entry) return;
        entry->plottable()->setVisible(!entry->plottable()->visible());
        QColor c = entry->plottable()->visible() ? m_theme.text() : m_theme.secondary();
        QFont f = entry->font();
        f.setStrikeOut(!entry->plottable()->visible());
        entry->setFont(f);
        entry->setTextColor(c);
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    });
    connect(m_plot->selectionRect(), &QCPSelectionRect::accepted, this, [this](const QRect& area, QMouseEvent*) {
                if (m_plot->selectionRectMode() != QCP::srmCustom || m_rects.empty()) return;
                QCPAxis* x = m_rects.front()->axis(QCPAxis::atBottom);
                if (area.width() < 4) return; // a click
                const double a = x->pixelToCoord(area.left());
                const double b = x->pixelToCoord(area.right());
                emit brushed(std::min(a, b), std::max(a, b));
            });
    connect(&theme, &Theme::changed, this, &PlotView::rebuild);
    setMessage(tr("Choose a tensor on the left."));
}

void PlotView::setData(std::shared_ptr<const plots::PlotData> data)
{
    m_data = std::move(data);
    m_legendOutside = false;
    m_cursor.reset(); // it stood in other numbers
    m_readOut->hide();
    if (m_data) {
        m_message->hide();
        m_logY = m_data->y.log;
        setAccessibleName(text(m_data->title));
        setAccessibleDescription(summary());
    }
    rebuild();
}

void PlotView::setMessage(const QString& message)
{
    m_message->setText(message);
    m_message->setVisible(!message.isEmpty());
    m_plot->setVisible(message.isEmpty());
    placeOverlays();
}

void PlotView::setBusy(bool busy)
{
    m_veil->setVisible(busy && m_data);
    m_veil->raise();
    placeOverlays();
}

QString PlotView::summary() const { return m_data ? text(m_data->summary) : QString(); }

void PlotView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) rebuild();
}

void PlotView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeOverlays();
    const bool crossed = m_data && m_data->heat.empty() && m_low != (height() < kStemsFrom);
    if (m_legendOutside || crossed) { // there may be room now
        m_legendOutside = false;
        QMetaObject::invokeMethod(this, &PlotView::rebuildKeepingView, Qt::QueuedConnection);
    }
    // The names beside a table are chosen by the room they have.
    if (m_data && !m_data->heat.empty() && (!m_data->heat.front().rowLabels.empty() || !m_data->heat.front().colLabels.empty()))
        QMetaObject::invokeMethod(this, &PlotView::rebuildKeepingView, Qt::QueuedConnection);
}

void PlotView::placeOverlays()
{
    m_message->setGeometry(rect().adjusted(24, 24, -24, -24));
    m_veil->setGeometry(rect());
    m_readOut->adjustSize();
    m_readOut->move(width() - m_readOut->width() - 12, 4);
}

void PlotView::keyPressEvent(QKeyEvent* event)
{
    if (m_rects.empty()) return QWidget::keyPressEvent(event);
    QCPAxis* x = m_rects.front()->axis(QCPAxis::atBottom);
    QCPAxis* y = m_rects.front()->axis(QCPAxis::atLeft);
    const double dx = x->range().size() * 0.1;
    const double dy = y->range().size() * 0.1;
    if (event->modifiers() & Qt::ShiftModifier) { // the read-out moves instead of the view
        switch (event->key()) {
        case Qt::Key_Left: return stepCursor(-1, 0);
        case Qt::Key_Right: return stepCursor(1, 0);
        case Qt::Key_Up: return stepCursor(0, -1);
        case Qt::Key_Down: return stepCursor(0, 1);
        default: break;
        }
    }
    switch (event->key()) {
    case Qt::Key_Left: x->moveRange(-dx); break;
    case Qt::Key_Right: x->moveRange(dx); break;
    case Qt::Key_Up: y->moveRange(dy); break;
    case Qt::Key_Down: y->moveRange(-dy); break;
    case Qt::Key_Plus: x->scaleRange(0.8); y->scaleRange(0.8); break;
    case Qt::Key_Minus: x->scaleRange(1.25); y->scaleRange(1.25); break;
    case Qt::Key_Escape: emit brushCleared(); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_cursor) clickCursor(event->modifiers());
        return;
    default: return QWidget::keyPressEvent(event);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::styleAxes(QCPAxisRect* rect) const
{
    const QColor ink = m_theme.secondary();
    const double thin = m_theme.printing() ? 0.7 : 1;
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.9);
    rect->setBackground(m_theme.window());
    for (QCPAxis* a : rect->axes()) {
        a->setBasePen(QPen(ink, thin));
        a->setTickPen(QPen(ink, thin));
        a->setSubTickPen(QPen(ink, thin));
        a->setTickLabelColor(ink);
        a->setLabelColor(m_theme.text());
        a->setTickLabelFont(small);
        a->setLabelFont(small);
        a->setTickLength(0, 5); // ticks outside
        a->setSubTickLength(0, 2);
        a->setLabelPadding(4);
        a->setNumberFormat(QStringLiteral("gb"));
        a->setNumberPrecision(6); // 60000, not 6·10⁴
        a->grid()->setPen(QPen(m_theme.hairline(), 1, Qt::SolidLine));
        a->grid()->setZeroLinePen(QPen(m_theme.hairline(), 1));
        a->grid()->setSubGridVisible(false);
    }
    rect->axis(QCPAxis::atBottom)->grid()->setVisible(false);
    rect->setupFullAxesBox(false);
    for (const auto side : {QCPAxis::atTop, QCPAxis::atRight})
        for (QCPAxis* a : rect->axes(side)) a->setVisible(false);
}

void PlotView::rebuild()
{
    m_plot->clearPlottables();
    m_plot->clearItems();
    m_plot->plotLayout()->clear();
    m_plot->plotLayout()->setRowSpacing(2);
    m_plot->plotLayout()->setColumnSpacing(8);
    m_plot->plotLayout()->setMargins(QMargins(4, 4, 8, 4));
    m_rects.clear();
    m_gridOfRect.clear();
    m_maps.clear();
    m_plottables.clear();
    m_labels.clear();
    m_frames.clear();
    m_stemRect = nullptr;
    m_mark = nullptr;
    m_bandItem = nullptr;
    m_colorScale = nullptr;
    m_plot->setBackground(m_theme.window());
    m_message->setAutoFillBackground(true);
    const QString sheet = QStringLiteral("background:%1;color:%2;padding:2px 6px;border-radius:4px").arg(m_theme.window().name(), m_theme.text().name());
    if (m_readOut->styleSheet() != sheet) m_readOut->setStyleSheet(sheet);
    if (!m_data) return;
    m_plot->show();
    if (!m_data->heat.empty()) buildHeat();
    if (m_rects.empty() || (!m_data->series.empty() && m_data->heat.empty())) buildSeries();
    else if (!m_data->series.empty()) { // reference lines over a heat map (identity line)
        for (QCPAxisRect* rect : m_rects)
            for (const auto& s : m_data->series) {
                auto* c = new QCPCurve(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
                QPen pen(s.slot < 0 ? m_theme.text() : m_theme.recipe(s.slot), 1);
                if (s.slot < 0) pen.setStyle(Qt::DashLine);
                c->setPen(pen);
                c->setName(text(s.name));
                c->setData(QVector<double>(s.x.begin(), s.x.end()), QVector<double>(s.y.begin(), s.y.end()));
            }
    }
    setRanges();
    setBand(m_band);
    frameCells();
    for (QCPAxisRect* r : m_rects)
        for (const auto side : {QCPAxis::atBottom, QCPAxis::atLeft})
            connect(r->axis(side), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &PlotView::tellView);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::rebuildKeepingView()
{
    if (m_rects.empty()) return rebuild();
    const QCPRange x = m_rects.front()->axis(QCPAxis::atBottom)->range();
    const QCPRange y = m_rects.front()->axis(QCPAxis::atLeft)->range();
    rebuild();
    setView(x.lower, x.upper, y.lower, y.upper);
}

QRectF PlotView::extentOf(std::size_t rect) const
{
    if (rect >= m_gridOfRect.size()) return {};
    const auto& g = m_data->heat[static_cast<std::size_t>(m_gridOfRect[rect])];
    return {QPointF(g.xMin, g.yMin), QPointF(g.xMax, g.yMax)};
}

QRectF PlotView::extent() const { return extentOf(0); }

void PlotView::tellView()
{
    auto* axis = qobject_cast<QCPAxis*>(sender());
    if (m_quiet || !axis) return;
    const auto at = std::find(m_rects.begin(), m_rects.end(), axis->axisRect());
    if (at == m_rects.end()) return;
    const QCPRange x = (*at)->axis(QCPAxis::atBottom)->range();
    const QCPRange y = (*at)->axis(QCPAxis::atLeft)->range();
    applyView(static_cast<std::size_t>(at - m_rects.begin()), x.lower, x.upper, y.lower, y.upper);
    emit viewChanged(x.lower, x.upper, y.lower, y.upper);
}

void PlotView::setView(double x0, double x1, double y0, double y1) { applyView(0, x0, x1, y0, y1); }

// Small multiples of one view move together; maps of other extents (tables of groups) keep their own view.
void PlotView::applyView(std::size_t from, double x0, double x1, double y0, double y1)
{
    if (m_rects.empty() || m_quiet) return;
    m_quiet = true;
    for (std::size_t k = 0; k < m_rects.size(); ++k) {
        if (k != from && extentOf(k) != extentOf(from)) continue;
        m_rects[k]->axis(QCPAxis::atBottom)->setRange(x0, x1);
        m_rects[k]->axis(QCPAxis::atLeft)->setRange(y0, y1);
    }
    m_quiet = false;
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::setShown(std::optional<int> slot)
{
    if (m_shown == slot) return;
    m_shown = slot;
    if (m_data) rebuildKeepingView();
}

void PlotView::setBand(std::optional<std::pair<double, double>> band)
{
    m_band = band;
    if (m_rects.empty() || !m_data || !m_data->heat.empty()) return;
    if (!m_bandItem && band) {
        m_bandItem = new QCPItemRect(m_plot);
        QColor c = m_theme.accent();
        m_bandItem->setPen(QPen(c, 1));
        c.setAlpha(36);
        m_bandItem->setBrush(c);
        m_bandItem->setSelectable(false);
        m_bandItem->setClipAxisRect(m_rects.front());
        m_bandItem->topLeft->setTypeX(QCPItemPosition::ptPlotCoords);
        m_bandItem->bottomRight->setTypeX(QCPItemPosition::ptPlotCoords);
        for (auto* p : {m_bandItem->topLeft, m_bandItem->bottomRight}) {
            p->setAxes(m_rects.front()->axis(QCPAxis::atBottom), m_rects.front()->axis(QCPAxis::atLeft));
            p->setAxisRect(m_rects.front());
            p->setTypeY(QCPItemPosition::ptAxisRectRatio);
        }
    }
    if (m_bandItem) {
        m_bandItem->setVisible(band.has_value());
        if (band) {
            m_bandItem->topLeft->setCoords(band->first, 0);
            m_bandItem->bottomRight->setCoords(band->second, 1);
        }
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::buildSeries()
{
    const bool onlyStems = !m_data->series.empty() && std::all_of(m_data->series.begin(), m_data->series.end(), [](const auto& s) { return s.kind == plots::SeriesKind::Stems; });
    // Where there is little height the counts have it, and the levels are left out.
    m_low = height() < kStemsFrom;
    const bool stems = (onlyStems || !m_low) && std::any_of(m_data->series.begin(), m_data->series.end(), [this](const auto& s) {
        return s.kind == plots::SeriesKind::Stems && isShown(s.slot);
    });
    auto* rect = new QCPAxisRect(m_plot);
    m_plot->plotLayout()->addElement(0, 0, rect);
    styleAxes(rect);
    rect->setRangeDrag(Qt::Horizontal | Qt::Vertical);
    rect->setRangeZoom(Qt::Horizontal | Qt::Vertical);
    m_rects.push_back(rect);
    QCPAxis* x = rect->axis(QCPAxis::atBottom);
    QCPAxis* y = rect->axis(QCPAxis::atLeft);
    x->setScaleType(m_data->x.log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    x->setTicker(tickerFor(m_data->x.log));
    y->setScaleType(m_logY ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    y->setTicker(tickerFor(m_logY));
    y->setLabel(axisTitle(m_data->y));
    x->setLabel(axisTitle(m_data->x));

    std::vector<int> stemSlots;
    for (const auto& s : m_data->series)
        if (s.kind == plots::SeriesKind::Stems && isShown(s.slot) && std::find(stemSlots.begin(), stemSlots.end(), s.slot) == stemSlots.end())
            stemSlots.push_back(s.slot);
    QCPAxis* stemX = nullptr;
    QCPAxis* stemY = nullptr;
    if (onlyStems) { // they have the whole view
        stemX = x;
        stemY = y;
        y->setTicker(QSharedPointer<QCPAxisTickerText>::create());
        y->grid()->setVisible(false);
        y->setLabel(tr("share of use"));
    } else if (stems) {
        // Levels hang under the axis, their length is their use.
        m_stemRect = new QCPAxisRect(m_plot);
        m_plot->plotLayout()->addElement(1, 0, m_stemRect);
        styleAxes(m_stemRect);
        const int rows = static_cast<int>(stemSlots.size());
        const int each = rows > 3 ? 13 : 22; // many results: shorter stems, the counts keep their room
        m_stemRect->setMinimumSize(0, each * rows + 24);
        m_stemRect->setMaximumSize(QWIDGETSIZE_MAX, each * rows + 44);
        stemX = m_stemRect->axis(QCPAxis::atBottom);
        stemY = m_stemRect->axis(QCPAxis::atLeft);
        stemY->setRange(-rows, 0.15);
        auto ticker = QSharedPointer<QCPAxisTickerText>::create();
        stemY->setTicker(ticker);
        stemY->setBasePen(Qt::NoPen);
        stemY->grid()->setVisible(false);
        stemX->setLabel(axisTitle(m_data->x));
        stemY->setLabel(tr("levels"));
        x->setLabel({});
        x->setTickLabels(false);
        m_stemRect->setRangeDrag(Qt::Horizontal);
        m_stemRect->setRangeZoom(Qt::Horizontal);
        connect(x, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), stemX, qOverload<const QCPRange&>(&QCPAxis::setRange));
        connect(stemX, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), x, qOverload<const QCPRange&>(&QCPAxis::setRange));
        auto* group = new QCPMarginGroup(m_plot);
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, group);
        m_stemRect->setMarginGroup(QCP::msLeft | QCP::msRight, group);
    }

    for (const auto& s : m_data->series) {
        m_plottables.push_back(nullptr);
        if (!isShown(s.slot)) continue;
        const QVector<double> xs(s.x.begin(), s.x.end());
        QVector<double> ys(s.y.begin(), s.y.end());
        // A logarithm has no place for 0: the line has a gap there.
        if (m_data->y.log && s.kind == plots::SeriesKind::Line) std::replace_if(ys.begin(), ys.end(), [](double v) { return v <= 0; }, std::nan(""));
        QColor color = s.slot < 0 ? m_theme.secondary() : m_theme.recipe(s.slot);
        if (s.isPale) color.setAlpha(kPale);
        QCPAbstractPlottable* made = nullptr;
        switch (s.kind) {
        case plots::SeriesKind::Bars:
        case plots::SeriesKind::Steps: {
            auto* g = new QCPGraph(x, y);
            QVector<double> heights = ys;
            if (!heights.isEmpty() && heights.size() + 1 == xs.size()) heights.append(heights.last());
            g->setLineStyle(QCPGraph::lsStepLeft);
            if (s.kind == plots::SeriesKind::Bars) {
                QColor fill = color;
                fill.setAlpha(s.slot <= 0 ? 150 : 90);
                g->setPen(Qt::NoPen);
                g->setBrush(fill);
            } else {
                g->setPen(QPen(color, 1));
            }
            g->setData(xs, heights, true);
            made = g;
            break;
        }
        case plots::SeriesKind::Line: {
            QPen pen(color, s.emphasis ? 2.0 : 1.0);
            if (s.slot < 0) pen.setStyle(Qt::DashLine);
            else if (s.slot > 7) pen.setStyle(Qt::DashDotLine);
            if (xs.size() > 2000 && std::is_sorted(xs.begin(), xs.end())) {
                auto* g = new QCPGraph(x, y);
                g->setPen(pen);
                g->setData(xs, ys, true);
                made = g;
            } else {
                auto* c = new QCPCurve(x, y);
                c->setPen(pen);
                c->setData(xs, ys);
                made = c;
            }
            break;
        }
        case plots::SeriesKind::Points: {
            auto* c = new QCPCurve(x, y);
            c->setLineStyle(QCPCurve::lsNone);
            c->setPen(QPen(color, 1));
            c->setScatterStyle(markerFor(m_theme.markerOf(s.slot), color, m_theme.base(), xs.size() > 400 ? 3 : 8));
            c->setData(xs, ys);
            made = c;
            break;
        }
        case plots::SeriesKind::Stems: {
            if (!stemX) continue;
            const auto row = std::find(stemSlots.begin(), stemSlots.end(), s.slot) - stemSlots.begin();
            const double nan = std::numeric_limits<double>::quiet_NaN();
            for (const bool pale : {true, false}) {
                QVector<double> px;
                QVector<double> py;
                for (std::size_t i = 0; i < s.x.size(); ++i) {
                    if ((i < s.pale.size() && s.pale[i] != 0) != pale) continue;
                    const double length = i < s.y.size() ? s.y[i] : 1;
                    // A dead level keeps a short mark, so that it is seen.
                    px << s.x[i] << s.x[i] << nan;
                    py << -static_cast<double>(row) << -static_cast<double>(row) - 0.08 - 0.84 * std::clamp(length, 0.0, 1.0) << nan;
                }
                if (px.isEmpty()) continue;
                auto* c = new QCPCurve(stemX, stemY);
                color.setAlpha(pale ? kPale : 255);
                c->setPen(QPen(color, 2));
                c->setData(px, py);
                c->setName(text(s.name));
                c->removeFromLegend();
            }
            continue;
        }
        }
        if (made) made->setName(text(s.name));
        m_plottables.back() = made;
    }
    addLegend();
}

void PlotView::setRanges()
{
    if (!m_data || m_rects.empty()) return;
    if (!m_gridOfRect.empty()) {
        for (std::size_t k = 0; k < m_gridOfRect.size(); ++k) {
            const auto& g = m_data->heat[static_cast<std::size_t>(m_gridOfRect[k])];
            m_rects[k]->axis(QCPAxis::atBottom)->setRange(g.xMin, g.xMax);
            m_rects[k]->axis(QCPAxis::atLeft)->setRange(std::min(g.yMin, g.yMax), std::max(g.yMin, g.yMax));
        }
        return;
    }
    double x0 = std::numeric_limits<double>::infinity();
    double x1 = -x0;
    double y0 = x0;
    double y1 = -x0;
    bool fromZero = false;
    bool points = false;
    for (const auto& s : m_data->series) {
        for (const double v : s.x)
            if (std::isfinite(v) && (!m_data->x.log || v > 0)) x0 = std::min(x0, v), x1 = std::max(x1, v);
        if (s.kind == plots::SeriesKind::Stems) continue;
        if (s.kind == plots::SeriesKind::Bars || s.kind == plots::SeriesKind::Steps) fromZero = true;
        if (s.kind == plots::SeriesKind::Points) points = true;
        for (const double v : s.y)
            if (std::isfinite(v) && (!m_logY || v > 0)) y0 = std::min(y0, v), y1 = std::max(y1, v);
    }
    if (!(x0 <= x1)) x0 = 0, x1 = 1;
    if (!m_stemRect && !m_data->series.empty() && m_data->series.front().kind == plots::SeriesKind::Stems) {
        const double margin = std::max(1e-12, (x1 - x0) * 0.03);
        m_rects.front()->axis(QCPAxis::atBottom)->setRange(x0 - margin, x1 + margin);
        int rows = 0;
        std::vector<int> seen;
        for (const auto& s : m_data->series)
            if (isShown(s.slot) && std::find(seen.begin(), seen.end(), s.slot) == seen.end()) seen.push_back(s.slot), ++rows;
        rows = std::max(rows, 1);
        m_rects.front()->axis(QCPAxis::atLeft)->setRange(-rows, 0.1);
        return;
    }
    if (!(y0 <= y1)) y0 = m_logY ? 0.1 : 0, y1 = 1;
    QCPAxis* x = m_rects.front()->axis(QCPAxis::atBottom);
    QCPAxis* y = m_rects.front()->axis(QCPAxis::atLeft);
    const auto widen = [](double& a, double& b, bool log, double by) {
        if (log) {
            const double f = std::pow(std::max(b / a, 1.2), by);
            a /= f;
            b *= f;
        } else {
            const double d = (b - a > 0 ? b - a : std::max(std::fabs(a), 1e-9)) * by;
            a -= d;
            b += d;
        }
    };
    const double span = x1 - x0;
    const bool labelled = std::any_of(m_data->series.begin(), m_data->series.end(), [](const auto& s) { return !s.labels.empty(); });
    widen(x0, x1, m_data->x.log, points ? 0.12 : 0.01);
    if (labelled && !m_data->x.log) x1 += 0.12 * (span > 0 ? span : x1 - x0); // room for the last name
    if (fromZero && !m_logY && y0 < 0) { // a difference of counts
        widen(y0, y1, false, 0.06);
    } else if (fromZero && !m_logY) {
        y0 = 0;
        y1 *= 1.06;
    } else if (fromZero) {
        y0 = 0.5;
        y1 *= 2;
    } else {
        widen(y0, y1, m_logY, 0.08);
    }
    x->setRange(x0, x1);
    y->setRange(y0, y1);
}

void PlotView::fit()
{
    setRanges();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::setLogY(bool on)
{
    if (m_logY == on || !m_data || !m_data->heat.empty()) return;
    m_logY = on;
    if (m_rects.empty()) return;
    QCPAxis* y = m_rects.front()->axis(QCPAxis::atLeft);
    y->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    y->setTicker(tickerFor(on));
    fit();
}

void PlotView::mark(double x)
{
    if (m_rects.empty() || !m_data || !m_data->heat.empty()) return;
    if (!std::isfinite(x)) {
        if (m_mark) m_mark->setVisible(false);
    } else {
        if (!m_mark) {
            m_mark = new QCPItemStraightLine(m_plot);
            for (auto* p : {m_mark->point1, m_mark->point2}) {
                p->setAxes(m_rects.front()->axis(QCPAxis::atBottom), m_rects.front()->axis(QCPAxis::atLeft));
                p->setAxisRect(m_rects.front());
            }
            m_mark->setClipAxisRect(m_rects.front());
            m_mark->setPen(QPen(m_theme.accent(), 1));
            m_mark->setLayer(QStringLiteral("overlay"));
        }
        m_mark->point1->setCoords(x, 1);
        m_mark->point2->setCoords(x, 2);
        m_mark->setVisible(true);
    }
    if (auto* overlay = m_plot->layer(QStringLiteral("overlay"))) overlay->replot();
}

QCPAxisRect* PlotView::rectAt(const QPoint& pos) const
{
    for (QCPAxisRect* r : m_rects)
        if (r->rect().contains(pos)) return r;
    return nullptr;
}

int PlotView::gridOf(const QCPAxisRect* rect) const
{
    const auto it = std::find(m_rects.begin(), m_rects.end(), rect);
    if (it == m_rects.end()) return -1;
    const auto k = static_cast<std::size_t>(it - m_rects.begin());
    return k < m_gridOfRect.size() ? m_gridOfRect[k] : static_cast<int>(k);
}

void PlotView::onMousePress(QMouseEvent* event)
{
    m_pressed = event->pos();
    m_moved = false;
    setFocus(Qt::MouseFocusReason);
    QCPAxisRect* rect = rectAt(event->pos());
    const bool box = event->button() == Qt::RightButton;
    const bool brush = event->button() == Qt::LeftButton && (event->modifiers() & Qt::ControlModifier);
    m_plot->setSelectionRectMode(box ? QCP::srmZoom : brush ? QCP::srmCustom : QCP::srmNone);
    if (m_plot->selectionRect()) {
        QColor c = m_theme.accent();
        m_plot->selectionRect()->setPen(QPen(c, 1));
        c.setAlpha(40);
        m_plot->selectionRect()->setBrush(c);
    }
    const bool drag = rect && event->button() == Qt::LeftButton && !brush;
    m_plot->setInteractions(drag ? QCP::iRangeDrag | QCP::iRangeZoom : QCP::iRangeZoom);
    if (rect)
        rect->setRangeDrag(event->modifiers() & Qt::ShiftModifier ? Qt::Horizontal : Qt::Horizontal | Qt::Vertical);
}

void PlotView::onMouseMove(QMouseEvent* event)
{
    if ((event->pos() - m_pressed).manhattanLength() > 4) m_moved = true;
    m_plot->setInteraction(QCP::iRangeZoom, true);
    QCPAxisRect* rect = rectAt(event->pos());
    if (!rect || !m_data) {
        m_readOut->hide();
        m_cursor.reset();
        emit left();
        return;
    }
    putCursor({rect->axis(QCPAxis::atBottom)->pixelToCoord(event->pos().x()), rect->axis(QCPAxis::atLeft)->pixelToCoord(event->pos().y()), gridOf(rect)});
}

void PlotView::onMouseRelease(QMouseEvent* event)
{
    if (m_moved) return;
    QCPAxisRect* rect = rectAt(event->pos());
    if (!rect || !m_data) return;
    if (event->button() == Qt::RightButton) {
        emit menuAsked(rect->axis(QCPAxis::atBottom)->pixelToCoord(event->pos().x()), rect->axis(QCPAxis::atLeft)->pixelToCoord(event->pos().y()),
                       gridOf(rect), m_plot->mapToGlobal(event->pos()));
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    QCPAxis* ax = rect->axis(QCPAxis::atBottom);
    QCPAxis* ay = rect->axis(QCPAxis::atLeft);
    double best = 12; // pixels
    int series = -1;
    int point = -1;
    for (std::size_t s = 0; s < m_data->series.size(); ++s) {
        if (m_data->series[s].kind != plots::SeriesKind::Points) continue;
        for (std::size_t i = 0; i < m_data->series[s].x.size(); ++i) {
            const double d = std::hypot(ax->coordToPixel(m_data->series[s].x[i]) - event->pos().x(),
                                        ay->coordToPixel(m_data->series[s].y[i]) - event->pos().y());
            if (d < best) {
                best = d;
                series = static_cast<int>(s);
                point = static_cast<int>(i);
            }
        }
    }
    if (point >= 0) emit pointClicked(series, point, event->modifiers());
    emit clicked(ax->pixelToCoord(event->pos().x()), ay->pixelToCoord(event->pos().y()), gridOf(rect), event->modifiers());
}

bool PlotView::savePicture(const QString& path, QSize size)
{
    if (!m_data) return false;
    if (path.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive))
        return m_plot->savePdf(path, size.width(), size.height(), QCP::epAllowCosmetic, QStringLiteral("Quantoscope"),
                               text(m_data->title));
    if (path.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive))
        return picture(size).save(path, "PNG");
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return false;
    if (path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) {
        file.write(csv().toUtf8());
    } else {
        plots::SvgOptions o;
        o.width = size.width();
        o.height = size.height();
        o.dark = m_theme.dark();
        o.print = m_theme.printing();
        file.write(QByteArray::fromStdString(plots::toSvg(translated(*m_data), o)));
    }
    return file.commit();
}

bool PlotView::exportPicture(const QString& path, QSize size, bool print)
{
    if (!print) return savePicture(path, size);
    m_theme.setPrinting(true);
    recolorNow();
    const bool saved = savePicture(path, size);
    m_theme.setPrinting(false);
    recolorNow();
    return saved;
}

void PlotView::recolorNow()
{
    if (m_data) rebuildKeepingView();
}

// Numbers for programs stay English, as the command line writes them.
QString PlotView::csv() const { return m_data ? QString::fromStdString(plots::toCsv(*m_data)) : QString(); }

QPixmap PlotView::picture(QSize size) { return m_plot->toPixmap(size.width(), size.height(), devicePixelRatioF()); }

} // namespace qs::gui
