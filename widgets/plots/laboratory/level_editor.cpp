// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/laboratory/level_editor.h"

#include "core/base/format.h"
#include "widgets/common/explain.h"

#include <QFile>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QWheelEvent>
#include <qcustomplot.h>
#include <algorithm>
#include <cmath>
#include <utility>

namespace qs::gui {
namespace {

QString number(double v) { return QString::fromStdString(formatNumber(v, 4)); }

// A round step of 1, 2 or 5 that gives about `count` ticks.
double tickStep(double span, int count)
{
    const double raw = span / std::max(count, 1);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double m : {1.0, 2.0, 5.0})
        if (raw <= m * power) return m * power;
    return 10 * power;
}

} // namespace

LevelEditor::LevelEditor(Theme& theme, QWidget* parent) : PlotView(theme, parent)
{
    setMessage({});
    plot()->hide();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Codebook laboratory"));
    setMinimumHeight(180);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void LevelEditor::setLedger(std::shared_ptr<const metrics::WeightLedger> ledger)
{
    m_ledger = std::move(ledger);
    m_levels.clear();
    m_chosen = -1;
    fit();
    judge();
}

void LevelEditor::setLevels(std::vector<float> levels)
{
    std::sort(levels.begin(), levels.end());
    if (levels.size() > static_cast<std::size_t>(kMost)) levels.resize(static_cast<std::size_t>(kMost));
    m_levels = std::move(levels);
    judge(std::min(m_chosen, static_cast<int>(m_levels.size()) - 1));
}

void LevelEditor::judge() { judge(m_chosen); }

void LevelEditor::judge(int chosen)
{
    // The figures are renewed before anyone hears of the levels or the choice: who listens reads all three.
    m_figures = m_ledger && !m_levels.empty() ? m_ledger->judge(m_levels) : metrics::WeightLedger::Figures{};
    const bool moved = chosen != std::exchange(m_chosen, chosen);
    setAccessibleDescription(summary());
    update();
    if (moved) emit chosenChanged();
    emit levelsChanged();
}

void LevelEditor::choose(int level)
{
    if (level == m_chosen) return;
    m_chosen = level;
    update();
    emit chosenChanged();
}

void LevelEditor::addLevel(double at)
{
    if (!m_ledger || static_cast<int>(m_levels.size()) >= kMost) return;
    const auto value = static_cast<float>(at);
    const auto it = std::lower_bound(m_levels.begin(), m_levels.end(), value);
    const auto place = static_cast<int>(it - m_levels.begin());
    m_levels.insert(it, value);
    judge(place);
    emit edited();
}

void LevelEditor::splitWorst()
{
    if (m_figures.errors.empty()) return addLevel(0);
    const auto k = static_cast<std::size_t>(std::max_element(m_figures.errors.begin(), m_figures.errors.end()) - m_figures.errors.begin());
    // One root mean square error to the side where more of its weights lie.
    const double n = static_cast<double>(std::max<std::uint64_t>(m_figures.usage[k], 1));
    const double step = std::sqrt(m_figures.errors[k] / n);
    const double c = static_cast<double>(m_levels[k]);
    const double left = k > 0 ? (static_cast<double>(m_levels[k - 1]) + c) / 2 : m_ledger->low();
    const double right = k + 1 < m_levels.size() ? (static_cast<double>(m_levels[k + 1]) + c) / 2 : m_ledger->high();
    const bool toRight = right - c > c - left;
    addLevel(toRight ? std::min(c + std::max(step, 1e-12), (c + right) / 2) : std::max(c - std::max(step, 1e-12), (c + left) / 2));
}

void LevelEditor::removeChosen()
{
    if (m_chosen < 0 || m_chosen >= static_cast<int>(m_levels.size()) || m_levels.size() < 2) return;
    m_levels.erase(m_levels.begin() + m_chosen);
    judge(std::min(m_chosen, static_cast<int>(m_levels.size()) - 1));
    emit edited();
}

void LevelEditor::moveChosen(double to)
{
    if (m_chosen < 0 || m_chosen >= static_cast<int>(m_levels.size())) return;
    const auto value = static_cast<float>(to);
    m_levels.erase(m_levels.begin() + m_chosen);
    const auto it = std::lower_bound(m_levels.begin(), m_levels.end(), value);
    const int place = static_cast<int>(it - m_levels.begin());
    m_levels.insert(it, value);
    judge(place);
}

QString LevelEditor::summary() const
{
    if (!m_ledger) return tr("no tensor");
    if (m_levels.empty()) return tr("%1 weights, no level").arg(QString::fromStdString(formatCount(m_ledger->count())));
    return tr("%1 levels from %2 to %3, relative MSE %4, %5 dead")
        .arg(m_levels.size())
        .arg(number(static_cast<double>(m_levels.front())), number(static_cast<double>(m_levels.back())), QString::fromStdString(formatError(m_figures.relativeMse)))
        .arg(m_figures.dead);
}

QString LevelEditor::explanation() const
{
    if (!m_ledger || m_levels.empty()) return {};
    const QString weights = tr("%1 weights").arg(QString::fromStdString(formatCount(m_ledger->count())));
    const auto k = static_cast<std::size_t>(m_chosen);
    if (m_chosen < 0 || k >= m_levels.size()) return explain(Figure::BinCount, {tr("per pixel, on a logarithmic scale"), weights});
    const auto six = [](double v) { return QString::fromStdString(formatNumber(v, 6)); };
    const QString gap = QStringLiteral("\n\n");
    return explain(Figure::Level, {tr("level %1 of %2: %3").arg(m_chosen + 1).arg(m_levels.size()).arg(six(static_cast<double>(m_levels[k])))}) + gap
        + explain(Figure::LevelShare, {QStringLiteral("= %1 / %2").arg(m_figures.usage[k]).arg(m_ledger->count())}) + gap
        + explain(Figure::LevelErrorShare, {QStringLiteral("= %1 / %2").arg(six(m_figures.errors[k]), six(m_figures.squaredError))}) + gap
        + explain(Figure::BinCount, {tr("per pixel, on a logarithmic scale"), weights});
}

QPoint LevelEditor::explanationPlace() const
{
    const QRect plot = area(rect());
    if (m_chosen < 0 || m_chosen >= static_cast<int>(m_levels.size())) return mapToGlobal(plot.center());
    return mapToGlobal(QPoint(static_cast<int>(toPixel(static_cast<double>(m_levels[static_cast<std::size_t>(m_chosen)]), plot)), plot.top()));
}

void LevelEditor::fit()
{
    if (!m_ledger) return;
    const double span = std::max(m_ledger->high() - m_ledger->low(), 1e-12);
    m_from = m_ledger->low() - 0.03 * span;
    m_to = m_ledger->high() + 0.03 * span;
    update();
}

QRect LevelEditor::area(const QRect& all) const
{
    const int line = fontMetrics().height();
    return all.adjusted(fontMetrics().horizontalAdvance(QStringLiteral("10 000 000")) + 12, line + 10, -14, -(2 * line + 14 + 48));
}

double LevelEditor::toPixel(double x, const QRect& plot) const { return plot.left() + (x - m_from) / (m_to - m_from) * plot.width(); }

double LevelEditor::toX(double pixel) const
{
    const QRect plot = area(rect());
    return m_from + (pixel - plot.left()) / std::max(1, plot.width()) * (m_to - m_from);
}

int LevelEditor::levelAt(const QPointF& pos) const
{
    const QRect plot = area(rect());
    int best = -1;
    double nearest = 7;
    for (std::size_t k = 0; k < m_levels.size(); ++k) {
        const double d = std::fabs(toPixel(static_cast<double>(m_levels[k]), plot) - pos.x());
        if (d < nearest || (d == nearest && static_cast<int>(k) == m_chosen)) {
            nearest = d;
            best = static_cast<int>(k);
        }
    }
    return best;
}

void LevelEditor::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    paintTo(p, rect());
}

