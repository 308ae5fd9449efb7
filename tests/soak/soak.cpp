// SPDX-License-Identifier: GPL-3.0-or-later
// A random walk of real events over the whole window with jobs running: soak --sample DIR [--seconds N] [--seed S] [--strict].
// Whatever breaks ends the program: a crash, core work in the window's thread, a warning of Qt (other than the platform's).
// Prints stalls of the event loop and resident memory over time; with --strict a stall over --stall (200 ms) decides,
// too, and in a walk of ten minutes memory that grows through its second half. A stall is what the program made: the time for which the thread was ready and
// the machine's other work had the processors does not count (tests/support/stall_watch.h).
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "tests/support/stall_watch.h"
#include "tests/support/window_thread.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCommandLineParser>
#include <QDialog>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QMenu>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>
#include <cstdio>
#include <malloc.h>
#include <random>

using namespace qs::gui;

namespace {

double residentMegabytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    return file.readAll().split(' ').value(1).toDouble() * 4096 / 1e6;
}

// What the walk has made so far, beside the memory that it takes: what is asked for and not given back, and what the
// allocator holds of the system.
void printMemory(double seconds, Workbench& work)
{
    const auto& results = work.workspace().results();
    double artefacts = 0;
    for (const auto& r : results)
        if (r->artefact) artefacts += static_cast<double>(r->artefact->arrays.totalBytes()) / 1e6;
    const auto m = mallinfo2();
    std::printf("%4.0f s: resident %.0f MB; in use %.0f MB, held %.0f MB, in large pieces %.0f MB; %zu results with %.1f MB of arrays, %zu checkpoints, %zu jobs, %zu widgets\n",
                seconds, residentMegabytes(), static_cast<double>(m.uordblks) / 1e6, static_cast<double>(m.arena) / 1e6, static_cast<double>(m.hblkhd) / 1e6,
                results.size(), artefacts, work.workspace().checkpoints().size(), work.jobs().jobs().size(), static_cast<std::size_t>(QApplication::allWidgets().size()));
    std::fflush(stdout);
}

int warnings = 0;
void onMessage(QtMsgType type, const QMessageLogContext&, const QString& text)
{
    // The offscreen platform says of each thing that it can't do.
    const bool platform = text.startsWith(QStringLiteral("This plugin does not support")) || text.contains(QStringLiteral("propagateSizeHints"));
    if (platform || type == QtInfoMsg || type == QtDebugMsg) return;
    std::fprintf(stderr, "%s\n", qPrintable(text));
    ++warnings;
    if (type == QtFatalMsg) std::abort();
}

class Walk {
public:
    Walk(MainWindow& window, Workbench& work, std::uint32_t seed) : m_window(window), m_work(work), m_random(seed) {}

