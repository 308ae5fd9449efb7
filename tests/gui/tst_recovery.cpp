// SPDX-License-Identifier: GPL-3.0-or-later
// A program that is killed comes back with what was open and goes on at the next tensor.
#include "app/gui/flow.h"
#include "app/gui/main_window.h"
#include "app/gui/recovery.h"
#include "app/gui/session_store.h"
#include "app/gui/settings.h"
#include "core/study/result_cache.h"
#include "widgets/panels/notice_bar.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

using namespace qs::gui;

namespace {

struct Window {
    explicit Window(const QString& folder, const QString& cache = {}) : settings(folder + QStringLiteral("/settings.ini")), work(nullptr, 2)
    {
        if (!cache.isEmpty()) work.setCache(std::make_shared<qs::study::ResultCache>(cache.toStdString(), std::uint64_t(1) << 30));
        window = std::make_unique<MainWindow>(work, settings);
        window->confirmClose = [](int) { return true; };
        window->show();
    }
    Settings settings;
    Workbench work;
    std::unique_ptr<MainWindow> window;
};

QPushButton* choice(NoticeBar& bar, int number)
{
    int i = 0;
    for (QPushButton* b : bar.findChildren<QPushButton*>())
        if (b->isVisible() && i++ == number) return b;
    return nullptr;
}

QStringList recoveryFiles(const QString& folder) { return QDir(folder).entryList({QStringLiteral("recovery-*.qscope")}, QDir::Files); }

} // namespace

class TestRecovery : public QObject {
    Q_OBJECT
private slots:
    void program_killed_comesBackAndResumes();
    void window_closedProperly_leavesNothing();
    void window_discard_takesTheFileAway();
    void file_damaged_isTakenAwaySilently();
    void window_twoAtATime_areNotOfferedEachOther();
};

void TestRecovery::program_killed_comesBackAndResumes()
{
    const QTemporaryDir dir;
    const QString state = dir.filePath(QStringLiteral("state/quantoscope"));
    const QString cache = dir.filePath(QStringLiteral("cache"));
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), dir.path());
    environment.insert(QStringLiteral("XDG_STATE_HOME"), dir.filePath(QStringLiteral("state")));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), dir.filePath(QStringLiteral("config")));
    environment.insert(QStringLiteral("QUANTOSCOPE_CACHE"), cache);
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    QProcess program;
    program.setProcessEnvironment(environment);
    program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QStringList call{QStringLiteral(QS_SAMPLE_DIR)};
    // Enough work that a kill meets it half way.
    for (int i = 0; i < 30; ++i) call << QStringLiteral("--run") << QStringLiteral("hqq:iterations=%1").arg(150 + i);
    program.start(QStringLiteral(QS_WINDOW), call);
    QVERIFY(program.waitForStarted(20000));
    // Until its file tells of results and of work to go.
    SessionStore::RecoverySummary before;
    for (int i = 0; i < 600 && program.state() == QProcess::Running; ++i) {
        QTest::qWait(50);
        const QStringList files = recoveryFiles(state);
        if (files.isEmpty()) continue;
        const auto s = SessionStore::readRecovery(state + QLatin1Char('/') + files.first(), {});
        if (!s) continue;
        before = *s;
        if (before.results > 0 && before.pending > 0) break;
    }
    QVERIFY2(before.results > 0 && before.pending > 0, qPrintable(QStringLiteral("%1 results, %2 to go").arg(before.results).arg(before.pending)));
    ::kill(static_cast<pid_t>(program.processId()), SIGKILL);
    QVERIFY(program.waitForFinished(20000));
    QCOMPARE(program.exitStatus(), QProcess::CrashExit);

    Window again(dir.path(), cache);
    MainWindow& window = *again.window;
    NoticeBar& bar = window.notice();
    window.flow().startRecovery(state);
    QTRY_VERIFY_WITH_TIMEOUT(bar.isVisible(), 10000);
    QVERIFY2(bar.text().contains(QStringLiteral("to go")), qPrintable(bar.text()));
    QVERIFY(again.work.workspace().checkpoints().empty()); // an offer, nothing more
    QTest::mouseClick(choice(bar, 0), Qt::LeftButton);
    QVERIFY(!bar.isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(again.work.workspace().checkpoints().size(), std::size_t(1), 20000);
    const auto& workspace = again.work.workspace();
    QCOMPARE(workspace.recipes().size(), std::size_t(30));
    const auto all = static_cast<std::size_t>(before.results + before.pending);
    QVERIFY(workspace.results().size() >= static_cast<std::size_t>(before.results));
    for (const auto& r : workspace.results()) QVERIFY(r->artefact && r->decoder);
    QVERIFY(again.work.jobs().activeJobs() > 0);
    QVERIFY(again.work.selection().tensorInfo());
    // What is left is run, not all of it again.
    QVERIFY(static_cast<int>(again.work.jobs().jobs().size()) <= before.pending);
    again.work.jobs().cancelAll();
    QTRY_COMPARE_WITH_TIMEOUT(again.work.jobs().activeJobs(), 0, 20000);
    QVERIFY(workspace.results().size() <= all);
    // The old file has gone, this window's own took its place.
    QTRY_COMPARE_WITH_TIMEOUT(recoveryFiles(state).size(), 1, 10000);
    QVERIFY(recoveryFiles(state).first().contains(QString::number(QCoreApplication::applicationPid())));
    window.close();
    QTRY_VERIFY(recoveryFiles(state).isEmpty());
}

