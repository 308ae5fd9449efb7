// SPDX-License-Identifier: GPL-3.0-or-later
// How quick the window is, on the sample and on a synthetic 100 GB checkpoint: bench_gui_window SAMPLE.
// Start to visible (warm, median of five processes), opening to a usable tree, first picture of a 4096² tensor, frames
// of a 16k × 16k heat map, a change of the selection through all views, resident memory of the idle window.
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "tests/support/synthetic_checkpoint.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/plots/heatmap/heat_map_view.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>
#include <QWheelEvent>
#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace qs::gui;

namespace {

double nowMs() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double residentMegabytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    return file.readAll().split(' ').value(1).toDouble() * 4096 / 1e6;
}

double quantile(std::vector<double> v, double p)
{
    if (v.empty()) return 0;
    std::sort(v.begin(), v.end());
    return v[std::min(v.size() - 1, static_cast<std::size_t>(p * static_cast<double>(v.size())))];
}

// A turn of the event loop that never sleeps longer than a millisecond.
template <class Condition>
bool until(Condition&& condition, int milliseconds = 60000)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > milliseconds) return false;
        QApplication::processEvents(QEventLoop::AllEvents, 1);
    }
    return true;
}

struct Desk {
    explicit Desk(const QString& settingsFile) : settings(settingsFile), window((work.theme().setMode(Theme::Light), work), settings)
    {
        window.confirmClose = [](int) { return true; };
        window.resize(1440, 900);
        window.show();
    }
    Settings settings;
    Workbench work;
    MainWindow window;
    bool calm() { return work.jobs().activeJobs() == 0 && work.jobs().activeRequests() == 0 && !work.opening(); }
};

