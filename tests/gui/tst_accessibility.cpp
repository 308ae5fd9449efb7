// SPDX-License-Identifier: GPL-3.0-or-later
// Keyboard and screen reader: over every widget of the window and its pages.
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "tests/support/window_thread.h"
#include "widgets/plots/plot_view.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSplitter>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

using namespace qs::gui;

class TestAccessibility : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Workbench> m_work;
    std::unique_ptr<MainWindow> m_window;

    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_work->jobs().activeJobs() == 0 && m_work->jobs().activeRequests() == 0 && !m_work->opening(), 30000);
    }
    // Parts of other widgets, which the platform names through their owners.
    static bool isPart(const QWidget* w)
    {
        if (w->objectName().startsWith(QStringLiteral("qt_"))) return true;
        for (const QWidget* p = w->parentWidget(); p; p = p->parentWidget())
            if (qobject_cast<const QComboBox*>(p) || qobject_cast<const QAbstractSpinBox*>(p) || qobject_cast<const QLineEdit*>(p)) return true;
        return qobject_cast<const QScrollBar*>(w) || qobject_cast<const QHeaderView*>(w);
    }
    static bool takesInput(const QWidget* w)
    {
        return qobject_cast<const QAbstractButton*>(w) || qobject_cast<const QAbstractItemView*>(w) || qobject_cast<const QComboBox*>(w)
            || qobject_cast<const QAbstractSpinBox*>(w) || qobject_cast<const QLineEdit*>(w) || qobject_cast<const QTabBar*>(w)
            || w->focusPolicy() != Qt::NoFocus;
    }
    static QString path(const QWidget* w)
    {
        QString out;
        for (; w; w = w->parentWidget()) out = QStringLiteral("%1(%2)/").arg(QLatin1String(w->metaObject()->className()), w->objectName()) + out;
        return out;
    }
    static QStringList unnamed(QWidget* top)
    {
        QStringList out;
        for (QWidget* w : top->findChildren<QWidget*>()) {
            if (!w->isVisible() || isPart(w) || !takesInput(w)) continue;
            // A frame that only scrolls or holds others takes no input itself.
            if (w->inherits("QScrollArea") || qobject_cast<QSplitter*>(w)) continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(w);
            if (!face || face->text(QAccessible::Name).trimmed().isEmpty()) out << path(w);
        }
        return out;
    }

private slots:
    void initTestCase()
    {
        qs::test::forbidWorkInWindow();
        m_dir = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<Settings>(m_dir->filePath(QStringLiteral("settings.ini")));
        m_work = std::make_unique<Workbench>(nullptr, 2);
        m_work->theme().setMode(Theme::Light);
        m_window = std::make_unique<MainWindow>(*m_work, *m_settings);
        m_window->confirmClose = [](int) { return true; };
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanupTestCase()
    {
        m_window.reset();
        m_work.reset();
    }

    void startPage_everyWidgetHasAName()
    {
        const QStringList bad = unnamed(m_window.get());
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QLatin1Char('\n'))));
    }
    void everyPage_everyWidgetHasAName()
    {
        m_window->openSample();
        settle();
        QVERIFY(!m_work->workspace().checkpoints().empty());
        const auto recipe = qs::quant::parseRecipe("nf:group=64");
        QVERIFY(recipe);
        const auto tensors = m_work->defaultTensors();
        m_work->run({tensors.front()}, {*recipe});
        m_work->selection().setTensor(tensors.front());
        settle();
        for (int i = 0; i < m_window->stage().count(); ++i) {
            m_window->stage().setCurrent(i);
            settle();
            const QStringList bad = unnamed(m_window.get());
            QVERIFY2(bad.isEmpty(), qPrintable(m_window->stage().title(i) + QLatin1Char('\n') + bad.join(QLatin1Char('\n'))));
        }
    }
    void plots_tellTheirNumbersToAScreenReader()
    {
        for (int i = 0; i < m_window->stage().count(); ++i) {
            m_window->stage().setCurrent(i);
            settle();
            for (PlotView* plot : m_window->stage().currentPage()->plots()) {
                QAccessibleInterface* face = QAccessible::queryAccessibleInterface(plot);
                QVERIFY(face);
                QVERIFY2(!face->text(QAccessible::Name).isEmpty(), qPrintable(m_window->stage().title(i)));
            }
        }
    }
    void tabKey_reachesWhatTakesInput()
    {
        for (int i = 0; i < m_window->stage().count(); ++i) {
            m_window->stage().setCurrent(i);
            settle();
            QTest::qWait(50); // bars that give way to boxes do so with the next layout
            m_window->stage().setFocus();
            // Walk the chain by real key presses until it comes round.
            QSet<const QWidget*> reached;
            const QWidget* first = QApplication::focusWidget();
            for (int k = 0; k < 400; ++k) {
                QWidget* now = QApplication::focusWidget();
                if (!now || (k > 0 && now == first)) break;
                reached.insert(now);
                QTest::keyClick(now, Qt::Key_Tab);
            }
            QStringList missed;
            Page* page = m_window->stage().currentPage();
            for (QWidget* w : page->findChildren<QWidget*>()) {
                if (!w->isVisible() || !w->isEnabled() || isPart(w) || !(w->focusPolicy() & Qt::TabFocus) || w->focusProxy()) continue;
                if (w->inherits("QScrollArea") || qobject_cast<QSplitter*>(w)) continue;
                // Of an exclusive group Tab reaches the pressed button, the arrows reach the others.
                if (const auto* b = qobject_cast<QAbstractButton*>(w); b && b->group() && b->group()->exclusive()) {
                    bool any = false;
                    for (const QAbstractButton* other : b->group()->buttons()) any = any || reached.contains(other);
                    if (any) continue;
                }
                if (!reached.contains(w)) missed << path(w);
            }
            // A container must not have a focus proxy: Tab enters it there and passes over what stands before.
            QVERIFY2(missed.isEmpty(), qPrintable(m_window->stage().title(i) + QLatin1Char('\n') + missed.join(QLatin1Char('\n'))));
        }
    }
    void everyAction_standsInAMenu_andNoKeyIsTakenTwice()
    {
        QMap<QString, QString> keys;
        QSet<const QAction*> inMenus;
        for (const auto* menu : m_window->findChildren<QMenu*>())
            for (const auto* a : menu->actions()) inMenus.insert(a);
        for (const QAction* a : m_window->actions().all()) {
            QVERIFY2(!a->text().isEmpty(), "an action without a text");
            QVERIFY2(inMenus.contains(a), qPrintable(a->text() + QStringLiteral(" stands in no menu")));
            for (const QKeySequence& k : a->shortcuts()) {
                const QString text = k.toString(QKeySequence::PortableText);
                QVERIFY2(!keys.contains(text), qPrintable(QStringLiteral("%1: %2 and %3").arg(text, keys.value(text), a->text())));
                keys.insert(text, a->text());
            }
        }
    }
};

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
