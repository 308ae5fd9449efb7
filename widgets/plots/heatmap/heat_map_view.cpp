// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/heatmap/heat_map_view.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"

#include <QElapsedTimer>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>
#include <qcustomplot.h>

namespace qs::gui {
namespace {

double niceStep(double span, int ticks)
{
    const double raw = span / std::max(1, ticks);
    const double p = std::pow(10, std::floor(std::log10(raw)));
    for (const double f : {1.0, 2.0, 5.0, 10.0})
        if (f * p >= raw) return std::max(1.0, f * p);
    return std::max(1.0, 10 * p);
}

} // namespace

HeatMapView::HeatMapView(const Services& services, QWidget* parent) : PlotView(services.theme, parent), m_services(services)
{
    setMessage({});
    plot()->hide();
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
    m_placeholder = tr("Choose a tensor on the left.");
    connect(&services.selection, &Selection::rangeChanged, this, [this] {
        update();
        resample();
    });
    connect(&services.selection, &Selection::cellChanged, this, qOverload<>(&QWidget::update));
    connect(&services.selection, &Selection::regionChanged, this, qOverload<>(&QWidget::update));
    connect(&services.selection, &Selection::brushChanged, this, &HeatMapView::resample);
    connect(&services.theme, &Theme::changed, this, &HeatMapView::recolor);
}

void HeatMapView::setLayer(int index, HeatLayer layer)
{
    auto& mine = m_layers[static_cast<std::size_t>(index)];
    const bool other = mine.pyramid != layer.pyramid;
    mine = std::move(layer);
    if (other) resample();
    setAccessibleName(mine.title.isEmpty() ? tr("Heat map") : mine.title);
    setAccessibleDescription(summary());
    update();
}

void HeatMapView::clearLayers()
{
    m_layers = {};
    m_pictures = {};
    update();
}

void HeatMapView::setScale(const HeatScale& scale)
{
    if (scale == m_scale) return;
    m_scale = scale;
    recolor();
}

void HeatMapView::setSplit(double split)
{
    m_split = std::clamp(split, 0.0, 1.0);
    update();
}

void HeatMapView::setCurtain(bool on)
{
    m_curtain = on;
    update();
}

void HeatMapView::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    update();
}

const HeatLayer* HeatMapView::front() const
{
    const auto& f = m_layers[m_curtain || m_split > 0 ? 0 : 1];
    return f.pyramid ? &f : m_layers[0].pyramid ? &m_layers[0] : nullptr;
}

QString HeatMapView::summary() const
{
    const HeatLayer* l = front();
    if (!l) return m_placeholder;
    const QRectF r = range();
    return tr("%1 of %2, rows %3 to %4, columns %5 to %6, colours from %7 to %8. %9")
        .arg(m_valueName, l->title).arg(static_cast<qlonglong>(r.top())).arg(static_cast<qlonglong>(std::ceil(r.bottom())) - 1)
        .arg(static_cast<qlonglong>(r.left())).arg(static_cast<qlonglong>(std::ceil(r.right())) - 1)
        .arg(QString::fromStdString(formatNumber(m_scale.low)), QString::fromStdString(formatNumber(m_scale.high)), l->figure);
}

// Of the element under the cursor: its weight, and what became of it in A and B.
QString HeatMapView::explanation() const
{
    const auto cell = m_services.selection.cell();
    const io::TensorInfo* info = m_services.selection.tensorInfo();
    const auto original = m_services.cache.original(m_services.selection.tensor());
    const HeatLayer* l = front();
    if (!cell || !info || !original || !l || cell->row >= original->rows() || cell->col >= original->cols()) return {};
    const auto number = [](double v) { return QString::fromStdString(formatNumber(v, 6)); };
    const double w = static_cast<double>(original->at(cell->row, cell->col));
    QStringList here{QStringLiteral("w[%1, %2] = %3").arg(cell->row).arg(cell->col).arg(number(w))};
    const std::pair<ResultPtr, QString> both[] = {{m_services.selection.a(), QStringLiteral("A")}, {m_services.selection.b(), QStringLiteral("B")}};
    for (const auto& [result, letter] : both) {
        if (!result || !result->decoder) continue;
        const auto e = result->decoder->element(cell->row, cell->col);
        const double decoded = static_cast<double>(e.decoded);
        here << tr("%1: code %2, group %3, %4; ŵ = %5, ŵ − w = %6")
                    .arg(letter).arg(e.code).arg(result->decoder->grid().groupOf(cell->row, cell->col)).arg(coreText(e.parameters), number(decoded), number(decoded - w));
    }
    const QString tensor = QString::fromStdString(escapeText(info->name));
    const QString gap = QStringLiteral("\n\n");
    return explain(m_figure, here, l->title.isEmpty() ? tensor : tensor + QStringLiteral(" · ") + l->title) + gap
        + explain(Figure::OutputRow, {QString::number(cell->row)}, tensor) + gap + explain(Figure::InputColumn, {QString::number(cell->col)}, tensor);
}

