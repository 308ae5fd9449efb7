// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/exec/thread_guard.h"
#include "core/io/format_registry.h"

#include <QtTest>
#include <thread>

using namespace qs;

namespace {

std::vector<std::string>& seen()
{
    static std::vector<std::string> names;
    return names;
}
void note(const char* what) { seen().emplace_back(what); }

} // namespace

class TestThreadGuard : public QObject {
    Q_OBJECT
private slots:
    void init() { seen().clear(); }
    void cleanup() { forbidWorkHere(nullptr); }

    void unmarkedThread_isNotReported()
    {
        parallelFor({}, 4, 1, [](std::int64_t, std::int64_t) {});
        QVERIFY(seen().empty());
    }
    void markedThread_reportsLoopOpeningAndReading()
    {
        auto source = io::openModel(QS_SOURCE_DIR "/resources/sample", {});
        QVERIFY(source);
        forbidWorkHere(note);
        parallelFor({}, 4, 1, [](std::int64_t, std::int64_t) {});
        QCOMPARE(seen().size(), std::size_t(1));
        QVERIFY(io::openModel(QS_SOURCE_DIR "/resources/sample", {}));
        QVERIFY(seen().size() > 1);
        seen().clear();
        float one = 0;
        QVERIFY((*source)->readFloats((*source)->tensors[0], 0, 1, {&one, 1}));
        QVERIFY(!seen().empty());
    }
    void allowWork_suspendsTheMark()
    {
        forbidWorkHere(note);
        {
            const AllowWork fixture;
            parallelFor({}, 4, 1, [](std::int64_t, std::int64_t) {});
        }
        QVERIFY(seen().empty());
        parallelFor({}, 4, 1, [](std::int64_t, std::int64_t) {});
        QCOMPARE(seen().size(), std::size_t(1));
    }
    void otherThreads_areNotMarked()
    {
        forbidWorkHere(note);
        std::thread([] { parallelFor({}, 4, 1, [](std::int64_t, std::int64_t) {}); }).join();
        QVERIFY(seen().empty());
    }
};

QTEST_GUILESS_MAIN(TestThreadGuard)
#include "tst_thread_guard.moc"
