// SPDX-License-Identifier: GPL-3.0-or-later
// How long the window stands still when the theme changes, with all pages and docks made: bench_gui_theme SAMPLE [TIMES].
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "tests/support/stall_watch.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>

using namespace qs::gui;

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_gui_theme SAMPLE [TIMES]\n");
        return 2;
    }
    const int times = argc > 2 ? std::max(1, std::atoi(argv[2])) : 6;
    const QTemporaryDir dir;
    Settings settings(dir.filePath(QStringLiteral("settings.ini")));
    Workbench work;
    work.theme().setMode(Theme::Light);
    MainWindow window(work, settings);
    window.confirmClose = [](int) { return true; };
    window.resize(1440, 900);
    window.show();
    window.openPath(QString::fromLocal8Bit(argv[1]));
    const auto settle = [&] {
        for (int calm = 0; calm < 4;) {
            QTest::qWait(25);
            calm = work.jobs().activeJobs() == 0 && work.jobs().activeRequests() == 0 && !work.opening() ? calm + 1 : 0;
        }
    };
    settle();
    const auto tensors = work.defaultTensors();
    for (const char* words : {"afpq:format=nf4,group=64", "nf:group=64", "rtn:bits=3,group=128"})
        if (const auto recipe = qs::quant::parseRecipe(words)) work.run(tensors, {*recipe});
    settle();
    window.applyLayout(MainWindow::Layout::Run);
    for (int i = 0; i < window.stage().count(); ++i) {
        window.stage().setCurrent(i);
        settle();
    }
    std::printf("%d widgets\n", static_cast<int>(QApplication::allWidgets().size()));
    double worst = 0;
    for (int i = 0; i < window.stage().count(); ++i) {
        window.stage().setCurrent(i);
        settle();
        qs::test::StallWatch watch;
        watch.start();
        double direct = 0;
        for (int k = 0; k < times; ++k) {
            QTest::qWait(20);
            QElapsedTimer clock;
            clock.start();
            work.theme().setMode(k % 2 ? Theme::Light : Theme::Dark);
            direct += static_cast<double>(clock.nsecsElapsed()) * 1e-6;
            settle();
        }
        watch.stop();
        const double stall = watch.quantile(1, &qs::test::StallWatch::Turn::own);
        worst = std::max(worst, stall);
        std::printf("theme change on page %s: %.0f ms in the call, longest stall %.0f ms\n", qPrintable(window.stage().id(i)), direct / times, stall);
    }
    std::printf("longest stall at a theme change: %.0f ms (goal 50)\n", worst);
    return 0;
}