QPoint HeatMapView::explanationPlace() const
{
    const auto cell = m_services.selection.cell();
    const QRect map = mapRect(rect());
    if (!cell) return mapToGlobal(map.center());
    const QRectF r = range();
    const QPointF at(map.left() + (static_cast<double>(cell->col) + 0.5 - r.left()) / r.width() * map.width(),
                     map.top() + (static_cast<double>(cell->row) + 0.5 - r.top()) / r.height() * map.height());
    return mapToGlobal(QPoint(std::clamp(static_cast<int>(at.x()), map.left(), map.right()), std::clamp(static_cast<int>(at.y()), map.top(), map.bottom())));
}

QRectF HeatMapView::wholeRange() const
{
    for (const auto& l : m_layers)
        if (l.pyramid) return {0, 0, static_cast<double>(l.pyramid->cols), static_cast<double>(l.pyramid->rows)};
    return {0, 0, 1, 1};
}

QRectF HeatMapView::range() const
{
    const QRectF whole = wholeRange();
    const QRectF r = m_services.selection.range();
    return r.isEmpty() ? whole : r.intersected(whole).isEmpty() ? whole : r.intersected(whole);
}

void HeatMapView::setRange(QRectF r)
{
    const QRectF whole = wholeRange();
    r.setWidth(std::clamp(r.width(), 2.0, whole.width()));
    r.setHeight(std::clamp(r.height(), 2.0, whole.height()));
    r.moveLeft(std::clamp(r.left(), whole.left(), whole.right() - r.width()));
    r.moveTop(std::clamp(r.top(), whole.top(), whole.bottom() - r.height()));
    m_services.selection.setRange(r == whole ? QRectF() : r);
}

QRect HeatMapView::mapRect(const QRect& all) const
{
    const QFontMetrics fm(font());
    return all.adjusted(fm.horizontalAdvance(QStringLiteral("00000")) + 10, fm.height() + 10, -2, -(fm.height() * 2 + 10));
}

QPointF HeatMapView::toCell(const QPointF& pos) const
{
    const QRect m = mapRect(rect());
    const QRectF r = range();
    return {r.left() + (pos.x() - m.left()) / std::max(1, m.width()) * r.width(),
            r.top() + (pos.y() - m.top()) / std::max(1, m.height()) * r.height()};
}

std::optional<Cell> HeatMapView::cellAt(const QPointF& pos) const
{
    if (!front() || !mapRect(rect()).contains(pos.toPoint())) return std::nullopt;
    const QPointF c = toCell(pos);
    const QRectF whole = wholeRange();
    return Cell{std::clamp<Index>(static_cast<Index>(std::floor(c.y())), 0, static_cast<Index>(whole.height()) - 1),
                std::clamp<Index>(static_cast<Index>(std::floor(c.x())), 0, static_cast<Index>(whole.width()) - 1)};
}

