// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simd_level.h"
#include "core/exec/devices.h"
#include "core/exec/parallel_for.h"

#include <QTest>
#include <atomic>
#include <thread>

using namespace qs;
using namespace std::chrono_literals;

class TestPause : public QObject {
    Q_OBJECT
private slots:
    void parallelFor_gateClosedInBetween_everyChunkRunsOnce();
    void parallelFor_gateClosed_arenaStaysFree();
    void parallelFor_stoppedWhileAtRest_returns();
    void parallelFor_nested_restsOnlyOutside();
    void reduceOrdered_withPauses_hasTheSameBits();
    void devices_alwaysHaveTheCpu();
};

void TestPause::parallelFor_gateClosedInBetween_everyChunkRunsOnce()
{
    Context context;
    context.arena = makeArena(3);
    context.gate = std::make_shared<PauseGate>();
    constexpr int kChunks = 400;
    std::vector<std::atomic<int>> runs(kChunks);
    std::atomic<bool> over{false};
    std::thread worker([&] {
        QVERIFY(parallelFor(context, kChunks, 1, [&](std::int64_t b, std::int64_t) {
            ++runs[static_cast<std::size_t>(b)];
            std::this_thread::sleep_for(1ms);
        }));
        over = true;
    });
    int rests = 0;
    while (!over) {
        std::this_thread::sleep_for(10ms);
        context.gate->close();
        for (int i = 0; i < 200 && !over && context.gate->waiting() == 0; ++i) std::this_thread::sleep_for(1ms);
        if (context.gate->waiting() == 1) {
            ++rests;
            int before = 0;
            for (const auto& r : runs) before += r;
            std::this_thread::sleep_for(15ms);
            int after = 0;
            for (const auto& r : runs) after += r;
            if (!over) QCOMPARE(after, before); // really at rest
        }
        context.gate->open();
    }
    worker.join();
    QVERIFY(rests > 1);
    for (const auto& r : runs) QCOMPARE(r.load(), 1);
}

void TestPause::parallelFor_gateClosed_arenaStaysFree()
{
    Context paused;
    paused.arena = makeArena(2);
    paused.gate = std::make_shared<PauseGate>();
    paused.gate->close();
    std::atomic<int> ran{0};
    std::thread worker([&] { QVERIFY(parallelFor(paused, 10, 1, [&](std::int64_t, std::int64_t) { ++ran; })); });
    while (paused.gate->waiting() == 0) std::this_thread::sleep_for(1ms);
    Context other;
    other.arena = paused.arena;
    std::atomic<int> others{0};
    QVERIFY(parallelFor(other, 100, 1, [&](std::int64_t, std::int64_t) { ++others; }));
    QCOMPARE(others.load(), 100);
    QCOMPARE(ran.load(), 0);
    paused.gate->open();
    worker.join();
    QCOMPARE(ran.load(), 10);
}

void TestPause::parallelFor_stoppedWhileAtRest_returns()
{
    std::stop_source stop;
    Context context;
    context.stop = stop.get_token();
    context.gate = std::make_shared<PauseGate>();
    context.gate->close();
    std::atomic<bool> result{true};
    std::thread worker([&] { result = parallelFor(context, 10, 1, [](std::int64_t, std::int64_t) {}); });
    while (context.gate->waiting() == 0) std::this_thread::sleep_for(1ms);
    stop.request_stop();
    worker.join();
    QVERIFY(!result);
}

void TestPause::parallelFor_nested_restsOnlyOutside()
{
    Context context;
    context.arena = makeArena(2);
    context.gate = std::make_shared<PauseGate>();
    std::atomic<int> inner{0};
    std::thread worker([&] {
        parallelFor(context, 4, 1, [&](std::int64_t, std::int64_t) {
            context.gate->close(); // an inner loop must come through, or its thread would hold the arena
            parallelFor(context, 8, 1, [&](std::int64_t, std::int64_t) { ++inner; });
        });
    });
    for (int i = 0; i < 4000 && inner < 32; ++i) {
        std::this_thread::sleep_for(1ms);
        if (context.gate->waiting() > 0) {
            QCOMPARE(inner.load() % 8, 0);
            context.gate->open();
        }
    }
    context.gate->open();
    worker.join();
    QCOMPARE(inner.load(), 32);
}

void TestPause::reduceOrdered_withPauses_hasTheSameBits()
{
    const auto sum = [](const Context& c) {
        return reduceOrdered(
            c, 20000, 16, 0.0,
            [](std::int64_t b, std::int64_t e) {
                double s = 0;
                for (std::int64_t i = b; i < e; ++i) s += 1.0 / static_cast<double>(i + 1);
                return s;
            },
            [](double& total, double part) { total += part; });
    };
    Context context;
    context.arena = makeArena(3);
    const double wanted = sum(context);
    context.gate = std::make_shared<PauseGate>();
    std::atomic<bool> over{false};
    std::thread blinker([&] {
        while (!over) {
            context.gate->close();
            std::this_thread::sleep_for(50us);
            context.gate->open();
            std::this_thread::sleep_for(50us);
        }
    });
    for (int i = 0; i < 20; ++i) QCOMPARE(sum(context), wanted);
    over = true;
    blinker.join();
}

void TestPause::devices_alwaysHaveTheCpu()
{
    QVERIFY(!computeDevices().empty());
    QCOMPARE(computeDevices().front().name, std::string("cpu"));
    const DeviceInfo cpu = computeDevices().front();
    QVERIFY(cpu.title.starts_with("CPU"));
    QVERIFY(cpu.title.find(" thread") != std::string::npos);
    const bool told = cpu.title.find("AVX") != std::string::npos;
    QCOMPARE(told, simdLevel() != SimdLevel::Portable);
    for (const char* here : {"cpu", "auto", ""}) {
        QVERIFY(hasDevice(here));
        QCOMPARE(deviceOrCpu(here).name, std::string("cpu"));
    }
    QVERIFY(!hasDevice("abacus"));
    QCOMPARE(deviceOrCpu("abacus").name, std::string("cpu"));
    QVERIFY(!threadingVersion().empty());
}

QTEST_GUILESS_MAIN(TestPause)
#include "tst_pause.moc"
