// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/visible_texts.h"

#include "widgets/plots/plot_view.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QStyle>
#include <QStyleOptionComboBox>
#include <QStyleOptionTab>
#include <QTabBar>
#include <QTextBrowser>
#include <QTextDocument>
#include <QToolButton>
#include <qcustomplot.h>

namespace qs::test {
namespace {

constexpr int kMostRows = 40;

QString pathOf(const QWidget* w)
{
    QStringList out;
    for (; w; w = w->parentWidget()) {
        const QString name = w->objectName().isEmpty() ? w->accessibleName() : w->objectName();
        out.prepend(QString::fromLatin1(w->metaObject()->className()).section(QLatin1Char(':'), -1) + (name.isEmpty() ? QString() : QLatin1Char('(') + name + QLatin1Char(')')));
    }
    while (out.size() > 5) out.removeFirst();
    return out.join(QLatin1Char('/'));
}

QString plain(const QString& text)
{
    if (!Qt::mightBeRichText(text)) return QString(text).remove(QLatin1Char('&'));
    QTextDocument document;
    document.setHtml(text);
    return document.toPlainText();
}

class Collector {
public:
    QList<VisibleText> texts;

    void add(const QString& text, const QString& where)
    {
        const QString t = plain(text).trimmed();
        if (!t.isEmpty()) texts.push_back({t, where});
    }

    void menu(const QMenu* menu, const QString& where)
    {
        add(menu->title(), where);
        for (const QAction* a : menu->actions()) {
            const QString place = where + QLatin1Char('/') + (a->objectName().isEmpty() ? a->text() : a->objectName());
            add(a->text().section(QLatin1Char('\t'), 0, 0), place);
            add(a->toolTip(), place);
            if (a->menu()) this->menu(a->menu(), place);
        }
    }

    void model(const QAbstractItemModel* m, const QModelIndex& parent, const QString& where, int depth)
    {
        for (int r = 0; r < std::min(kMostRows, m->rowCount(parent)); ++r) {
            for (int c = 0; c < m->columnCount(parent); ++c) {
                const QModelIndex i = m->index(r, c, parent);
                for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(Qt::AccessibleTextRole)}) {
                    const QString place = QStringLiteral("%1[%2,%3]").arg(where).arg(r).arg(c);
                    add(i.data(role).toString(), place);
                }
            }
            if (depth < 3) model(m, m->index(r, 0, parent), where, depth + 1);
        }
    }

    void widget(QWidget* w)
    {
        const QString where = pathOf(w);
        add(w->toolTip(), where + QStringLiteral(" tool tip"));
        add(w->accessibleName(), where + QStringLiteral(" name"));
        add(w->accessibleDescription(), where + QStringLiteral(" description"));
        if (w->isWindow()) add(w->windowTitle(), where + QStringLiteral(" title"));
        if (const auto* d = qobject_cast<QDockWidget*>(w)) add(d->windowTitle(), where);
        if (const auto* l = qobject_cast<QLabel*>(w)) add(l->text(), where);
        if (const auto* b = qobject_cast<QAbstractButton*>(w)) add(b->text(), where);
        if (const auto* b = qobject_cast<QToolButton*>(w); b && b->menu()) menu(b->menu(), where);
        if (const auto* g = qobject_cast<QGroupBox*>(w)) add(g->title(), where);
        if (const auto* e = qobject_cast<QLineEdit*>(w)) add(e->placeholderText(), where);
        if (const auto* s = qobject_cast<QSpinBox*>(w)) {
            for (const QString& t : {s->prefix(), s->suffix(), s->specialValueText()}) add(t, where);
        }
        if (const auto* s = qobject_cast<QDoubleSpinBox*>(w)) {
            for (const QString& t : {s->prefix(), s->suffix(), s->specialValueText()}) add(t, where);
        }
        if (const auto* t = qobject_cast<QTextBrowser*>(w)) add(t->toPlainText(), where);
        if (const auto* box = qobject_cast<QComboBox*>(w)) {
            for (int i = 0; i < box->count(); ++i) {
                add(box->itemText(i), where);
                add(box->itemData(i, Qt::ToolTipRole).toString(), where);
            }
        }
        if (const auto* tabs = qobject_cast<QTabBar*>(w)) {
            for (int i = 0; i < tabs->count(); ++i) {
                add(tabs->tabText(i), where);
                add(tabs->tabToolTip(i), where);
            }
        }
        if (auto* view = qobject_cast<QAbstractItemView*>(w); view && view->model() && !qobject_cast<QHeaderView*>(w)
            && !qobject_cast<QComboBox*>(w->parentWidget() ? w->parentWidget()->parentWidget() : nullptr)) {
            const QAbstractItemModel* m = view->model();
            for (int c = 0; c < m->columnCount(); ++c) {
                add(m->headerData(c, Qt::Horizontal).toString(), where + QStringLiteral(" header"));
                add(m->headerData(c, Qt::Horizontal, Qt::ToolTipRole).toString(), where + QStringLiteral(" header"));
            }
            model(m, view->rootIndex(), where, 0);
        }
        if (auto* plot = qobject_cast<QCustomPlot*>(w)) this->plot(plot, where);
        if (const auto* view = qobject_cast<gui::PlotView*>(w)) add(view->summary(), where + QStringLiteral(" summary"));
    }