void HeatMapView::resample()
{
    const QRect map = mapRect(rect());
    if (map.width() < 2 || map.height() < 2) return;
    const QRectF r = range();
    const double dpr = devicePixelRatioF();
    const auto brush = m_services.selection.brush();
    const auto original = brush ? m_services.cache.original(m_services.selection.tensor()) : nullptr;
    for (std::size_t i = 0; i < 2; ++i) {
        const PyramidPtr pyramid = m_layers[i].pyramid;
        if (!pyramid) {
            m_pictures[i] = {};
            continue;
        }
        m_services.jobs.request<HeatSample>(
            this, QStringLiteral("sample%1").arg(i),
            [pyramid, r, map, dpr, original, brush](const Context&) -> Result<HeatSample> {
                return sampleHeat(*pyramid, static_cast<Index>(std::floor(r.top())), static_cast<Index>(std::ceil(r.bottom())),
                                  static_cast<Index>(std::floor(r.left())), static_cast<Index>(std::ceil(r.right())),
                                  static_cast<int>(map.width() * dpr), static_cast<int>(map.height() * dpr), original.get(), brush);
            },
            [this, i](Result<HeatSample> sample) {
                if (!sample) return;
                m_pictures[i].sample = std::move(*sample);
                m_pictures[i].image = heatImage(m_pictures[i].sample, HeatColors(m_theme, m_scale), m_theme.base().rgb());
                setAccessibleDescription(summary());
                update();
            });
    }
}

void HeatMapView::recolor()
{
    const HeatColors colors(m_theme, m_scale);
    for (auto& p : m_pictures)
        if (!p.sample.cells.values.empty()) p.image = heatImage(p.sample, colors, m_theme.base().rgb());
    update();
}

void HeatMapView::paintTicks(QPainter& painter, const QRect& map) const
{
    const QRectF r = range();
    const QFontMetrics fm(painter.font());
    painter.setPen(m_theme.secondary());
    const auto number = [](double v) { return QString::number(static_cast<qlonglong>(v)); };
    const double sx = niceStep(r.width(), map.width() / 90);
    for (double v = std::ceil(r.left() / sx) * sx; v < r.right(); v += sx) {
        const int x = map.left() + static_cast<int>((v - r.left()) / r.width() * map.width());
        painter.drawLine(x, map.bottom() + 2, x, map.bottom() + 5);
        painter.drawText(QRect(x - 40, map.bottom() + 6, 80, fm.height()), Qt::AlignHCenter | Qt::AlignTop, number(v));
    }
    const double sy = niceStep(r.height(), map.height() / 60);
    for (double v = std::ceil(r.top() / sy) * sy; v < r.bottom(); v += sy) {
        const int y = map.top() + static_cast<int>((v - r.top()) / r.height() * map.height());
        painter.drawLine(map.left() - 5, y, map.left() - 2, y);
        painter.drawText(QRect(map.left() - 8 - 80, y - fm.height() / 2, 80, fm.height()), Qt::AlignRight | Qt::AlignVCenter, number(v));
    }
    painter.drawText(QRect(map.left(), map.bottom() + 6 + fm.height(), map.width(), fm.height()), Qt::AlignHCenter, tr("input column"));
    painter.save();
    painter.translate(map.left() - fm.horizontalAdvance(QStringLiteral("00000")) - 6, map.center().y());
    painter.rotate(-90);
    if (map.height() > 260) painter.drawText(QRect(-100, -fm.height() / 2 - 2, 200, fm.height()), Qt::AlignCenter, tr("output row"));
    painter.restore();
}

