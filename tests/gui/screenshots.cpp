// SPDX-License-Identifier: GPL-3.0-or-later
// Draws every page of the window on a model, light and dark, with real results: screenshots --sample DIR --out DIR.
#include "app/gui/actions.h"
#include "app/gui/language.h"
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/plots/plot_view.h"
#include "tests/support/window_thread.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QHash>
#include <QImage>
#include <QPainter>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

using namespace qs::gui;

namespace {

// Lets the window work until nothing is under way.
bool settle(Workbench& work, int milliseconds = 120000)
{
    QElapsedTimer clock;
    clock.start();
    int calm = 0;
    while (clock.elapsed() < milliseconds && calm < 6) {
        QTest::qWait(50);
        calm = work.jobs().activeJobs() == 0 && work.jobs().activeRequests() == 0 && !work.opening() && !work.theme().restyling() ? calm + 1 : 0;
    }
    return calm >= 6;
}

// Fewer colours than the writing and its smooth edges have, or one colour nearly everywhere: nothing was drawn.
bool isBlank(const QImage& picture)
{
    constexpr int kFewest = 24;
    QHash<QRgb, qsizetype> colours;
    qsizetype count = 0;
    for (int y = 0; y < picture.height(); y += 2)
        for (int x = 0; x < picture.width(); x += 2) {
            ++colours[picture.pixel(x, y)];
            ++count;
        }
    qsizetype most = 0;
    for (const qsizetype n : colours) most = std::max(most, n);
    return colours.size() < kFewest || static_cast<double>(most) > 0.998 * static_cast<double>(count);
}

bool draw(MainWindow& window, const QString& path, bool* ok)
{
    QPixmap picture(window.size() * window.devicePixelRatioF());
    picture.setDevicePixelRatio(window.devicePixelRatioF());
    picture.fill(window.palette().color(QPalette::Window));
    window.render(&picture);
    // The window as a whole, and the page in it: a frame around nothing is no picture.
    const QImage image = picture.toImage();
    bool blank = isBlank(image);
    if (window.stage().isVisible())
        for (PlotView* plot : window.stage().currentPage()->plots()) {
            if (!plot->isVisible()) continue;
            const QRect area(plot->mapTo(&window, QPoint(0, 0)) * window.devicePixelRatioF(), plot->size() * window.devicePixelRatioF());
            blank = blank || isBlank(image.copy(area));
        }
    if (blank) {
        std::fprintf(stderr, "screenshots: %s is blank\n", qPrintable(path));
        *ok = false;
    }
    const bool saved = picture.save(path);
    std::printf("%s %s\n", saved ? "wrote" : "can't write", qPrintable(path));
    std::fflush(stdout);
    *ok = *ok && saved;
    return saved;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    qs::test::forbidWorkInWindow();
    QCommandLineParser options;
    options.addOption({QStringLiteral("sample"), QStringLiteral("model folder"), QStringLiteral("DIR")});
    options.addOption({QStringLiteral("out"), QStringLiteral("folder of the pictures"), QStringLiteral("DIR")});
    options.addOption({QStringLiteral("only"), QStringLiteral("one size, for example 1440x900"), QStringLiteral("SIZE")});
    options.addOption({QStringLiteral("language"), QStringLiteral("language of the window, for example de"), QStringLiteral("CODE"), QStringLiteral("en")});
    options.addOption({QStringLiteral("scaled"), QStringLiteral("only the pictures at the scale of this process")});
    options.addHelpOption();
    options.process(app);
    const QString sample = options.value(QStringLiteral("sample"));
    const QDir out(options.value(QStringLiteral("out")));
    if (sample.isEmpty() || !options.isSet(QStringLiteral("out")) || !QDir().mkpath(out.path())) {
        std::fprintf(stderr, "usage: screenshots --sample DIR --out DIR\n");
        return 2;
    }
    installLanguage(app, options.value(QStringLiteral("language")));
    const QTemporaryDir temporary;
    Settings settings(temporary.filePath(QStringLiteral("settings.ini")));
    for (const char* hint : {"pick", "compare", "palette"}) settings.setHintSeen(QString::fromLatin1(hint), true); // pictures of daily work
    Workbench work;
    work.theme().setMode(Theme::Light);
    MainWindow window(work, settings);
    window.show();
    const bool scaled = options.isSet(QStringLiteral("scaled"));
    bool ok = true;
    if (!scaled) {
        window.resize(1440, 900);
        for (const auto mode : {Theme::Light, Theme::Dark}) {
            work.theme().setMode(mode);
            settle(work, 5000);
            draw(window, out.filePath(QStringLiteral("start_%1_1440x900.png").arg(mode == Theme::Dark ? QStringLiteral("dark") : QStringLiteral("light"))), &ok);
        }
    }
    window.openPath(sample);
    if (!settle(work) || work.workspace().checkpoints().empty()) {
        std::fprintf(stderr, "screenshots: %s can't be opened\n", qPrintable(sample));
        return 1;
    }
    std::vector<qs::quant::Recipe> recipes;
    for (const char* text : {"afpq:format=nf3,group=128", "rtn:bits=3,group=128", "lcq:bits=3,group=64,rank=2", "nf:group=64",
                             "afpq:format=nf4,group=64"})
        if (auto r = qs::quant::parseRecipe(text)) recipes.push_back(*r);
        else std::printf("left out %s: %s\n", text, r.error().text().c_str());
    // Three layers in depth, and the whole model under two recipes for the overview.
    const auto all = work.defaultTensors();
    work.run(all, {recipes.begin(), recipes.begin() + std::min<std::ptrdiff_t>(2, static_cast<std::ptrdiff_t>(recipes.size()))});
    std::vector<TensorRef> first;
    for (const auto& t : all)
        if (const auto& info = work.workspace().checkpoint(t.checkpoint)->source->tensors[static_cast<std::size_t>(t.tensor)];
            info.place.block == 0 && info.place.role == qs::io::Role::DownProj)
            first.push_back(t);
    if (first.empty() && !all.empty()) first.push_back(all.front());
    work.run(first, recipes);
    if (!first.empty()) work.selection().setTensor(first.front());
    if (!settle(work)) std::fprintf(stderr, "screenshots: some work did not end in time\n");
    if (!first.empty()) {
        const auto results = work.selection().shown();
        if (results.size() >= 2) {
            work.selection().setA(results[0]);
            work.selection().setB(results[1]);
        }
    }
    work.selection().pinCell(Cell{17, 203});
    std::vector<QSize> sizes{{1440, 900}};
    if (!scaled) sizes = {{1280, 800}, {1440, 900}, {2560, 1440}, {3840, 2160}};
    if (options.isSet(QStringLiteral("only"))) {
        const auto words = options.value(QStringLiteral("only")).split(QLatin1Char('x'));
        sizes = {{words.value(0).toInt(), words.value(1).toInt()}};
    }
    for (const QSize& size : sizes) {
        window.resize(size);
        window.applyLayout(MainWindow::Layout::Explore);
        for (const auto mode : {Theme::Light, Theme::Dark}) {
            work.theme().setMode(mode);
            for (int i = 0; i < window.stage().count(); ++i) {
                window.stage().setCurrent(i);
                settle(work, 20000);
                const QString name = QStringLiteral("%1_%2_%3x%4%5.png")
                                         .arg(window.stage().id(i), mode == Theme::Dark ? QStringLiteral("dark") : QStringLiteral("light"))
                                         .arg(size.width())
                                         .arg(size.height())
                                         .arg(scaled ? QStringLiteral("@%1x").arg(window.devicePixelRatioF()) : QString());
                draw(window, out.filePath(name), &ok);
            }
        }
    }
    // 150, 200 and 300 %: the scale belongs to the process.
    if (!scaled && !options.isSet(QStringLiteral("only")))
        for (const char* factor : {"1.5", "2", "3"}) {
            QProcess larger;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QString::fromLatin1(factor));
            larger.setProcessEnvironment(environment);
            larger.setProcessChannelMode(QProcess::ForwardedChannels);
            larger.start(QApplication::applicationFilePath(),
                         {QStringLiteral("--sample"), sample, QStringLiteral("--out"), out.path(), QStringLiteral("--scaled"),
                          QStringLiteral("--language"), options.value(QStringLiteral("language"))});
            larger.waitForFinished(600000);
            ok = ok && larger.exitCode() == 0;
        }
    return ok ? 0 : 1;
}