void LevelEditor::paintTo(QPainter& p, const QRect& all) const
{
    p.fillRect(all, m_theme.base());
    const int line = fontMetrics().height();
    const QRect plot = area(all);
    if (!m_ledger || plot.width() < 20 || plot.height() < 20) {
        p.setPen(m_theme.secondary());
        p.drawText(all, Qt::AlignCenter, tr("Choose a tensor"));
        return;
    }
    // Counts per pixel, logarithmic: the tails are where levels are won and lost.
    const auto counts = m_ledger->counts(m_from, m_to, plot.width());
    const double top = std::log10(1 + std::max(1.0, *std::max_element(counts.begin(), counts.end())));
    const auto height = [&](double c) { return std::log10(1 + c) / top * (plot.height() - 2); };
    p.setPen(m_theme.secondary());
    p.drawText(QRect(all.left(), all.top() + 2, plot.left() - all.left() + 200, line), Qt::AlignLeft | Qt::AlignVCenter,
               tr("weights per pixel (log)"));
    // The scale is log(1 + count), so that nothing and one can be told apart: 0, 1, 10, 100, …
    for (double count = 0; height(count) <= plot.height(); count = count == 0 ? 1 : 10 * count) {
        const double y = plot.bottom() - height(count);
        p.setPen(m_theme.hairline());
        p.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        p.setPen(m_theme.secondary());
        p.drawText(QRectF(all.left(), y - line / 2.0, plot.left() - all.left() - 6, line), Qt::AlignRight | Qt::AlignVCenter,
                   QString::fromStdString(formatCount(static_cast<std::uint64_t>(count))));
    }
    for (int i = 0; i < plot.width(); ++i) {
        const double h = height(counts[static_cast<std::size_t>(i)]);
        if (h > 0) p.fillRect(QRectF(plot.left() + i, plot.bottom() - h, 1, h), m_theme.original());
    }
    p.setPen(m_theme.secondary());
    p.drawLine(plot.bottomLeft(), plot.bottomRight());
    const double step = tickStep(m_to - m_from, plot.width() / 110);
    for (double t = std::ceil(m_from / step) * step; t <= m_to; t += step) {
        const double x = toPixel(t, plot);
        p.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4));
        p.drawText(QRectF(x - 60, plot.bottom() + 5, 120, line), Qt::AlignHCenter, number(std::fabs(t) < step * 1e-6 ? 0 : t));
    }
    p.drawText(QRect(plot.left(), all.bottom() - line - 2, plot.width(), line), Qt::AlignHCenter, tr("weight (bars below: share of the weights that take the level)"));

    // Levels: a line through the distribution, borders between neighbours, usage below the axis.
    const int stemTop = plot.bottom() + line + 8;
    const int stemRoom = 44;
    double most = 1;
    for (const auto u : m_figures.usage) most = std::max(most, static_cast<double>(u));
    p.save();
    p.setClipRect(QRect(plot.left(), all.top(), plot.width() + 1, all.height()));
    for (std::size_t k = 0; k < m_levels.size(); ++k) {
        const double x = toPixel(static_cast<double>(m_levels[k]), plot);
        const bool chosen = static_cast<int>(k) == m_chosen;
        const bool dead = k < m_figures.usage.size() && m_figures.usage[k] == 0;
        if (k + 1 < m_levels.size()) {
            const double border = toPixel((static_cast<double>(m_levels[k]) + static_cast<double>(m_levels[k + 1])) / 2, plot);
            p.setPen(QPen(m_theme.hairline(), 1, Qt::DotLine));
            p.drawLine(QPointF(border, plot.top()), QPointF(border, plot.bottom()));
        }
        const QColor colour = chosen ? m_theme.accent() : m_theme.recipe(1);
        p.setPen(QPen(colour, chosen ? 2 : 1, dead ? Qt::DashLine : Qt::SolidLine));
        p.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        const double share = k < m_figures.usage.size() ? static_cast<double>(m_figures.usage[k]) / most : 0;
        p.fillRect(QRectF(x - (chosen ? 2 : 1.5), stemTop, chosen ? 4 : 3, share * stemRoom), colour);
        // A handle that can be seen and hit.
        p.setRenderHint(QPainter::Antialiasing);
        p.setBrush(dead ? m_theme.base() : colour);
        p.setPen(QPen(colour, 1.5));
        p.drawEllipse(QPointF(x, plot.top()), chosen ? 5 : 4, chosen ? 5 : 4);
        p.setRenderHint(QPainter::Antialiasing, false);
    }
    p.restore();
    if (hasFocus()) {
        p.setPen(m_theme.accent());
        p.setBrush(Qt::NoBrush);
        p.drawRect(all.adjusted(0, 0, -1, -1));
    }
}

