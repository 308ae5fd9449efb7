// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"
#include "app/gui/render_command.h"
#include "app/gui/settings.h"
#include "app/gui/workbench.h"
#include "core/base/version.h"
#include "core/study/cache_config.h"

#include <QApplication>
#include <QCommandLineParser>
#include <cstring>

namespace {

bool has(int argc, char** argv, const char* option)
{
    for (int i = 1; i < argc; ++i)
        if (std::strcmp(argv[i], option) == 0) return true;
    return false;
}

} // namespace

int main(int argc, char** argv)
{
    const bool render = has(argc, argv, "--render");
    // Drawing to a file, asking for help or the version needs no display.
    const bool noWindow = render || has(argc, argv, "--help") || has(argc, argv, "-h") || has(argc, argv, "--version") || has(argc, argv, "-v");
    if (noWindow && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY")
        && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("quantoscope"));
    QApplication::setApplicationDisplayName(QStringLiteral("Quantoscope"));
    QApplication::setApplicationVersion(QString::fromUtf8(qs::version().data(), static_cast<qsizetype>(qs::version().size())));
    QApplication::setOrganizationName(QStringLiteral("quantoscope"));
    QGuiApplication::setDesktopFileName(QStringLiteral(QS_APP_ID));
    QApplication::setWindowIcon(QIcon::fromTheme(QStringLiteral(QS_APP_ID)));
    if (render) return qs::gui::renderCommand(QApplication::arguments());

    QCommandLineParser options;
    options.setApplicationDescription(QApplication::translate(
        "main", "Inspects, quantizes and compares the weights of language models.\n"
                "quantoscope --render --plot NAME --tensor NAME [--recipe R]... --out FILE.png|pdf|svg|csv "
                "[--size WxH] [--theme light|dark] PATH draws one plot without a window."));
    options.addHelpOption();
    options.addVersionOption();
    options.addOption({QStringLiteral("session"), QApplication::translate("main", "opens a session"), QStringLiteral("FILE.qscope")});
    options.addPositionalArgument(QStringLiteral("PATH"), QApplication::translate("main", "checkpoints, model folders or a session"),
                                  QStringLiteral("[PATH...]"));
    options.process(app);

    qs::gui::Settings settings;
    qs::gui::Workbench workbench;
    workbench.setCache(qs::study::openCache(qs::study::loadCacheConfig()));
    workbench.theme().setMode(settings.themeMode());
    qs::gui::MainWindow window(workbench, settings);
    window.show();
    if (options.isSet(QStringLiteral("session"))) window.openPath(options.value(QStringLiteral("session")));
    for (const QString& path : options.positionalArguments()) window.openPath(path);
    return QApplication::exec();
}