    void plot(QCustomPlot* plot, const QString& where)
    {
        // Those of colour scales too.
        for (QCPAxis* axis : plot->findChildren<QCPAxis*>()) {
            if (!axis->visible()) continue;
            add(axis->label(), where + QStringLiteral(" axis"));
            if (const auto names = qSharedPointerDynamicCast<QCPAxisTickerText>(axis->ticker()))
                for (const QString& tick : names->ticks()) add(tick, where + QStringLiteral(" ticks"));
        }
        for (int i = 0; i < plot->plottableCount(); ++i) add(plot->plottable(i)->name(), where + QStringLiteral(" plottable"));
        for (int i = 0; i < plot->itemCount(); ++i)
            if (const auto* text = qobject_cast<QCPItemText*>(plot->item(i)); text && text->visible()) add(text->text(), where + QStringLiteral(" item"));
        for (const QCPTextElement* text : plot->findChildren<QCPTextElement*>())
            if (text->visible()) add(text->text(), where + QStringLiteral(" element"));
    }
};

} // namespace

QList<VisibleText> visibleTexts(QWidget* top)
{
    Collector out;
    out.widget(top);
    for (QWidget* w : top->findChildren<QWidget*>()) {
        if (w->objectName().startsWith(QStringLiteral("qt_")) && !qobject_cast<QTabBar*>(w)) continue;
        if (auto* menu = qobject_cast<QMenu*>(w)) {
            if (menu->parentWidget() == top || qobject_cast<QMenu*>(menu->parentWidget())) continue; // through the bar, by their actions
            out.menu(menu, pathOf(menu));
        } else if (w->isVisibleTo(top) && (w->window() == top)) {
            out.widget(w);
        }
    }
    for (const QAction* a : top->actions()) {
        out.add(a->text(), QStringLiteral("action ") + a->objectName());
        out.add(a->toolTip(), QStringLiteral("action ") + a->objectName());
        if (a->menu()) out.menu(a->menu(), a->objectName());
    }
    return out.texts;
}

QStringList cutTexts(QWidget* top)
{
    QStringList out;
    const auto tell = [&](const QWidget* w, const QString& text, int has, int needs) {
        out << QStringLiteral("%1: “%2” has %3 of %4 pixels").arg(pathOf(w), text).arg(has).arg(needs);
    };
    for (QWidget* w : top->findChildren<QWidget*>()) {
        if (!w->isVisible() || w->window() != top) continue;
        if (const auto* l = qobject_cast<QLabel*>(w)) {
            if (l->text().isEmpty() || l->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored) continue; // elides itself
            if (l->wordWrap()) {
                if (const int needs = l->heightForWidth(l->width()); needs > l->height() + 1) tell(l, l->text(), l->height(), needs);
            } else if (l->width() + 1 < l->sizeHint().width()) {
                tell(l, l->text(), l->width(), l->sizeHint().width());
            }
        } else if (const auto* b = qobject_cast<QAbstractButton*>(w)) {
            if (b->text().isEmpty()) continue;
            const bool box = qobject_cast<const QCheckBox*>(b) != nullptr;
            // A button may be tighter than it would like, as long as its words are whole.
            const int words = b->fontMetrics().size(Qt::TextShowMnemonic, b->text()).width();
            const int needs = box ? b->sizeHint().width() : words + 4;
            if (b->width() + 1 < needs) tell(b, b->text(), b->width(), needs);
        } else if (const auto* tabs = qobject_cast<QTabBar*>(w)) {
            if (tabs->elideMode() != Qt::ElideNone || tabs->usesScrollButtons()) {
                for (int i = 0; i < tabs->count(); ++i) {
                    const int words = tabs->fontMetrics().horizontalAdvance(tabs->tabText(i));
                    if (tabs->tabRect(i).width() < words) tell(tabs, tabs->tabText(i), tabs->tabRect(i).width(), words);
                }
            }
        } else if (const auto* g = qobject_cast<QGroupBox*>(w)) {
            const int words = g->fontMetrics().horizontalAdvance(g->title());
            if (g->width() < words) tell(g, g->title(), g->width(), words);
        } else if (const auto* box = qobject_cast<QComboBox*>(w); box && !box->isEditable()) {
            QStyleOptionComboBox option;
            option.initFrom(box);
            option.editable = false;
            const int has = box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box).width();
            const QString text = box->currentIndex() < 0 ? box->placeholderText() : box->currentText();
            const int icon = box->itemIcon(box->currentIndex()).isNull() ? 0 : box->iconSize().width() + 4;
            const int needs = box->fontMetrics().horizontalAdvance(text) + icon;
            if (has < needs) tell(box, text, has, needs);
        } else if (const auto* s = qobject_cast<QAbstractSpinBox*>(w)) {
            const auto* line = s->findChild<QLineEdit*>();
            const int needs = s->fontMetrics().horizontalAdvance(s->text());
            if (line && line->width() < needs) tell(s, s->text(), line->width(), needs);
        } else if (const auto* e = qobject_cast<QLineEdit*>(w); e && e->text().isEmpty() && !e->placeholderText().isEmpty()) {
            const int words = e->fontMetrics().horizontalAdvance(e->placeholderText());
            if (e->width() < words) tell(e, e->placeholderText(), e->width(), words);
        } else if (const auto* h = qobject_cast<QHeaderView*>(w); h && h->orientation() == Qt::Horizontal && h->model()) {
            for (int i = 0; i < h->count(); ++i) {
                if (h->isSectionHidden(i)) continue;
                const QString text = h->model()->headerData(i, Qt::Horizontal).toString();
                const int words = h->fontMetrics().horizontalAdvance(text);
                if (h->sectionSize(i) < words) tell(h, text, h->sectionSize(i), words);
            }
        }
    }
    return out;
}

} // namespace qs::test