    void step()
    {
        ++m_steps;
        switch (below(12)) {
        case 0: m_window.stage().setCurrent(below(m_window.stage().count())); break;
        case 1: action(); break;
        case 2: letter(); break;
        case 3: tensor(); break;
        case 4: result(); break;
        case 5: resize(); break;
        case 6: run(); break;
        case 7: drag(); break;
        case 8: wheel(); break;
        default: click(); break;
        }
    }
    int steps() const { return m_steps; }
    std::string last() const { return m_last; }

private:
    int below(int n) { return n <= 0 ? 0 : static_cast<int>(m_random() % static_cast<std::uint32_t>(n)); }
    QWidget* target()
    {
        QWidget* top = QApplication::activePopupWidget();
        if (!top) top = QApplication::activeModalWidget();
        if (!top) top = &m_window;
        std::vector<QWidget*> all;
        for (auto* w : top->findChildren<QWidget*>())
            if (w->isVisible() && w->isEnabled() && w->width() > 2 && w->height() > 2) all.push_back(w);
        return all.empty() ? top : all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
    }
    QPoint in(const QWidget* w) { return {below(w->width()), below(w->height())}; }
    void note(const char* what, const QWidget* w)
    {
        m_last = std::string(what) + " " + w->metaObject()->className() + " " + w->objectName().toStdString();
    }
    void click()
    {
        QPointer<QWidget> w = target();
        note("click", w);
        const QPoint at = in(w);
        const auto button = below(6) == 0 ? Qt::RightButton : Qt::LeftButton;
        static constexpr Qt::KeyboardModifiers kModifiers[] = {Qt::NoModifier, Qt::NoModifier, Qt::ShiftModifier, Qt::ControlModifier};
        QTest::mouseMove(w, at);
        if (w && below(8) == 0) QTest::mouseDClick(w, button, Qt::NoModifier, at);
        else if (w) QTest::mouseClick(w, button, kModifiers[below(4)], at);
    }
    void drag()
    {
        QPointer<QWidget> w = target();
        note("drag", w);
        const auto button = below(3) == 0 ? Qt::RightButton : Qt::LeftButton;
        const auto modifier = below(3) == 0 ? Qt::ControlModifier : Qt::NoModifier;
        QTest::mousePress(w, button, modifier, in(w));
        for (int i = 0; w && i < 4; ++i) {
            QMouseEvent move(QEvent::MouseMove, QPointF(in(w)), w->mapToGlobal(QPointF(in(w))), Qt::NoButton, button, modifier);
            QApplication::sendEvent(w, &move);
        }
        if (w) QTest::mouseRelease(w, button, modifier, in(w));
    }
    void wheel()
    {
        QPointer<QWidget> w = target();
        note("wheel", w);
        for (int i = 0; w && i < 3; ++i) {
            const QPointF at = in(w);
            QWheelEvent event(at, w->mapToGlobal(at), {}, {0, below(2) ? 120 : -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(w, &event);
        }
    }
    void letter()
    {
        QWidget* w = QApplication::focusWidget();
        if (!w) w = &m_window.stage();
        note("key", w);
        static constexpr Qt::Key kKeys[] = {Qt::Key_A, Qt::Key_B, Qt::Key_C, Qt::Key_D, Qt::Key_F, Qt::Key_G, Qt::Key_H, Qt::Key_J, Qt::Key_K,
                                            Qt::Key_L, Qt::Key_R, Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_5, Qt::Key_6, Qt::Key_Tab,
                                            Qt::Key_Escape, Qt::Key_Space, Qt::Key_Up, Qt::Key_Down, Qt::Key_Return, Qt::Key_F1, Qt::Key_Delete};
        QTest::keyClick(w, kKeys[below(static_cast<int>(std::size(kKeys)))]);
    }
    void action()
    {
        const auto& all = m_window.actions().all();
        QAction* a = all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
        // Leaving is not part of the walk.
        if (!a->isEnabled() || a->objectName() == QStringLiteral("quit") || a->text().remove(QLatin1Char('&')) == QStringLiteral("Quit")) return;
        m_last = "action " + a->text().toStdString();
        a->trigger();
    }
    void tensor()
    {
        const auto all = m_work.defaultTensors();
        if (all.empty()) return;
        m_last = "select a tensor";
        m_work.selection().setTensor(all[static_cast<std::size_t>(below(static_cast<int>(all.size())))]);
    }
    void result()
    {
        const auto shown = m_work.selection().shown();
        if (shown.empty()) return;
        m_last = "choose a result";
        const auto& r = shown[static_cast<std::size_t>(below(static_cast<int>(shown.size())))];
        if (below(2)) m_work.selection().setA(r);
        else m_work.selection().setB(r);
    }
    void resize()
    {
        m_last = "resize";
        m_window.resize(1000 + below(900), 700 + below(500));
    }
    void run()
    {
        if (m_work.jobs().activeJobs() > 3) return;
        m_last = "run";
        static constexpr const char* kRecipes[] = {"rtn:bits=3,group=128", "nf:group=64", "afpq:format=nf4,group=64", "lcq:bits=2,group=64,rank=2",
                                                   "mx:format=mxfp4", "ggml:type=q4_k", "kmeans:bits=3", "hadamard+rtn:bits=4"};
        const auto recipe = qs::quant::parseRecipe(kRecipes[below(static_cast<int>(std::size(kRecipes)))]);
        const auto all = m_work.defaultTensors();
        if (!recipe || all.empty()) return;
        m_work.run({all[static_cast<std::size_t>(below(static_cast<int>(all.size())))]}, {*recipe});
        if (m_work.jobs().jobs().size() > 200) m_work.jobs().clearFinished();
    }

    MainWindow& m_window;
    Workbench& m_work;
    std::mt19937 m_random;
    int m_steps = 0;
    std::string m_last;
};

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir home; // nothing of the walk may reach the user's files
    for (const char* variable : {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, home.path().toLocal8Bit());
    qInstallMessageHandler(onMessage);
    QApplication app(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    qs::test::forbidWorkInWindow();
    QCommandLineParser options;
    options.addOption({QStringLiteral("sample"), QStringLiteral("model folder"), QStringLiteral("DIR")});
    options.addOption({QStringLiteral("seconds"), QStringLiteral("length of the walk"), QStringLiteral("N"), QStringLiteral("120")});
    options.addOption({QStringLiteral("seed"), QStringLiteral("seed of the walk"), QStringLiteral("S"), QStringLiteral("1")});
    options.addOption({QStringLiteral("stall"), QStringLiteral("how late a turn of the event loop may come"), QStringLiteral("MS"), QStringLiteral("200")});
    options.addOption({QStringLiteral("strict"), QStringLiteral("stalls and growing memory fail")});
    options.addHelpOption();
    options.process(app);
    const QString sample = QDir().absoluteFilePath(options.value(QStringLiteral("sample")));
    QDir::setCurrent(home.path()); // what is saved without a folder lands there
    Settings settings(home.filePath(QStringLiteral("settings.ini")));
    auto work = std::make_unique<Workbench>(nullptr, 2);
    auto window = std::make_unique<MainWindow>(*work, settings);
    window->confirmClose = [](int) { return true; };
    window->resize(1440, 900);
    window->show();
    window->openPath(sample);
    QElapsedTimer patience;
    patience.start();
    while (work->workspace().checkpoints().empty() && patience.elapsed() < 30000) QTest::qWait(20);
    if (work->workspace().checkpoints().empty()) {
        std::fprintf(stderr, "soak: the sample can't be opened\n");
        return 2;
    }

    Walk walk(*window, *work, options.value(QStringLiteral("seed")).toUInt());
    const double seconds = options.value(QStringLiteral("seconds")).toDouble();
    const double limit = options.value(QStringLiteral("stall")).toDouble();
    QElapsedTimer clock;
    clock.start();
    double worst = 0;
    double worstByClock = 0;
    std::string worstAt;
    int stalls = 0;
    qs::test::StallWatch watch(5);
    watch.onTurn = [&](const qs::test::StallWatch::Turn& turn) {
        worstByClock = std::max(worstByClock, turn.late);
        if (turn.own > limit) {
            ++stalls;
            std::printf("stall of %.0f ms (%.0f by the clock) after: %s\n", turn.own, turn.late, walk.last().c_str());
            std::fflush(stdout);
        }
        if (turn.own > worst) {
            worst = turn.own;
            worstAt = walk.last();
        }
    };
    // Dialogs live a moment, get their share of clicks, and close; a hidden window comes back.
    QTimer closer;
    QElapsedTimer modalSince;
    QObject::connect(&closer, &QTimer::timeout, [&] {
        if (QWidget* popup = QApplication::activePopupWidget()) {
            popup->close();
            return;
        }
        QWidget* modal = QApplication::activeModalWidget();
        if (modal) {
            if (!modalSince.isValid()) modalSince.start();
            else if (modalSince.elapsed() > 400) {
                if (auto* dialog = qobject_cast<QDialog*>(modal)) dialog->reject();
                else modal->close();
                modalSince.invalidate();
            }
        } else {
            modalSince.invalidate();
        }
        if (!window->isVisible()) window->show();
        if (work->workspace().checkpoints().empty() && !work->opening()) window->openPath(sample);
    });
    QTimer stepper;
    QObject::connect(&stepper, &QTimer::timeout, [&] { walk.step(); });
    QTimer end;
    end.setSingleShot(true);
    bool over = false;
    QObject::connect(&end, &QTimer::timeout, [&] { over = true; });

    std::vector<double> memory;
    watch.start();
    closer.start(150);
    stepper.start(15);
    end.start(static_cast<int>(seconds * 1000));
    qint64 sampled = 0;
    while (!over) {
        QTest::qWait(50);
        if (clock.elapsed() - sampled >= 2000) {
            sampled = clock.elapsed();
            memory.push_back(residentMegabytes());
            if (memory.size() % 15 == 1) printMemory(static_cast<double>(sampled) / 1000, *work);
        }
    }
    stepper.stop();
    closer.stop();
    watch.stop();
    while (QWidget* modal = QApplication::activeModalWidget()) {
        modal->close();
        QTest::qWait(20);
    }
    work->jobs().cancelAll();
    const int steps = walk.steps();
    window.reset();
    work.reset();

    // Flat: the mean of the last quarter against that of the second.
    const auto mean = [&](double from, double to) {
        double sum = 0;
        int n = 0;
        for (std::size_t i = 0; i < memory.size(); ++i) {
            const double at = static_cast<double>(i) / static_cast<double>(memory.size());
            if (at >= from && at < to) {
                sum += memory[i];
                ++n;
            }
        }
        return n ? sum / n : 0;
    };
    const double early = mean(0.25, 0.5);
    const double late = mean(0.75, 1);
    std::printf("soak: %d events in %.0f s, %d warnings, worst stall %.0f ms (%s; by the clock %.0f ms), %d over %.0f ms; resident %.0f MB, then %.0f MB\n", steps, seconds,
                warnings, worst, worstAt.c_str(), worstByClock, stalls, limit, early, late);
    if (warnings > 0) return 1;
    // The caches of a short walk still fill.
    const bool grows = seconds >= 600 && late > early * 1.15 + 20;
    if (options.isSet(QStringLiteral("strict")) && (stalls > 0 || grows)) return 1;
    return 0;
}
