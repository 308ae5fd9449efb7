// SPDX-License-Identifier: GPL-3.0-or-later
// Signals in the middle of an export: nothing half-written, the target as it was.
#include "tests/cli/cli_runner.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

using qs::test::fingerprint;
using qs::test::runCli;
using qs::test::sampleFolder;

class TestCliInterruption : public QObject {
    Q_OBJECT
private slots:
    void signal_midRun_leavesNothing_data();
    void signal_midRun_leavesNothing();
    void kill_atManyMoments_leavesTargetAsItWas();

private:
    static QStringList exportTo(const QString& out)
    {
        return {"quantize", sampleFolder(), "--recipe", "kmeans:bits=4,group=64", "--tensor", "*proj*", "--out", out, "--format",
                "quantoscope", "--threads", "1", "--force"};
    }
};

void TestCliInterruption::signal_midRun_leavesNothing_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("SIGINT") << SIGINT << 130;
    QTest::newRow("SIGTERM") << SIGTERM << 143;
}

void TestCliInterruption::signal_midRun_leavesNothing()
{
    QFETCH(int, signal);
    QFETCH(int, exitCode);
    bool stopped = false;
    for (int wait = 30; wait <= 960 && !stopped; wait *= 2) { // early enough to hit the work on any machine
        QTemporaryDir dir;
        QProcess process;
        process.start(QStringLiteral(QS_CLI), exportTo(dir.filePath("o")));
        QVERIFY(process.waitForStarted());
        QTest::qSleep(wait);
        ::kill(static_cast<pid_t>(process.processId()), signal);
        QVERIFY(process.waitForFinished(60'000));
        if (process.exitStatus() == QProcess::CrashExit || process.exitCode() == 0) continue; // before main, or done
        QCOMPARE(process.exitCode(), exitCode);
        stopped = true;
        QVERIFY(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty());
    }
    if (!stopped) QSKIP("the export is too quick here to be hit");
}

void TestCliInterruption::kill_atManyMoments_leavesTargetAsItWas()
{
    QTemporaryDir dir;
    const QString out = dir.filePath("o");
    QElapsedTimer timer;
    timer.start();
    const auto first = runCli(exportTo(out));
    QVERIFY2(first.exitCode == 0, first.err.constData());
    const auto whole = timer.elapsed();
    const auto before = fingerprint(out);
    for (int part = 1; part <= 9; ++part) {
        QProcess process;
        process.start(QStringLiteral(QS_CLI), exportTo(out) + QStringList{"--seed", "7"});
        QVERIFY(process.waitForStarted());
        QTest::qSleep(static_cast<int>(whole * part / 10));
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        QVERIFY(process.waitForFinished(60'000));
        // either the old one to the byte, or a whole new one where the kill came after the exchange
        if (fingerprint(out) != before) QCOMPARE(runCli({"verify", out}).exitCode, 0);
    }
    QCOMPARE(runCli(exportTo(out)).exitCode, 0);
    QCOMPARE(runCli({"verify", out}).exitCode, 0);
}

QTEST_GUILESS_MAIN(TestCliInterruption)
#include "tst_cli_interruption.moc"
