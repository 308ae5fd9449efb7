// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/jobs/job_runner.h"

#include <QElapsedTimer>
#include <QTest>
#include <atomic>
#include <thread>

using namespace qs;
using namespace qs::gui;

class TestJobRunner : public QObject {
    Q_OBJECT
private slots:
    void request_newerOfSameKey_supersedesOlder()
    {
        JobRunner jobs(nullptr, 1);
        QObject owner;
        std::vector<int> got;
        for (int i = 0; i < 20; ++i)
            jobs.request<int>(
                &owner, QStringLiteral("k"),
                [i](const Context& c) -> Result<int> {
                    for (int k = 0; k < 20 && !c.stopped(); ++k) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    return i;
                },
                [&](Result<int> r) { got.push_back(*r); });
        QTRY_COMPARE(jobs.activeRequests(), 0);
        QTest::qWait(50);
        QCOMPARE(got, std::vector<int>{19});
    }

    void request_ownerDied_doneIsNotCalled()
    {
        JobRunner jobs(nullptr, 1);
        bool called = false;
        {
            QObject owner;
            jobs.request<int>(
                &owner, QStringLiteral("k"),
                [](const Context&) -> Result<int> {
                    std::this_thread::sleep_for(std::chrono::milliseconds(30));
                    return 1;
                },
                [&](Result<int>) { called = true; });
        }
        QTest::qWait(120);
        QVERIFY(!called);
    }

    void job_cancelled_endsWithin100Milliseconds()
    {
        JobRunner jobs(nullptr, 2);
        std::optional<ErrorCode> code;
        Job* job = jobs.start<int>(
            QStringLiteral("endless"),
            [](const Context& c) -> Result<int> {
                while (!c.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                return cancelled();
            },
            [&](Result<int> r) { code = r.error().code; });
        QTRY_COMPARE(job->state(), Job::Running);
        QElapsedTimer clock;
        clock.start();
        job->cancel();
        QTRY_COMPARE(job->state(), Job::Cancelled);
        QVERIFY2(clock.elapsed() < 100, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(code == ErrorCode::Cancelled);
    }

    void job_throws_failsInWords()
    {
        JobRunner jobs(nullptr, 1);
        Job* job = jobs.start<int>(
            QStringLiteral("throws"), [](const Context&) -> Result<int> { throw std::runtime_error("no luck"); }, [](Result<int>) {});
        QTRY_COMPARE(job->state(), Job::Failed);
        QVERIFY(job->error()->text().find("no luck") != std::string::npos);
    }

    void runner_destroyedWhileRunning_cancelsAndWaits()
    {
        std::atomic<int> inside{0};
        bool called = false;
        {
            JobRunner jobs(nullptr, 2);
            QObject owner;
            for (int i = 0; i < 4; ++i) {
                const auto work = [&](const Context& c) -> Result<int> {
                    ++inside;
                    while (!c.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    --inside;
                    return cancelled();
                };
                jobs.start<int>(QStringLiteral("j"), work, [&](Result<int>) { called = true; });
                jobs.request<int>(&owner, QString::number(i), work, [&](Result<int>) { called = true; });
            }
            QTRY_VERIFY(inside > 0);
        }
        QCOMPARE(inside.load(), 0);
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }

    void job_progress_isReported()
    {
        JobRunner jobs(nullptr, 1);
        std::atomic<bool> go{false};
        Job* job = jobs.start<int>(
            QStringLiteral("half"),
            [&](const Context& c) -> Result<int> {
                c.progress->expect(100);
                c.advance(50);
                while (!go && !c.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                return 0;
            },
            [](Result<int>) {});
        QTRY_COMPARE(job->fraction(), 0.5);
        go = true;
        QTRY_COMPARE(job->state(), Job::Done);
        QCOMPARE(job->fraction(), 1.0);
    }
};

QTEST_MAIN(TestJobRunner)
#include "tst_job_runner.moc"
