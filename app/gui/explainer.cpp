// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/explainer.h"

#include "core/plots/plot_data.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/plots/plot_view.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCursor>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QSet>
#include <QTextDocument>
#include <QToolTip>

namespace qs::gui {
namespace {

constexpr int kHeld = 350; // ms

QString plain(const QString& text)
{
    if (!Qt::mightBeRichText(text)) return text;
    QTextDocument document;
    document.setHtml(text);
    return document.toPlainText();
}

} // namespace

Explainer::Explainer(QWidget& window) : QObject(&window), m_window(window)
{
    qApp->installEventFilter(this);
    m_held.setSingleShot(true);
    m_held.setInterval(kHeld);
    connect(&m_held, &QTimer::timeout, this, [this] { show(underMouse()); });
}

bool Explainer::ours(const QWidget* widget) const
{
    while (widget) {
        const QWidget* top = widget->window();
        if (top == &m_window) return true;
        widget = top->parentWidget();
    }
    return false;
}

bool Explainer::eventFilter(QObject* object, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseMove: {
        const auto* e = static_cast<QMouseEvent*>(event);
        auto* w = qobject_cast<QWidget*>(object);
        m_byMouse = true;
        if (w && ours(w) && e->modifiers() == Qt::ControlModifier && e->buttons() == Qt::NoButton)
            // The view reads out the place first.
            QMetaObject::invokeMethod(this, [this] { show(underMouse()); }, Qt::QueuedConnection);
        break;
    }
    case QEvent::KeyPress: {
        const auto* e = static_cast<QKeyEvent*>(event);
        // A dialog has none of the window's actions: F1 is answered here.
        if (const auto* w = qobject_cast<QWidget*>(object); w && e->key() == Qt::Key_F1 && e->modifiers() == Qt::NoModifier && w->window() != &m_window && ours(w)) {
            if (explain()) return true;
            const QWidget* focus = QApplication::focusWidget();
            if (focus && !focus->toolTip().isEmpty()) {
                QToolTip::showText(focus->mapToGlobal(QPoint(0, focus->height())), focus->toolTip());
                return true;
            }
            break;
        }
        if (e->key() == Qt::Key_Control && !e->isAutoRepeat() && ours(QApplication::activeWindow())) {
            m_held.start();
        } else {
            m_held.stop();
            if (e->key() != Qt::Key_F1 && e->key() != Qt::Key_Control) m_byMouse = false;
        }
        break;
    }
    case QEvent::KeyRelease:
    case QEvent::MouseButtonPress: m_held.stop(); break;
    default: break;
    }
    return QObject::eventFilter(object, event);
}

std::optional<Explainer::Found> Explainer::cellOf(QAbstractItemView* view, const QModelIndex& index)
{
    if (!index.isValid()) return std::nullopt;
    const QString words = index.data(Qt::ToolTipRole).toString();
    if (words.isEmpty()) return std::nullopt;
    return Found{words, view->viewport()->mapToGlobal(view->visualRect(index).bottomLeft()), view};
}

std::optional<Explainer::Found> Explainer::underMouse() const
{
    const QPoint at = QCursor::pos();
    QWidget* under = QApplication::widgetAt(at);
    if (!under || !ours(under)) return std::nullopt;
    for (QWidget* w = under; w && !w->isWindow(); w = w->parentWidget()) {
        if (auto* header = qobject_cast<QHeaderView*>(w)) {
            const int section = header->logicalIndexAt(header->viewport()->mapFromGlobal(at));
            const QString words = section < 0 || !header->model() ? QString() : header->model()->headerData(section, header->orientation(), Qt::ToolTipRole).toString();
            if (!words.isEmpty()) return Found{words, at, header};
        } else if (auto* view = qobject_cast<QAbstractItemView*>(w)) {
            if (const auto cell = cellOf(view, view->indexAt(view->viewport()->mapFromGlobal(at)))) return cell;
        } else if (const auto* plot = qobject_cast<PlotView*>(w)) {
            if (const QString words = plot->explanation(); !words.isEmpty()) return Found{words, at, w};
        }
        if (isExplanation(w->toolTip())) return Found{w->toolTip(), at, w};
    }
    return std::nullopt;
}

std::optional<Explainer::Found> Explainer::underKeyboard() const
{
    QWidget* focus = QApplication::focusWidget();
    if (!focus || !ours(focus)) return std::nullopt;
    if (auto* view = qobject_cast<QAbstractItemView*>(focus)) return cellOf(view, view->currentIndex());
    if (const auto* plot = qobject_cast<PlotView*>(focus))
        if (const QString words = plot->explanation(); !words.isEmpty()) return Found{words, plot->explanationPlace(), focus};
    if (isExplanation(focus->toolTip())) return Found{focus->toolTip(), focus->mapToGlobal(QPoint(0, focus->height())), focus};
    return std::nullopt;
}

bool Explainer::show(const std::optional<Found>& found)
{
    if (!found) return false;
    QToolTip::showText(found->at, found->words, found->widget);
    emit explained(found->words);
    return true;
}

bool Explainer::explain()
{
    if (m_byMouse) return show(underMouse()) || show(underKeyboard());
    return show(underKeyboard()) || show(underMouse());
}

QString Explainer::everything() const
{
    QString html;
    QSet<QString> told;
    const auto tell = [&](const QString& title, const QString& words) {
        if (words.isEmpty() || told.contains(title + words)) return;
        told.insert(title + words);
        html += QStringLiteral("<h4>%1</h4><p>%2</p>").arg(title.toHtmlEscaped(), words.toHtmlEscaped().replace(QLatin1Char('\n'), QLatin1String("<br>")));
    };
    for (auto* w : m_window.findChildren<QWidget*>()) {
        if (!w->isVisible()) continue;
        if (auto* view = qobject_cast<QAbstractItemView*>(w); view && view->model() && !qobject_cast<QHeaderView*>(view)) {
            if (view->window() != &m_window) continue;
            // The row that the keyboard has come to, else the first.
            const QAbstractItemModel* model = view->model();
            const QModelIndex now = view->currentIndex().isValid() ? view->currentIndex() : model->index(0, 0, view->rootIndex());
            for (int c = 0; now.isValid() && c < model->columnCount(now.parent()); ++c) {
                const QModelIndex i = now.siblingAtColumn(c);
                if (!isExplanation(i.data(Qt::ToolTipRole).toString())) continue;
                tell(QStringLiteral("%1 · %2: %3").arg(view->accessibleName(), model->headerData(c, Qt::Horizontal).toString(), i.data().toString()), i.data(Qt::ToolTipRole).toString());
            }
            continue;
        }
        if (const auto* plot = qobject_cast<PlotView*>(w)) {
            QString words = plot->explanation();
            if (const auto data = plot->data(); words.isEmpty() && data)
                for (const std::string* name : {&data->figure, &data->y.figure, &data->x.figure})
                    if (const auto figure = figureNamed(*name)) words += (words.isEmpty() ? QString() : QStringLiteral("\n\n")) + qs::gui::explain(*figure, {}, coreText(data->title));
            tell(plot->accessibleName(), words);
            continue;
        }
        if (!isExplanation(w->toolTip())) continue;
        const auto* label = qobject_cast<QLabel*>(w);
        const QString text = label ? plain(label->text()) : w->accessibleName();
        if (text.isEmpty()) continue;
        tell(label && !label->accessibleName().isEmpty() ? label->accessibleName() + QStringLiteral(": ") + text : text, w->toolTip());
    }
    return html;
}

} // namespace qs::gui