// A child of its own: prints the time from its parent's mark to its first exposed and painted window, and what it takes.
int childMain(double mark, const QString& folder)
{
    Desk desk(folder + QStringLiteral("/settings.ini"));
    until([&] { return QTest::qWaitForWindowExposed(&desk.window, 1); });
    desk.window.repaint();
    const double shown = nowMs() - mark;
    QTest::qWait(300);
    std::printf("%.1f %.1f\n", shown, residentMegabytes());
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == QStringLiteral("--child")) return childMain(arguments[2].toDouble(), arguments[3]);
    if (arguments.size() != 2) {
        std::fprintf(stderr, "usage: bench_gui_window SAMPLE\n");
        return 2;
    }
    const QTemporaryDir dir;
    std::vector<double> shown;
    std::vector<double> idle;
    for (int i = 0; i < 6; ++i) {
        QProcess child;
        child.start(QApplication::applicationFilePath(), {QStringLiteral("--child"), QString::number(nowMs(), 'f', 3), dir.path()});
        child.waitForFinished(60000);
        const auto words = QString::fromLatin1(child.readAllStandardOutput()).split(QLatin1Char(' '));
        if (i == 0 || words.size() != 2) continue; // the first one warms the file cache
        shown.push_back(words[0].toDouble());
        idle.push_back(words[1].toDouble());
    }
    std::printf("start to visible window: %.0f ms (goal 500), resident when idle: %.0f MB (goal 150)\n", quantile(shown, 0.5), quantile(idle, 0.5));

    const QString huge = dir.filePath(QStringLiteral("huge"));
    QDir().mkpath(huge);
    if (qs::test::makeHugeCheckpoint(huge.toStdString())) {
        Desk desk(dir.filePath(QStringLiteral("a.ini")));
        QTest::qWait(200);
        const double before = residentMegabytes();
        const double start = nowMs();
        desk.window.openPath(huge);
        auto* tree = desk.window.checkpointPanel().findChild<QTreeView*>();
        until([&] { return !desk.work.workspace().checkpoints().empty() && tree && tree->isVisible() && tree->model()->rowCount() > 0; });
        desk.window.repaint();
        std::printf("100 GB, 10,000 tensors, open to a usable tree: %.0f ms (goal 300), resident +%.0f MB\n", nowMs() - start,
                    residentMegabytes() - before);
        until([&] { return desk.calm(); });
    }
    const std::string big = dir.filePath(QStringLiteral("big.safetensors")).toStdString();
    if (qs::test::makeLargeTensor(big, 4096)) {
        Desk desk(dir.filePath(QStringLiteral("b.ini")));
        desk.window.openPath(QString::fromStdString(big));
        until([&] { return !desk.work.workspace().checkpoints().empty() && desk.calm(); });
        desk.window.stage().showPage(QStringLiteral("heatmap"));
        desk.work.selection().setTensor({});
        until([&] { return desk.calm(); });
        auto* map = desk.window.stage().currentPage()->findChild<HeatMapView*>();
        const double start = nowMs();
        desk.work.selection().setTensor({desk.work.workspace().checkpoints().front().id, 0});
        until([&] { return map && map->hasPicture(); });
        map->repaint();
        std::printf("first picture of a selected 4096 x 4096 tensor: %.0f ms (goal 150)\n", nowMs() - start);
        until([&] { return desk.calm(); });
    }
    if (qs::test::makeLargeTensor(big, 16384)) {
        Desk desk(dir.filePath(QStringLiteral("c.ini")));
        desk.window.openPath(QString::fromStdString(big));
        until([&] { return !desk.work.workspace().checkpoints().empty() && desk.calm(); });
        desk.window.stage().showPage(QStringLiteral("heatmap"));
        until([&] { return desk.calm(); });
        desk.work.selection().setTensor({desk.work.workspace().checkpoints().front().id, 0});
        auto* map = desk.window.stage().currentPage()->findChild<HeatMapView*>();
        until([&] { return map && map->hasPicture() && desk.calm(); });
        std::vector<double> frames;
        for (int i = 0; map && i < 400; ++i) {
            const double start = nowMs();
            const QPointF at(map->width() * (0.3 + 0.4 * ((i * 37) % 100) / 100.0), map->height() * (0.3 + 0.4 * ((i * 61) % 100) / 100.0));
            if (i % 4 != 3) {
                QWheelEvent event(at, map->mapToGlobal(at), {}, {0, i % 40 < 20 ? 120 : -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
                QApplication::sendEvent(map, &event);
            } else {
                QTest::mousePress(map, Qt::LeftButton, {}, at.toPoint());
                QMouseEvent move(QEvent::MouseMove, at + QPointF(30, 20), map->mapToGlobal(at + QPointF(30, 20)), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
                QApplication::sendEvent(map, &move);
                QTest::mouseRelease(map, Qt::LeftButton, {}, (at + QPointF(30, 20)).toPoint());
            }
            map->repaint();
            frames.push_back(nowMs() - start);
            QTest::qWait(8);
        }
        std::printf("pan and zoom of a 16384 x 16384 heat map: p50 %.1f ms, p99 %.1f ms a frame (goal 16)\n", quantile(frames, 0.5), quantile(frames, 0.99));
        until([&] { return desk.calm(); });
    }
    {
        Desk desk(dir.filePath(QStringLiteral("d.ini")));
        desk.window.openPath(arguments[1]);
        until([&] { return !desk.work.workspace().checkpoints().empty() && desk.calm(); });
        const auto tensors = desk.work.defaultTensors();
        if (const auto recipe = qs::quant::parseRecipe("afpq:format=nf4,group=64"); recipe && !tensors.empty()) {
            desk.work.run(tensors, {*recipe});
            until([&] { return desk.calm(); });
        }
        for (int page = 0; page < desk.window.stage().count(); ++page) {
            desk.window.stage().setCurrent(page);
            until([&] { return desk.calm(); });
            std::vector<double> times;
            for (std::size_t i = 0; i < std::min<std::size_t>(tensors.size(), 20); ++i) {
                const double start = nowMs();
                desk.work.selection().setTensor(tensors[i]);
                until([&] { return desk.calm(); });
                desk.window.repaint();
                times.push_back(nowMs() - start);
            }
            std::printf("change of the selected tensor, page %s: p50 %.0f ms, max %.0f ms (goal 100)\n", qPrintable(desk.window.stage().id(page)),
                        quantile(times, 0.5), quantile(times, 1));
        }
    }
    return 0;
}
