// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flow.h"
#include "app/gui/language.h"
#include "app/gui/main_window.h"
#include "app/gui/recovery.h"
#include "app/gui/render_command.h"
#include "app/gui/settings.h"
#include "app/gui/workbench.h"
#include "core/base/version.h"
#include "core/quant/recipe.h"
#include "core/study/cache_config.h"

#include <QApplication>
#include <QCommandLineParser>
#include <cstdio>
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
    // The user's scale comes on top of the system's, and must be known before the first window.
    if (const int scale = noWindow ? 100 : qs::gui::Settings().scale(); scale != 100 && qEnvironmentVariableIsEmpty("QT_SCALE_FACTOR"))
        qputenv("QT_SCALE_FACTOR", QByteArray::number(scale / 100.0));
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
                "[--size WxH] [--theme light|dark|print] PATH draws one plot without a window."));
    options.addHelpOption();
    options.addVersionOption();
    options.addOption({QStringLiteral("session"), QApplication::translate("main", "opens a session"), QStringLiteral("FILE.qscope")});
    options.addOption({QStringLiteral("run"), QApplication::translate("main", "runs a recipe on all layers of what is opened; more than once for several"), QStringLiteral("RECIPE")});
    options.addOption({QStringLiteral("restore"), QApplication::translate("main", "restores what a program that ended badly had open, without asking")});
    options.addPositionalArgument(QStringLiteral("PATH"), QApplication::translate("main", "checkpoints, model folders or a session"),
                                  QStringLiteral("[PATH...]"));
    options.process(app);

    std::vector<qs::quant::Recipe> recipes;
    for (const QString& text : options.values(QStringLiteral("run"))) {
        auto recipe = qs::quant::parseRecipe(text.toStdString());
        if (!recipe) {
            std::fprintf(stderr, "quantoscope: %s\n", recipe.error().text().c_str());
            return 2;
        }
        recipes.push_back(std::move(*recipe));
    }

    qs::gui::Settings settings;
    qs::gui::installLanguage(app, settings.language());
    qs::gui::Workbench workbench;
    workbench.setCache(qs::study::openCache(qs::study::loadCacheConfig()));
    workbench.theme().setMode(settings.themeMode());
    qs::gui::MainWindow window(workbench, settings);
    window.show();
    window.flow().startRecovery(qs::gui::Recovery::stateFolder(), options.isSet(QStringLiteral("restore")));
    if (!recipes.empty())
        QObject::connect(&workbench, &qs::gui::Workbench::opened, &window, [&workbench, recipes](int checkpoint) {
            auto tensors = workbench.defaultTensors();
            std::erase_if(tensors, [checkpoint](const qs::gui::TensorRef& t) { return t.checkpoint != checkpoint; });
            workbench.run(tensors, recipes);
        });
    if (options.isSet(QStringLiteral("session"))) window.openPath(options.value(QStringLiteral("session")));
    for (const QString& path : options.positionalArguments()) window.openPath(path);
    return QApplication::exec();
}
