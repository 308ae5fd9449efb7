// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/stage.h"

#include "widgets/plots/plot_view.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace qs::gui {

Stage::Stage(const Services& services, QWidget* parent) : QWidget(parent), m_services(services)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Stage"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_tabs = new QTabBar(this);
    m_tabs->setAccessibleName(tr("Pages"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setFocusPolicy(Qt::TabFocus);
    auto* tabRow = new QHBoxLayout;
    tabRow->setContentsMargins(12, 0, 12, 0);
    tabRow->addWidget(m_tabs);
    tabRow->addStretch(1);
    column->addLayout(tabRow);
    auto* line = new QWidget(this);
    line->setProperty("hairline", true);
    line->setAttribute(Qt::WA_StyledBackground);
    line->setFixedHeight(1);
    services.theme.style(line);
    services.theme.style(m_tabs);
    column->addWidget(line);
    m_stack = new QStackedWidget(this);
    column->addWidget(m_stack, 1);
    int key = 1;
    for (const PageInfo& info : builtinPages().pages()) {
        const int i = m_tabs->addTab(QCoreApplication::translate("Pages", info.title));
        m_tabs->setTabToolTip(i, tr("%1 (%2)").arg(m_tabs->tabText(i)).arg(key++));
        m_pages.push_back(nullptr);
        m_stack->addWidget(new QWidget(m_stack));
    }
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        if (index < 0) return;
        emit statusText({});
        page(index);
        m_stack->setCurrentIndex(index);
        emit currentChanged();
    });
    if (count() > 0) {
        page(0);
        m_stack->setCurrentIndex(0);
    }
    // Space is held for blinking: its release is seen wherever the focus is inside the stage.
    qApp->installEventFilter(this);
}

int Stage::current() const { return m_tabs->currentIndex(); }

void Stage::setCurrent(int index)
{
    if (index >= 0 && index < count()) m_tabs->setCurrentIndex(index);
}

bool Stage::showPage(const QString& id)
{
    for (int i = 0; i < count(); ++i)
        if (this->id(i) == id) {
            setCurrent(i);
            return true;
        }
    return false;
}

QString Stage::id(int index) const { return builtinPages().pages()[static_cast<std::size_t>(index)].id; }
QString Stage::title(int index) const { return m_tabs->tabText(index); }

Page* Stage::page(int index)
{
    auto& slot = m_pages[static_cast<std::size_t>(index)];
    if (!slot) {
        slot = builtinPages().pages()[static_cast<std::size_t>(index)].create(m_services, m_stack);
        if (slot->accessibleName().isEmpty()) slot->setAccessibleName(title(index));
        connect(slot, &Page::statusText, this, &Stage::statusText);
        QWidget* placeholder = m_stack->widget(index);
        m_stack->removeWidget(placeholder);
        delete placeholder;
        m_stack->insertWidget(index, slot);
        m_services.theme.style(slot);
    }
    return slot;
}

bool Stage::trigger(const QString& action, const QString& otherwise)
{
    if (count() == 0) return false;
    if (action == QLatin1String("blink")) m_blinking = true;
    if (currentPage()->trigger(action)) return true;
    return !otherwise.isEmpty() && showPage(otherwise) && currentPage()->trigger(action);
}

PlotView* Stage::focusedPlot()
{
    if (count() == 0) return nullptr;
    for (QWidget* w = QApplication::focusWidget(); w; w = w->parentWidget())
        if (auto* p = qobject_cast<PlotView*>(w)) return p;
    for (PlotView* p : currentPage()->plots())
        if (p && p->isVisibleTo(currentPage())) return p;
    return nullptr;
}


bool Stage::eventFilter(QObject* object, QEvent* event)
{
    // A button that has the focus is pressed by Space, whatever Space does elsewhere on the stage.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space)
        if (const auto* button = qobject_cast<QAbstractButton*>(object); button && isAncestorOf(button)) {
            event->accept();
            return true;
        }
    if (m_blinking && event->type() == QEvent::KeyRelease) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Space && !key->isAutoRepeat()) {
            m_blinking = false;
            if (count() > 0) currentPage()->trigger(QStringLiteral("blink-off"));
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace qs::gui