void LevelEditor::resizeEvent(QResizeEvent* event) { QWidget::resizeEvent(event); }

void LevelEditor::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    if (!m_ledger || event->button() != Qt::LeftButton) return;
    m_pressed = event->position();
    m_moved = false;
    if (event->modifiers() & Qt::ControlModifier) {
        addLevel(toX(event->position().x()));
        m_drag = Level; // the new level can be placed in the same gesture
        return;
    }
    const int k = levelAt(event->position());
    m_drag = k >= 0 ? Level : Pan;
    if (k >= 0) choose(k);
    m_pressedFrom = m_from;
}

void LevelEditor::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag == None) {
        setCursor(m_ledger && levelAt(event->position()) >= 0 ? Qt::SizeHorCursor : Qt::ArrowCursor);
        return;
    }
    if (!m_moved && std::fabs(event->position().x() - m_pressed.x()) < 2) return;
    m_moved = true;
    if (m_drag == Level) {
        moveChosen(toX(event->position().x()));
        return;
    }
    const QRect plot = area(rect());
    const double shift = (event->position().x() - m_pressed.x()) / std::max(1, plot.width()) * (m_to - m_from);
    const double span = m_to - m_from;
    m_from = m_pressedFrom - shift;
    m_to = m_from + span;
    update();
}

