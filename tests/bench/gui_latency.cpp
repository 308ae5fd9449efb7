// SPDX-License-Identifier: GPL-3.0-or-later
// Event-loop latency of the window at 1440 × 900 while all cores quantize: bench_gui_latency MODEL [SECONDS].
// A timer of 1 ms notes how late each turn of the loop comes, and how much of that is not the wait for a processor;
// meanwhile the selection walks, pages change, the mouse moves.
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "tests/support/stall_watch.h"
#include "widgets/panels/checkpoint_panel.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <cstdio>

using namespace qs::gui;

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_gui_latency MODEL [SECONDS]\n");
        return 2;
    }
    const double seconds = argc > 2 ? std::max(1.0, std::atof(argv[2])) : 10;
    const QTemporaryDir dir;
    Settings settings(dir.filePath(QStringLiteral("settings.ini")));
    Workbench work;
    work.theme().setMode(Theme::Light);
    MainWindow window(work, settings);
    window.confirmClose = [](int) { return true; };
    window.resize(1440, 900);
    window.show();
    window.openPath(QString::fromLocal8Bit(argv[1]));
    QElapsedTimer patience;
    patience.start();
    while (work.workspace().checkpoints().empty() && patience.elapsed() < 30000) QTest::qWait(20);
    const auto recipe = qs::quant::parseRecipe("afpq:format=nf4,group=64");
    if (work.workspace().checkpoints().empty() || !recipe) {
        std::fprintf(stderr, "bench_gui_latency: can't open %s\n", argv[1]);
        return 1;
    }
    for (int i = 0; i < window.stage().count(); ++i) {
        window.stage().setCurrent(i);
        QTest::qWait(100);
    }
    const auto tensors = work.defaultTensors();
    int jobs = work.run(tensors, {*recipe});

    qs::test::StallWatch watch;
    QTimer user;
    int turn = 0;
    QObject::connect(&user, &QTimer::timeout, [&] {
        ++turn;
        if (turn % 8 == 0) window.checkpointPanel().step(turn % 64 < 32 ? 1 : -1);
        if (turn % 40 == 0 && window.stage().count() > 0) window.stage().setCurrent((window.stage().current() + 1) % window.stage().count());
        work.selection().hoverCell(Cell{turn % 100, turn * 3 % 200});
        if (work.jobs().activeJobs() < 2) jobs += work.run(tensors, {*recipe});
    });
    watch.start();
    user.start(50);
    QTimer::singleShot(static_cast<int>(seconds * 1000), &app, &QApplication::quit);
    QApplication::exec();
    watch.stop();
    user.stop();
    using Turn = qs::test::StallWatch::Turn;
    const auto line = [&](const char* what, double Turn::*of) {
        std::printf("event loop latency over %.0f s, %zu turns, %d jobs started, %s: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", seconds, watch.turns().size(),
                    jobs, what, watch.quantile(0.5, of), watch.quantile(0.99, of), watch.quantile(1, of));
    };
    line("by the clock", &Turn::late);
    line("without waiting for a processor", &Turn::own);
    work.jobs().cancelAll();
    return 0;
}