// What lies outside the selected part is veiled, its edge is drawn.
void HeatMapView::paintRegion(QPainter& painter, const QRect& map) const
{
    const auto& part = m_services.selection.region();
    if (!part) return;
    const QRectF r = range();
    const double cw = map.width() / r.width();
    const double ch = map.height() / r.height();
    const QRectF inside(map.left() + (static_cast<double>(part->col0) - r.left()) * cw, map.top() + (static_cast<double>(part->row0) - r.top()) * ch,
                        static_cast<double>(part->col1 - part->col0) * cw, static_cast<double>(part->row1 - part->row0) * ch);
    QColor veil = m_theme.window();
    veil.setAlpha(190);
    QPainterPath outside;
    outside.addRect(QRectF(map));
    QPainterPath hole;
    hole.addRect(inside.intersected(QRectF(map)));
    painter.fillPath(outside.subtracted(hole), veil);
    painter.setPen(QPen(m_theme.accent(), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(inside);
}

void HeatMapView::paintTo(QPainter& painter, const QRect& all) const
{
    painter.fillRect(all, m_theme.window());
    const HeatLayer* shown = front();
    if (!shown) {
        painter.setPen(m_theme.secondary());
        painter.drawText(all.adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    const QRect map = mapRect(all);
    const QFontMetrics fm(painter.font());
    // The line above: dot, title, figure.
    int x = map.left();
    const int line = all.top() + 4;
    const auto dot = [&](int slot, int left) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.recipe(slot));
        painter.drawEllipse(QPointF(left + 4, line + fm.height() / 2.0), 4, 4);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(m_theme.text());
    };
    painter.setPen(m_theme.text());
    if (shown->slot > 0) {
        dot(shown->slot, x);
        x += 14;
    }
    // Under a curtain both are on show: A's name left, B's right.
    const bool twoTitles = m_curtain && m_layers[0].pyramid && m_layers[1].pyramid;
    const int room = (twoTitles ? map.center().x() : map.right()) - x - fm.horizontalAdvance(shown->figure) - 16;
    const QString title = fm.elidedText(shown->title, Qt::ElideMiddle, std::max(40, room));
    painter.drawText(QPoint(x, line + fm.ascent()), title);
    QFont bold = painter.font();
    bold.setWeight(QFont::DemiBold);
    const QFont plain = painter.font();
    painter.setFont(bold);
    painter.drawText(QPoint(x + fm.horizontalAdvance(title) + 12, line + fm.ascent()), shown->figure);
    painter.setFont(plain);
    if (twoTitles) {
        const HeatLayer& b = m_layers[1];
        const QString name = fm.elidedText(b.title, Qt::ElideMiddle, std::max(40, map.width() / 2 - fm.horizontalAdvance(b.figure) - 40));
        const int from = map.right() - fm.horizontalAdvance(name) - 12 - QFontMetrics(bold).horizontalAdvance(b.figure);
        dot(b.slot, from - 14);
        painter.drawText(QPoint(from, line + fm.ascent()), name);
        painter.setFont(bold);
        painter.drawText(QPoint(from + fm.horizontalAdvance(name) + 12, line + fm.ascent()), b.figure);
        painter.setFont(plain);
    }

    const QRectF r = range();
    painter.save();
    painter.setClipRect(map);
    for (std::size_t i = 0; i < 2; ++i) {
        const Picture& p = m_pictures[i];
        if (p.image.isNull()) continue;
        const int edge = map.left() + static_cast<int>(m_split * map.width());
        const QRect part = i == 0 ? QRect(map.left(), map.top(), edge - map.left(), map.height())
                                  : QRect(edge, map.top(), map.right() - edge + 1, map.height());
        if (part.width() <= 0) continue;
        painter.setClipRect(part);
        const auto& c = p.sample.cells;
        const QRectF target(map.left() + (static_cast<double>(c.col0) - r.left()) / r.width() * map.width(),
                            map.top() + (static_cast<double>(c.row0) - r.top()) / r.height() * map.height(),
                            static_cast<double>(c.col1 - c.col0) / r.width() * map.width(),
                            static_cast<double>(c.row1 - c.row0) / r.height() * map.height());
        painter.drawImage(target, p.image);
    }
    painter.setClipRect(map);
    if (m_curtain && m_layers[1].pyramid) {
        const int edge = map.left() + static_cast<int>(m_split * map.width());
        painter.fillRect(QRect(edge - 1, map.top(), 2, map.height()), m_theme.text());
        painter.setPen(m_theme.text());
        painter.fillRect(QRect(edge - 20, map.top() + 6, 16, fm.height()), m_theme.base());
        painter.drawText(QRect(edge - 20, map.top() + 6, 16, fm.height()), Qt::AlignCenter, QStringLiteral("A"));
        painter.fillRect(QRect(edge + 4, map.top() + 6, 16, fm.height()), m_theme.base());
        painter.drawText(QRect(edge + 4, map.top() + 6, 16, fm.height()), Qt::AlignCenter, QStringLiteral("B"));
    }
    // Single elements large enough to read carry their value.
    const double cw = map.width() / r.width();
    const double ch = map.height() / r.height();
    const auto& front = m_pictures[m_split > 0 ? 0 : 1].sample.cells;
    if (front.exact && cw >= fm.horizontalAdvance(QStringLiteral("-0.00e-0")) + 8 && ch >= fm.height() + 4) {
        const HeatColors colors(m_theme, m_scale); // once a frame, not once a cell
        for (int i = 0; i < front.rows; ++i)
            for (int k = 0; k < front.cols; ++k) {
                const float v = front.values[static_cast<std::size_t>(i) * static_cast<std::size_t>(front.cols) + static_cast<std::size_t>(k)];
                const QRectF box(map.left() + (static_cast<double>(front.col0 + k) - r.left()) * cw,
                                 map.top() + (static_cast<double>(front.row0 + i) - r.top()) * ch, cw, ch);
                const QColor back(colors.at(v));
                painter.setPen(Theme::contrast(back, Qt::white) > Theme::contrast(back, Qt::black) ? Qt::white : Qt::black);
                painter.drawText(box, Qt::AlignCenter, QString::fromStdString(formatError(static_cast<double>(v))));
            }
    }
    paintRegion(painter, map);
    if (const auto cell = m_services.selection.cell()) {
        const double px = map.left() + (static_cast<double>(cell->col) - r.left()) * cw;
        const double py = map.top() + (static_cast<double>(cell->row) - r.top()) * ch;
        QColor c = m_theme.accent();
        painter.setPen(QPen(c, 1));
        if (cw < 6 || ch < 6) {
            painter.drawLine(QPointF(px + cw / 2, map.top()), QPointF(px + cw / 2, map.bottom()));
            painter.drawLine(QPointF(map.left(), py + ch / 2), QPointF(map.right(), py + ch / 2));
        } else {
            c.setAlpha(140);
            painter.setPen(QPen(c, 1));
            painter.drawLine(QPointF(px + cw / 2, map.top()), QPointF(px + cw / 2, py));
            painter.drawLine(QPointF(map.left(), py + ch / 2), QPointF(px, py + ch / 2));
            painter.setPen(QPen(m_theme.accent(), m_services.selection.pinned() ? 3 : 2));
            painter.drawRect(QRectF(px, py, cw, ch));
        }
    }
    if (!m_box.isEmpty()) {
        QColor c = m_theme.accent();
        painter.setPen(c);
        c.setAlpha(40);
        painter.setBrush(c);
        painter.drawRect(m_box);
        painter.setBrush(Qt::NoBrush);
    }
    painter.restore();
    painter.setPen(m_theme.printing() ? m_theme.text() : m_theme.hairline());
    painter.drawRect(map.adjusted(-1, -1, 0, 0));
    paintTicks(painter, map);
}

void HeatMapView::paintEvent(QPaintEvent*)
{
    QElapsedTimer clock;
    clock.start();
    QPainter painter(this);
    QFont small = font();
    painter.setFont(small);
    paintTo(painter, rect());
    if (hasFocus()) {
        painter.setPen(m_theme.accent());
        painter.drawRect(mapRect(rect()).adjusted(-2, -2, 1, 1));
    }
    m_lastPaint = static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void HeatMapView::resizeEvent(QResizeEvent* event)
{
    PlotView::resizeEvent(event);
    resample();
}

void HeatMapView::fit() { m_services.selection.setRange({}); }

void HeatMapView::zoom(double factor, const QPointF& at, Qt::KeyboardModifiers modifiers)
{
    const QPointF c = toCell(at);
    QRectF r = range();
    const double fx = modifiers & Qt::AltModifier ? 1 : factor;
    const double fy = modifiers & Qt::ShiftModifier ? 1 : factor;
    setRange(QRectF(c.x() - (c.x() - r.left()) * fx, c.y() - (c.y() - r.top()) * fy, r.width() * fx, r.height() * fy));
}

void HeatMapView::wheelEvent(QWheelEvent* event)
{
    const int delta = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    if (front() && delta != 0) zoom(std::pow(0.8, delta / 120.0), event->position(), event->modifiers());
    event->accept();
}

void HeatMapView::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    m_pressed = event->position();
    m_pressedRange = range();
    m_moved = false;
    const QRect map = mapRect(rect());
    const double edge = map.left() + m_split * map.width();
    if (m_curtain && event->button() == Qt::LeftButton && std::fabs(event->position().x() - edge) < 8) m_drag = Curtain;
    else if (event->button() == Qt::RightButton) m_drag = Box;
    else if (event->button() == Qt::LeftButton && (event->modifiers() & Qt::ControlModifier)) m_drag = Part;
    else if (event->button() == Qt::LeftButton) m_drag = Pan;
}

void HeatMapView::mouseMoveEvent(QMouseEvent* event)
{
    const QRect map = mapRect(rect());
    if ((event->position() - m_pressed).manhattanLength() > 4) m_moved = true;
    if (m_drag == Curtain) {
        setSplit((event->position().x() - map.left()) / std::max(1, map.width()));
        return;
    }
    if (m_drag == Pan && m_moved) {
        const double dx = event->modifiers() & Qt::AltModifier ? 0 : (event->position().x() - m_pressed.x()) / map.width() * m_pressedRange.width();
        const double dy = event->modifiers() & Qt::ShiftModifier ? 0 : (event->position().y() - m_pressed.y()) / map.height() * m_pressedRange.height();
        setRange(m_pressedRange.translated(-dx, -dy));
        return;
    }
    if ((m_drag == Box || m_drag == Part) && m_moved) {
        m_box = QRectF(m_pressed, event->position()).normalized().intersected(map);
        update();
        return;
    }
    const double edge = map.left() + m_split * map.width();
    setCursor(m_curtain && std::fabs(event->position().x() - edge) < 8 ? Qt::SplitHCursor : Qt::CrossCursor);
    const auto cell = cellAt(event->position());
    m_services.selection.hoverCell(cell);
    if (cell) emit cellHovered(*cell);
    else emit left();
}

void HeatMapView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_drag == Box && !m_box.isEmpty() && m_moved) {
        const QPointF a = toCell(m_box.topLeft());
        const QPointF b = toCell(m_box.bottomRight());
        m_box = {};
        setRange(QRectF(a, b));
    } else if (m_drag == Part) {
        // Whole elements; without a drag the part is let go.
        const QRectF box = std::exchange(m_box, {});
        if (box.isEmpty() || !m_moved || !front()) {
            m_services.selection.setRegion(std::nullopt);
        } else {
            const QPointF a = toCell(box.topLeft());
            const QPointF b = toCell(box.bottomRight());
            m_services.selection.setRegion(Region{static_cast<Index>(std::floor(a.y())), static_cast<Index>(std::ceil(b.y())),
                                                  static_cast<Index>(std::floor(a.x())), static_cast<Index>(std::ceil(b.x())), {}});
        }
    } else if (m_drag == Pan && !m_moved && event->button() == Qt::LeftButton) {
        const auto cell = cellAt(event->position());
        auto& s = m_services.selection;
        s.pinCell(s.pinned() && cell == s.cell() ? std::nullopt : cell);
    }
    m_box = {};
    m_drag = None;
    update();
}