void TestRecovery::window_closedProperly_leavesNothing()
{
    const QTemporaryDir dir;
    Window w(dir.path());
    w.window->flow().startRecovery(dir.filePath(QStringLiteral("state")));
    QSignalSpy kept(w.window->flow().recovery(), &Recovery::kept);
    w.window->openPath(QStringLiteral(QS_SAMPLE_DIR));
    QTRY_VERIFY_WITH_TIMEOUT(kept.count() > 0, 20000);
    QVERIFY(QFile::exists(w.window->flow().recovery()->file()));
    w.window->close();
    QTRY_VERIFY(recoveryFiles(dir.filePath(QStringLiteral("state"))).isEmpty());
}

void TestRecovery::window_discard_takesTheFileAway()
{
    const QTemporaryDir dir;
    const QString left = dir.filePath(QStringLiteral("state/recovery-1.qscope"));
    QDir().mkpath(dir.filePath(QStringLiteral("state")));
    {
        Window w(dir.path());
        w.window->openPath(QStringLiteral(QS_SAMPLE_DIR));
        QTRY_COMPARE_WITH_TIMEOUT(w.work.workspace().checkpoints().size(), std::size_t(1), 20000);
        bool done = false;
        w.window->session().saveRecovery(left, {}, [&](const qs::Status& s) { done = s.has_value(); });
        QTRY_VERIFY_WITH_TIMEOUT(done, 10000);
    }
    Window w(dir.path());
    w.window->flow().startRecovery(dir.filePath(QStringLiteral("state")));
    QTRY_VERIFY_WITH_TIMEOUT(w.window->notice().isVisible(), 10000);
    QVERIFY(!w.window->notice().text().contains(QStringLiteral("to go")));
    QTest::mouseClick(choice(w.window->notice(), 1), Qt::LeftButton);
    QVERIFY(!QFile::exists(left));
    QVERIFY(w.work.workspace().checkpoints().empty());
}

void TestRecovery::file_damaged_isTakenAwaySilently()
{
    const QTemporaryDir dir;
    QDir().mkpath(dir.filePath(QStringLiteral("state")));
    const QString left = dir.filePath(QStringLiteral("state/recovery-1.qscope"));
    QFile f(left);
    QVERIFY(f.open(QIODevice::WriteOnly));
    f.write("not a database at all");
    f.close();
    Window w(dir.path());
    w.window->flow().startRecovery(dir.filePath(QStringLiteral("state")));
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(left), 10000);
    QVERIFY(!w.window->notice().isVisible());
}

void TestRecovery::window_twoAtATime_areNotOfferedEachOther()
{
    const QTemporaryDir dir;
    const QString state = dir.filePath(QStringLiteral("state"));
    QDir().mkpath(state);
    // A file of a living process: ours, under another name than the one this window takes.
    const QString other = state + QStringLiteral("/recovery-2.qscope");
    QFile f(other);
    QVERIFY(f.open(QIODevice::WriteOnly));
    f.close();
    QLockFile lock(other + QStringLiteral(".lock"));
    lock.setStaleLockTime(0);
    QVERIFY(lock.tryLock(0));
    Window w(dir.path());
    w.window->flow().startRecovery(state);
    QTest::qWait(200);
    QVERIFY(QFile::exists(other));
    QVERIFY(!w.window->notice().isVisible());
}

QTEST_MAIN(TestRecovery)
#include "tst_recovery.moc"