void LevelEditor::mouseReleaseEvent(QMouseEvent*)
{
    if (m_drag == Level && m_moved) emit edited();
    m_drag = None;
}

void LevelEditor::mouseDoubleClickEvent(QMouseEvent*) { fit(); }

void LevelEditor::wheelEvent(QWheelEvent* event)
{
    if (!m_ledger) return;
    const double at = toX(event->position().x());
    const double factor = std::pow(0.85, event->angleDelta().y() / 120.0);
    const double whole = std::max(m_ledger->high() - m_ledger->low(), 1e-12);
    const double span = std::clamp((m_to - m_from) * factor, whole * 1e-5, whole * 4);
    m_from = at - (at - m_from) / (m_to - m_from) * span;
    m_to = m_from + span;
    update();
    event->accept();
}

void LevelEditor::keyPressEvent(QKeyEvent* event)
{
    const int n = static_cast<int>(m_levels.size());
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    const int direction = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (direction != 0 && shift && m_chosen >= 0) {
        moveChosen(static_cast<double>(m_levels[static_cast<std::size_t>(m_chosen)]) + direction * (m_to - m_from) / 500);
        emit edited();
    } else if (direction != 0 && n > 0) {
        choose(std::clamp(m_chosen < 0 ? 0 : m_chosen + direction, 0, n - 1));
    } else if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) {
        removeChosen();
    } else if (event->key() == Qt::Key_Insert || event->key() == Qt::Key_Plus) {
        splitWorst();
    } else {
        QWidget::keyPressEvent(event);
    }
}

QPixmap LevelEditor::picture(QSize size)
{
    QPixmap out(size);
    QPainter p(&out);
    paintTo(p, QRect(QPoint(0, 0), size));
    return out;
}

bool LevelEditor::savePicture(const QString& path, QSize size)
{
    const QRect all(QPoint(0, 0), size);
    const auto write = [&](QIODevice& file) {
        if (path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) {
            file.write(csv().toUtf8());
        } else if (path.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive)) {
            QSvgGenerator svg;
            svg.setOutputDevice(&file);
            svg.setSize(size);
            svg.setViewBox(all);
            svg.setTitle(accessibleName());
            QPainter p(&svg);
            paintTo(p, all);
        } else if (path.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive)) {
            QPdfWriter pdf(&file);
            pdf.setResolution(96);
            pdf.setPageSize(QPageSize(QSizeF(size) * 72.0 / 96.0, QPageSize::Point));
            pdf.setPageMargins({});
            QPainter p(&pdf);
            paintTo(p, all);
        } else {
            return picture(size).save(&file, "PNG");
        }
        return true;
    };
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && write(file) && file.commit();
}

QString LevelEditor::csv() const
{
    QString out = QStringLiteral("level,value,weights,squared_error\n");
    for (std::size_t k = 0; k < m_levels.size(); ++k)
        out += QStringLiteral("%1,%2,%3,%4\n")
                   .arg(k)
                   .arg(QString::fromStdString(exactNumber(static_cast<double>(m_levels[k]))))
                   .arg(m_figures.usage[k])
                   .arg(QString::fromStdString(exactNumber(m_figures.errors[k])));
    return out;
}

} // namespace qs::gui