void HeatMapView::mouseDoubleClickEvent(QMouseEvent*) { fit(); }

void HeatMapView::leaveEvent(QEvent* event)
{
    PlotView::leaveEvent(event);
    m_services.selection.hoverCell(std::nullopt);
    emit left();
}

void HeatMapView::keyPressEvent(QKeyEvent* event)
{
    auto& s = m_services.selection;
    const auto step = [&](Index dr, Index dc) {
        const QRectF whole = wholeRange();
        const QRectF r = range();
        Cell c = s.cell().value_or(Cell{static_cast<Index>(r.center().y()), static_cast<Index>(r.center().x())});
        c.row = std::clamp<Index>(c.row + dr, 0, static_cast<Index>(whole.height()) - 1);
        c.col = std::clamp<Index>(c.col + dc, 0, static_cast<Index>(whole.width()) - 1);
        s.pinCell(c);
        emit cellHovered(c);
    };
    const Index by = event->modifiers() & Qt::ShiftModifier ? 16 : 1;
    switch (event->key()) {
    case Qt::Key_Left: return step(0, -by);
    case Qt::Key_Right: return step(0, by);
    case Qt::Key_Up: return step(-by, 0);
    case Qt::Key_Down: return step(by, 0);
    case Qt::Key_Plus: return zoom(0.8, QRectF(mapRect(rect())).center(), {});
    case Qt::Key_Minus: return zoom(1.25, QRectF(mapRect(rect())).center(), {});
    case Qt::Key_Escape:
        s.pinCell(std::nullopt);
        s.setBrush(std::nullopt);
        s.setRegion(std::nullopt);
        return;
    default: event->ignore(); // on to the window's single-letter actions
    }
}

