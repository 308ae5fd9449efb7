// SPDX-License-Identifier: GPL-3.0-or-later
// The window without a mouse: start page, palette, filter, run, A and B, jobs, the way back.
#include "app/gui/actions.h"
#include "app/gui/command_palette.h"
#include "app/gui/stage.h"
#include "tests/gui/window_fixture.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/results_panel.h"
#include "widgets/panels/start_page.h"

#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QTableView>
#include <QThread>
#include <QTreeView>
#include <atomic>

using namespace qs::gui;
using qs::test::WindowFixture;

namespace {

CommandPalette* paletteOf(WindowFixture& w)
{
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    for (auto* p : w.window->findChildren<CommandPalette*>())
        if (p->isVisible()) return p;
    return nullptr;
}

QString nameOf(const WindowFixture& w)
{
    const auto* info = w.work->selection().tensorInfo();
    return info ? QString::fromStdString(info->name) : QString();
}

} // namespace

class TestHands : public QObject {
    Q_OBJECT
private slots:
    void startPage_recentFile_opensByReturn()
    {
        WindowFixture w;
        w.settings->setRecent({{QStringLiteral(QS_SAMPLE_DIR), 3000000, QDateTime::currentDateTime()}});
        w.window = std::make_unique<MainWindow>(*w.work, *w.settings);
        w.window->confirmClose = [](int) { return true; };
        w.window->show();
        QVERIFY(QTest::qWaitForWindowExposed(w.window.get()));
        auto* list = w.window->findChild<StartPage*>()->findChild<QListView*>();
        QVERIFY(list->isVisible());
        QVERIFY(list->model()->index(0, 0).data().toString().contains(QStringLiteral("MiB"))); // with its size
        // By Tab, as a keyboard comes there.
        w.window->activateWindow();
        for (int i = 0; i < 30 && QApplication::focusWidget() != list; ++i) QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : w.window.get(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), list);
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(w.work->selection().tensor().valid(), 20000);
    }

    void palette_tensorActionAndRecipe_byTheirLetters()
    {
        WindowFixture w;
        QVERIFY(w.open(QStringLiteral(QS_SAMPLE_DIR)));
        const auto line = [](CommandPalette* p) { return p->findChild<QLineEdit*>(); };
        CommandPalette* palette = paletteOf(w);
        QVERIFY(palette);
        QTest::keyClicks(line(palette), QStringLiteral("1.mlp.down_proj"));
        QVERIFY(palette->findChild<QListWidget*>()->count() > 0);
        QTest::keyClick(line(palette), Qt::Key_Return);
        QTRY_COMPARE(nameOf(w), QStringLiteral("model.layers.1.mlp.down_proj.weight"));
        // Letters with gaps; Down chooses another line.
        palette = paletteOf(w);
        QTest::keyClicks(line(palette), QStringLiteral("lyt run"));
        QVERIFY(palette->findChild<QListWidget*>()->currentItem()->text().contains(QStringLiteral("Layout: Run")));
        QTest::keyClick(line(palette), Qt::Key_Escape);
        QTRY_VERIFY(!palette->isVisible());
        // A recipe of the tool bar or a method: chosen by name, it is on show in the panel or runs.
        const auto tabs = w.window->stage().count();
        palette = paletteOf(w);
        QTest::keyClicks(line(palette), QStringLiteral("toggle light"));
        const bool dark = w.work->theme().dark();
        QTest::keyClick(line(palette), Qt::Key_Return);
        QTRY_COMPARE(w.work->theme().dark(), !dark);
        QCOMPARE(w.window->stage().count(), tabs);
        // Nothing found: Return does nothing, and does not close over it.
        palette = paletteOf(w);
        QTest::keyClicks(line(palette), QStringLiteral("zzqqxx"));
        QCOMPARE(palette->findChild<QListWidget*>()->count(), 0);
        QTest::keyClick(line(palette), Qt::Key_Return);
        palette->close();
    }

    void day_withoutAMouse_fromFilterToComparison()
    {
        WindowFixture w;
        QVERIFY(w.open(QStringLiteral(QS_SAMPLE_DIR)));
        w.work->workspace().addRecipe(WindowFixture::recipe("rtn:bits=3,group=32"));
        w.work->workspace().addRecipe(WindowFixture::recipe("nf:group=64"));
        // Filter, into the tree, a tensor.
        QTest::keyClick(w.window.get(), Qt::Key_F, Qt::ControlModifier);
        auto* filter = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        QVERIFY(filter);
        QTest::keyClicks(filter, QStringLiteral("k_proj block:1"));
        auto* tree = w.window->checkpointPanel().findChild<QTreeView*>();
        QTRY_COMPARE(w.window->checkpointPanel().model().shownTensors(), 1);
        QTest::keyClick(filter, Qt::Key_Down);
        QTRY_COMPARE(QApplication::focusWidget(), tree);
        for (int i = 0; i < 4 && nameOf(w) != QStringLiteral("model.layers.1.self_attn.k_proj.weight"); ++i) QTest::keyClick(tree, Qt::Key_Down);
        QCOMPARE(nameOf(w), QStringLiteral("model.layers.1.self_attn.k_proj.weight"));
        // Run from anywhere; the results are A and B.
        QTest::keyClick(tree, Qt::Key_R, Qt::ControlModifier);
        QVERIFY(w.settle());
        QCOMPARE(w.work->workspace().results().size(), std::size_t(2));
        auto& s = w.work->selection();
        QVERIFY(s.a() && s.b());
        const auto first = s.a();
        const auto second = s.b();
        // The stage's letters.
        QTest::keyClick(w.window.get(), Qt::Key_E, Qt::ControlModifier);
        QVERIFY(w.window->stage().isAncestorOf(QApplication::focusWidget()) || QApplication::focusWidget() == &w.window->stage());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_X);
        QCOMPARE(s.a(), second);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_X);
        QCOMPARE(s.a(), first);
        // A row of the results table as A.
        auto* table = w.window->resultsPanel().table();
        table->setFocus(Qt::TabFocusReason);
        QTest::keyClick(table, Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(table, Qt::Key_Down);
        const auto chosen = w.window->resultsPanel().current();
        QVERIFY(chosen);
        QTest::keyClick(w.window.get(), Qt::Key_E, Qt::ControlModifier);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A);
        QCOMPARE(s.a(), chosen);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_B);
        QCOMPARE(s.b(), chosen);
        // What it is as a command.
        QTest::keyClick(w.window.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY2(QApplication::clipboard()->text().startsWith(QStringLiteral("quantoscope-cli ")), qPrintable(QApplication::clipboard()->text()));
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("k_proj")));
        // On to the next tensor, back, forward.
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_E, Qt::ControlModifier);
        const QString here = nameOf(w);
        filter->clear();
        QTRY_VERIFY(w.window->checkpointPanel().model().shownTensors() > 10);
        w.window->stage().setFocus();
        QTest::keyClick(&w.window->stage(), Qt::Key_J);
        QVERIFY(nameOf(w) != here);
        QTest::keyClick(w.window.get(), Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(nameOf(w), here);
        QTest::keyClick(w.window.get(), Qt::Key_Right, Qt::AltModifier);
        QVERIFY(nameOf(w) != here);
    }

    void jobs_cancelRetryPause_byKeys()
    {
        WindowFixture w;
        QVERIFY(w.open(QStringLiteral(QS_SAMPLE_DIR)));
        std::atomic<bool> go{false};
        std::vector<Job*> jobs;
        for (int i = 0; i < 3; ++i)
            jobs.push_back(w.work->jobs().start<int>(
                QStringLiteral("slow %1").arg(i),
                [&go](const qs::Context& c) -> qs::Result<int> {
                    while (!go && !c.stopped()) QThread::msleep(2);
                    if (c.stopped()) return qs::cancelled();
                    return 0;
                },
                [](qs::Result<int>) {}));
        QTRY_COMPARE(jobs[0]->state(), Job::Running);
        auto& panel = w.window->jobsPanel();
        for (QDockWidget* d : w.window->docks()) d->show();
        panel.model().refresh();
        // All rest and go on: Ctrl+Shift+Space.
        QTest::keyClick(w.window.get(), Qt::Key_Space, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(jobs[2]->state(), Job::Paused);
        QTest::keyClick(w.window.get(), Qt::Key_Space, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(jobs[2]->state() != Job::Paused);
        QTest::qWait(150); // the list gathers changes
        // One is cancelled by its row and the button.
        auto* table = panel.table();
        QVERIFY(panel.model().rowCount() == 3);
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, 0));
        QTest::keyClick(table, Qt::Key_Down);
        QVERIFY(panel.model().job(table->currentIndex()) == jobs[1]);
        QPushButton* cancel = nullptr;
        const auto find = [&] {
            for (auto* b : panel.findChildren<QPushButton*>())
                if (b->text() == QStringLiteral("Cancel")) cancel = b;
            return cancel && cancel->isEnabled();
        };
        if (!QTest::qWaitFor(find, 3000))
            for (auto* b : panel.findChildren<QPushButton*>()) qWarning("%s %d", qPrintable(b->text()), b->isEnabled());
        QVERIFY(find());
        cancel->setFocus(Qt::TabFocusReason);
        QTest::keyClick(cancel, Qt::Key_Space);
        QTRY_COMPARE(jobs[1]->state(), Job::Cancelled);
        QVERIFY(jobs[2]->active());
        // Esc on the stage cancels the rest.
        w.window->stage().setFocus();
        QTest::keyClick(&w.window->stage(), Qt::Key_Escape);
        QTRY_COMPARE(w.work->jobs().activeJobs(), 0);
        for (const Job* j : jobs) QCOMPARE(j->state(), Job::Cancelled);
        go = true;
        // A cell that was cancelled runs again by the menu's action.
        w.work->run({w.work->selection().tensor()}, {WindowFixture::recipe("rtn:bits=4,group=64")});
        w.work->jobs().cancelAll();
        QVERIFY(w.settle());
        const bool cancelled = w.work->workspace().results().empty();
        w.window->actions()["retry_failed"]->trigger();
        QVERIFY(w.settle());
        QVERIFY2(w.work->workspace().results().size() == 1, cancelled ? "not run again" : "run twice");
    }
};

QTEST_MAIN(TestHands)
#include "tst_hands.moc"
