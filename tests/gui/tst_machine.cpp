// SPDX-License-Identifier: GPL-3.0-or-later
// What the window has around it: the device that computes, the desktop that is told of the end of work.
#include "app/gui/flow.h"
#include "app/gui/settings_dialog.h"
#include "core/exec/devices.h"
#include "tests/gui/window_fixture.h"
#include "widgets/panels/log_panel.h"
#include "widgets/panels/status_line.h"

#include <QComboBox>
#include <QDialog>
#include <QSignalSpy>
#include <QSystemTrayIcon>
#include <QThread>

using namespace qs::gui;
using qs::test::WindowFixture;

class TestMachine : public QObject {
    Q_OBJECT
private slots:
    void batch_endsWhileAwayWithoutTray_isToldOnReturn()
    {
        WindowFixture w;
        QVERIFY(!QSystemTrayIcon::isSystemTrayAvailable()); // offscreen has none
        Settings settings(w.dir->filePath(QStringLiteral("other.ini")));
        MainWindow window(*w.work, settings); // its notification is the real one
        window.confirmClose = [](int) { return true; };
        window.show();
        window.activateWindow();
        QTRY_VERIFY(window.isActiveWindow());
        QDialog other;
        other.show();
        other.activateWindow();
        QTRY_VERIFY(!window.isActiveWindow());
        QSignalSpy ended(&w.work->jobs(), &JobRunner::batchEnded);
        w.work->jobs().start<int>(
            QStringLiteral("long"),
            [](const qs::Context&) -> qs::Result<int> {
                QThread::msleep(1100);
                return 0;
            },
            [](qs::Result<int>) {});
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 8000);
        window.statusLine().tell(QStringLiteral("something else")); // what stood there has gone in the meantime
        QVERIFY(!window.statusLine().valueText().contains(QStringLiteral("1 job done")));

        other.close();
        window.activateWindow();
        QTRY_VERIFY(window.isActiveWindow());

        QTRY_VERIFY(window.statusLine().valueText().contains(QStringLiteral("1 job done")));
        window.statusLine().tell(QStringLiteral("something else")); // once
        w.window->activateWindow();
        window.activateWindow();
        QTRY_VERIFY(window.isActiveWindow());
        QVERIFY(!window.statusLine().valueText().contains(QStringLiteral("1 job done")));
        window.close();
    }

    void device_ofTheSettings_isTheOneThatJobsUse()
    {
        WindowFixture w;
        const auto warnings = [](MainWindow& window) {
            int n = 0;
            for (const QString& line : window.flow().log().model().text().split(QLatin1Char('\n'))) n += line.contains(QStringLiteral("device"));
            return n;
        };
        QCOMPARE(w.work->device(), QStringLiteral("cpu"));
        QCOMPARE(warnings(*w.window), 0);
        // A device that was taken out since: the CPU, one line, and the setting stays for when it is back.
        w.settings->setDevice(QStringLiteral("abacus"));
        w.window = std::make_unique<MainWindow>(*w.work, *w.settings);
        w.window->confirmClose = [](int) { return true; };
        w.window->show();
        QCOMPARE(w.work->device(), QStringLiteral("cpu"));
        QCOMPARE(warnings(*w.window), 1);
        QVERIFY(w.window->flow().log().model().text().contains(QStringLiteral("abacus")));
        QVERIFY(w.open(QStringLiteral(QS_SAMPLE_DIR)));
        w.work->run({w.work->selection().tensor()}, {WindowFixture::recipe("rtn")});
        QTRY_COMPARE_WITH_TIMEOUT(w.work->workspace().results().size(), std::size_t(1), 30000);
        QCOMPARE(w.work->workspace().results().front()->device, std::string("cpu"));
        QCOMPARE(warnings(*w.window), 1);
        QCOMPARE(Settings(w.dir->filePath(QStringLiteral("settings.ini"))).device(), QStringLiteral("abacus"));

        SettingsDialog dialog(*w.work, *w.settings, w.dir->filePath(QStringLiteral("cache.json")).toStdString());
        auto* box = [&dialog] {
            for (auto* b : dialog.findChildren<QComboBox*>())
                if (b->accessibleName() == QStringLiteral("Device")) return b;
            return static_cast<QComboBox*>(nullptr);
        }();
        QVERIFY(box);
        const auto devices = qs::computeDevices();
        QCOMPARE(box->count(), static_cast<int>(devices.size()));
        for (int i = 0; i < box->count(); ++i) {
            QCOMPARE(box->itemData(i).toString().toStdString(), devices[static_cast<std::size_t>(i)].name);
            QVERIFY(box->itemText(i).contains(QStringLiteral("thread")));
        }
        dialog.accept();
        QCOMPARE(w.settings->device(), QStringLiteral("cpu"));
    }
};

QTEST_MAIN(TestMachine)
#include "tst_machine.moc"