// The map with its colour scale, which in the window stands beside all maps; letters keep their size whatever the picture's.
void HeatMapView::paintPicture(QPainter& painter, QSize size) const
{
    constexpr int kScale = 92;
    const QRect all(QPoint(), size);
    const bool room = front() && size.width() > 3 * kScale;
    paintTo(painter, room ? all.adjusted(0, 0, -kScale, 0) : all);
    if (!room) return;
    painter.fillRect(QRect(size.width() - kScale, 0, kScale, size.height()), m_theme.window());
    const QFontMetrics fm(painter.font());
    const QRect map = mapRect(all);
    const QRect bar(size.width() - kScale + 10, map.top(), 12, map.height());
    if (bar.height() < 20) return;
    const HeatColors colors(m_theme, {m_scale.low, m_scale.high, m_scale.diverging, HeatValue::Signed});
    QLinearGradient gradient(bar.topLeft(), bar.bottomLeft());
    constexpr int kStops = 32;
    for (int i = 0; i <= kStops; ++i) {
        const double t = static_cast<double>(i) / kStops;
        gradient.setColorAt(t, QColor(colors.at(static_cast<float>(m_scale.high - (m_scale.high - m_scale.low) * t))));
    }
    painter.fillRect(bar, gradient);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(m_theme.printing() ? m_theme.text() : m_theme.hairline());
    painter.drawRect(bar.adjusted(-1, -1, 0, 0));
    painter.setPen(m_theme.text());
    painter.drawText(QPoint(bar.left(), 4 + fm.ascent()), fm.elidedText(m_valueName, Qt::ElideRight, kScale - 12));
    painter.setPen(m_theme.secondary());
    for (int i = 0; i <= 4; ++i) {
        const double v = m_scale.high - (m_scale.high - m_scale.low) * i / 4;
        const int y = bar.top() + (bar.height() - 1) * i / 4;
        painter.drawLine(bar.right() + 2, y, bar.right() + 5, y);
        const double shown = std::fabs(v) < 1e-12 * (m_scale.high - m_scale.low) ? 0 : v;
        painter.drawText(QRect(bar.right() + 8, y - fm.height() / 2, kScale, fm.height()), Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(formatError(shown)));
    }
}

