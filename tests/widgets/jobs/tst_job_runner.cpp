// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "widgets/jobs/job_runner.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <atomic>
#include <cstdlib>
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

    void jobs_moved_runInTheNewOrder()
    {
        JobRunner jobs(nullptr, 1);
        std::vector<int> order;
        std::atomic<bool> go{false};
        const auto add = [&](int n) {
            return jobs.start<int>(
                QString::number(n),
                [&go, n](const Context& c) -> Result<int> {
                    while (!go && !c.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    return n;
                },
                [&](Result<int> r) { order.push_back(*r); });
        };
        std::vector<Job*> all;
        for (int i = 0; i < 5; ++i) all.push_back(add(i));
        QTRY_COMPARE(all[0]->state(), Job::Running);
        QVERIFY(!jobs.canMove(all[0]));
        jobs.move(all[4], 0); // never before the one that runs
        jobs.move(all[1], 5); // to the end
        QCOMPARE(jobs.jobs()[1], all[4]);
        QCOMPARE(jobs.jobs()[4], all[1]);
        jobs.move(all[0], 3);
        QCOMPARE(jobs.jobs()[0], all[0]);
        go = true;
        QTRY_COMPARE(order.size(), std::size_t(5));
        QCOMPARE(order, (std::vector<int>{0, 4, 2, 3, 1}));
    }

    void job_paused_restsAndTheNextRuns()
    {
        JobRunner jobs(nullptr, 2);
        std::atomic<int> chunks{0};
        const auto loop = [&](const Context& c) -> Result<int> {
            if (!parallelFor(c, 400, 1, [&](std::int64_t, std::int64_t) {
                    ++chunks;
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }))
                return cancelled();
            return 0;
        };
        int ended = 0;
        Job* first = jobs.start<int>(QStringLiteral("first"), loop, [&](Result<int> r) { ended += r ? 1 : 0; });
        Job* second = jobs.start<int>(QStringLiteral("second"), [](const Context&) -> Result<int> { return 1; }, [&](Result<int> r) { ended += r ? 1 : 0; });
        QTRY_COMPARE(first->state(), Job::Running);
        QTRY_VERIFY(chunks > 5);
        jobs.pause(first);
        QCOMPARE(first->state(), Job::Paused);
        QTRY_VERIFY(first->resting());
        const int at = chunks;
        QTRY_COMPARE(second->state(), Job::Done);
        QTest::qWait(60);
        QCOMPARE(chunks.load(), at);
        QCOMPARE(jobs.activeJobs(), 1);
        const double seconds = first->seconds();
        QTest::qWait(30);
        QCOMPARE(first->seconds(), seconds); // a pause takes no time
        jobs.resume(first);
        QTRY_COMPARE(first->state(), Job::Done);
        QCOMPARE(chunks.load(), 400);
        QCOMPARE(ended, 2);
    }

    void job_pausedBeforeItBegan_waitsForResume()
    {
        JobRunner jobs(nullptr, 1);
        std::atomic<bool> go{false};
        Job* first = jobs.start<int>(
            QStringLiteral("first"),
            [&](const Context& c) -> Result<int> {
                while (!go && !c.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                return 0;
            },
            [](Result<int>) {});
        Job* second = jobs.start<int>(QStringLiteral("second"), [](const Context&) -> Result<int> { return 0; }, [](Result<int>) {});
        jobs.pause(second);
        go = true;
        QTRY_COMPARE(first->state(), Job::Done);
        QTest::qWait(60);
        QCOMPARE(second->state(), Job::Paused);
        jobs.resume(second);
        QTRY_COMPARE(second->state(), Job::Done);
    }

    void job_pausedAndCancelled_ends()
    {
        JobRunner jobs(nullptr, 2);
        int got = 0;
        const auto loop = [](const Context& c) -> Result<int> {
            if (!parallelFor(c, 1000, 1, [](std::int64_t, std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); })) return cancelled();
            return 0;
        };
        Job* runs = jobs.start<int>(QStringLiteral("runs"), loop, [&](Result<int> r) { got += !r; });
        QTRY_COMPARE(runs->state(), Job::Running);
        jobs.pause(runs);
        QTRY_VERIFY(runs->resting());
        Job* waits = jobs.start<int>(QStringLiteral("waits"), loop, [&](Result<int> r) { got += !r; });
        jobs.pause(waits);
        runs->cancel();
        waits->cancel();
        QTRY_COMPARE(runs->state(), Job::Cancelled);
        QTRY_COMPARE(waits->state(), Job::Cancelled);
        QCOMPARE(got, 2);
        // and the queue goes on
        Job* after = jobs.start<int>(QStringLiteral("after"), [](const Context&) -> Result<int> { return 0; }, [](Result<int>) {});
        QTRY_COMPARE(after->state(), Job::Done);
    }

    void jobs_anyOrderOfCommands_allEnd()
    {
        // A random walk of pause, resume, move and cancel: whatever happens, every job ends and the queue never sticks.
        JobRunner jobs(nullptr, 2);
        std::srand(7);
        int ended = 0;
        std::vector<Job*> all;
        for (int i = 0; i < 60; ++i)
            all.push_back(jobs.start<int>(
                QString::number(i),
                [](const Context& c) -> Result<int> {
                    if (!parallelFor(c, 6, 1, [](std::int64_t, std::int64_t) { std::this_thread::sleep_for(std::chrono::microseconds(300)); })) return cancelled();
                    return 0;
                },
                [&](Result<int>) { ++ended; }));
        for (int i = 0; i < 600; ++i) {
            Job* j = all[static_cast<std::size_t>(std::rand()) % all.size()];
            switch (std::rand() % 5) {
            case 0:
            case 1: jobs.pause(j); break;
            case 2: jobs.resume(j); break;
            case 3: jobs.move(j, std::rand() % 60); break;
            case 4:
                if (std::rand() % 12 == 0) j->cancel();
                break;
            }
            if (i % 7 == 0) QTest::qWait(1);
        }
        for (Job* j : all) jobs.resume(j);
        QTRY_COMPARE_WITH_TIMEOUT(ended, 60, 20000);
        QCOMPARE(jobs.activeJobs(), 0);
    }

    void batch_ended_isToldOnceWithCounts()
    {
        JobRunner jobs(nullptr, 1);
        QSignalSpy batch(&jobs, &JobRunner::batchEnded);
        for (int i = 0; i < 3; ++i)
            jobs.start<int>(
                QStringLiteral("j"), [i](const Context&) -> Result<int> { return i == 1 ? Result<int>(fail(ErrorCode::Internal, "no")) : Result<int>(i); },
                [](Result<int>) {});
        QTRY_COMPARE(batch.count(), 1);
        QTest::qWait(30);
        QCOMPARE(batch.count(), 1);
        QCOMPARE(batch[0][0].toInt(), 2);
        QCOMPARE(batch[0][1].toInt(), 1);
        QCOMPARE(batch[0][2].toInt(), 0);
    }

    void job_log_tellsWhatHappened()
    {
        JobRunner jobs(nullptr, 1);
        Job* job = jobs.start<int>(
            QStringLiteral("logs"),
            [](const Context& c) -> Result<int> {
                c.note("read tensor x");
                return fail(Error(ErrorCode::Lacking, "nothing there"));
            },
            [](Result<int>) {});
        QTRY_COMPARE(job->state(), Job::Failed);
        const auto log = job->log();
        QCOMPARE(log.size(), std::size_t(3));
        QVERIFY(log[0].text.starts_with("started"));
        QCOMPARE(log[1].text, std::string("read tensor x"));
        QVERIFY(log[2].text.find("nothing there") != std::string::npos);
        QVERIFY(job->peakBytes() > 0);
        QVERIFY(job->seconds() > 0); // however short it was
        QVERIFY(log[2].when >= log[0].when);
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