bool HeatMapView::savePicture(const QString& path, QSize size)
{
    const auto drawAt = [&](QPaintDevice& device, double scale) {
        QPainter painter(&device);
        painter.setFont(font());
        painter.scale(scale, scale);
        paintPicture(painter, size);
        return painter.isActive();
    };
    if (path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) {
        QSaveFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(csv().toUtf8()) >= 0 && file.commit();
    }
    if (path.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setFileName(path);
        svg.setSize(size);
        svg.setViewBox(QRect(QPoint(), size));
        svg.setTitle(accessibleName());
        svg.setDescription(summary());
        return drawAt(svg, 1);
    }
    if (path.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive)) {
        QPdfWriter pdf(path);
        pdf.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize::Point, {}, QPageSize::ExactMatch));
        pdf.setPageMargins({});
        pdf.setTitle(accessibleName());
        return drawAt(pdf, static_cast<double>(pdf.width()) / size.width());
    }
    return picture(size).save(path, "PNG");
}

QPixmap HeatMapView::picture(QSize size)
{
    QPixmap out(size * devicePixelRatioF());
    out.setDevicePixelRatio(devicePixelRatioF());
    QPainter painter(&out);
    painter.setFont(font());
    paintPicture(painter, size);
    return out;
}

QString HeatMapView::csv() const
{
    const HeatLayer* l = front();
    if (!l) return {};
    const auto& c = m_pictures[m_split > 0 ? 0 : 1].sample.cells;
    QString out = QStringLiteral("# %1; %2; rows %3 to %4, columns %5 to %6; %7\n")
                      .arg(l->title, m_valueName).arg(c.row0).arg(c.row1 - 1).arg(c.col0).arg(c.col1 - 1)
                      .arg(c.exact ? QStringLiteral("one element a cell") : QStringLiteral("signed element of largest magnitude a cell"));
    for (int r = 0; r < c.rows; ++r) {
        for (int k = 0; k < c.cols; ++k) {
            if (k) out += QLatin1Char(',');
            out += QString::fromStdString(exactNumber(static_cast<double>(c.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(c.cols) + static_cast<std::size_t>(k)])));
        }
        out += QLatin1Char('\n');
    }
    return out;
}

} // namespace qs::gui
