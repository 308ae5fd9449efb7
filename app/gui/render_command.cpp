// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/render_command.h"

#include "app/gui/picture_export.h"
#include "core/export/open_any.h"
#include "core/plots/plot_registry.h"
#include "core/study/run_study.h"
#include "widgets/plots/plot_view.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <algorithm>
#include <cstdio>

namespace qs::gui {
namespace {

int exitCode(const Error& e)
{
    switch (e.code) {
    case ErrorCode::Usage: return 2;
    case ErrorCode::Malformed:
    case ErrorCode::Unsafe:
    case ErrorCode::Unsupported: return 3;
    case ErrorCode::Cancelled: return 130;
    default: return 1;
    }
}

Status render(const QCommandLineParser& options)
{
    const auto usage = [](const QString& text) { return fail(ErrorCode::Usage, text.toStdString()); };
    const QStringList paths = options.positionalArguments();
    if (paths.size() != 1) return usage(QStringLiteral("--render takes one PATH"));
    const QString out = options.value(QStringLiteral("out"));
    const QString suffix = QFileInfo(out).suffix().toLower();
    if (suffix != QLatin1String("png") && suffix != QLatin1String("pdf") && suffix != QLatin1String("svg") && suffix != QLatin1String("csv"))
        return usage(QStringLiteral("--out takes a file that ends in .png, .pdf, .svg or .csv"));
    QSize size(960, 600);
    if (options.isSet(QStringLiteral("size"))) {
        const QStringList words = options.value(QStringLiteral("size")).split(QLatin1Char('x'));
        size = words.size() == 2 ? QSize(words[0].toInt(), words[1].toInt()) : QSize();
        if (size.width() < 64 || size.height() < 64 || size.width() > 16384 || size.height() > 16384)
            return usage(QStringLiteral("--size takes WxH, each from 64 to 16384"));
    }
    const QString themeName = options.value(QStringLiteral("theme"));
    if (!themeName.isEmpty() && themeName != QLatin1String("light") && themeName != QLatin1String("dark")
        && themeName != QLatin1String("print"))
        return usage(QStringLiteral("--theme takes light, dark or print"));
    const bool print = themeName == QLatin1String("print");
    const auto* info = plots::builtinPlots().find(options.value(QStringLiteral("plot")).toStdString());
    if (!info) {
        QStringList names;
        for (const auto& p : plots::builtinPlots().plots()) names << QString::fromStdString(p.name);
        return usage(QStringLiteral("--plot takes one of %1").arg(names.join(QStringLiteral(", "))));
    }

    const Context context;
    plots::PlotInput input;
    QS_ASSIGN(input.source, exporting::openAny(paths[0].toStdString(), context));
    const QString tensor = options.value(QStringLiteral("tensor"));
    std::vector<quant::Recipe> recipes;
    for (const QString& r : options.values(QStringLiteral("recipe"))) {
        QS_ASSIGN(auto recipe, quant::parseRecipe(r.toStdString()));
        recipes.push_back(std::move(recipe));
    }
    if (!tensor.isEmpty()) {
        const std::vector<std::string> globs{tensor.toStdString()};
        QS_ASSIGN(const auto matches, io::selectTensors(*input.source, globs));
        if (matches.size() != 1)
            return fail(Error(ErrorCode::NotFound, matches.empty() ? "no tensor of this name" : "more than one tensor matches")
                            .inFile(paths[0].toStdString())
                            .ofTensor(tensor.toStdString()));
        input.tensor = static_cast<std::ptrdiff_t>(matches.front());
    } else if (!info->wholeModel) {
        return usage(QStringLiteral("this plot needs --tensor NAME"));
    }
    std::vector<std::size_t> cells;
    if (input.tensor >= 0) cells.push_back(static_cast<std::size_t>(input.tensor));
    else if (!recipes.empty()) {
        QS_ASSIGN(cells, io::selectTensors(*input.source, {}));
    }
    study::RunOptions run;
    bool seedOk = true;
    if (options.isSet(QStringLiteral("seed"))) run.seed = options.value(QStringLiteral("seed")).toULongLong(&seedOk);
    if (!seedOk) return usage(QStringLiteral("--seed takes a whole number"));
    study::StudyRequest request;
    request.source = input.source;
    request.tensors = cells;
    request.recipes = recipes;
    request.options = run;
    request.keepGoing = true;
    std::vector<std::vector<std::shared_ptr<const study::CellResult>>> byRecipe(recipes.size());
    request.onCell = [&](const std::shared_ptr<const study::CellResult>& cell) -> Status {
        const auto at = std::find_if(recipes.begin(), recipes.end(), [&](const auto& r) { return r.text() == cell->recipe.text(); });
        byRecipe[static_cast<std::size_t>(at - recipes.begin())].push_back(info->wholeModel ? study::figuresOf(*cell) : cell);
        return {};
    };
    if (!recipes.empty()) {
        QS_ASSIGN(const auto study, study::runStudy(request, context));
        for (std::size_t r = 0; r < recipes.size(); ++r) // legends in the order given
            for (auto& cell : byRecipe[r]) {
                input.results.push_back(std::move(cell));
                input.colorSlots.push_back(static_cast<int>(r) + 1);
            }
        for (const auto& r : study.refused)
            std::fprintf(stderr, "quantoscope: warning: %s left out: %s\n", recipes[r.recipe].text().c_str(), r.error.text().c_str());
    }
    for (const QString& pair : options.values(QStringLiteral("option"))) {
        const qsizetype eq = pair.indexOf(QLatin1Char('='));
        if (eq <= 0) return usage(QStringLiteral("--option takes name=value"));
        input.options[pair.left(eq).toStdString()] = pair.mid(eq + 1).toStdString();
    }
    QS_ASSIGN(auto data, info->make(input, context));
    if (suffix == QLatin1String("csv")) return saveText(out, QString::fromStdString(plots::toCsv(*data)));
    if (suffix == QLatin1String("svg")) {
        const plots::SvgOptions svg{size.width(), size.height(), themeName == QLatin1String("dark"), print};
        return saveText(out, QString::fromStdString(plots::toSvg(*data, svg)));
    }
    Theme theme;
    theme.setMode(themeName == QLatin1String("dark") ? Theme::Dark : Theme::Light);
    PlotView view(theme);
    view.resize(size);
    view.setData(data);
    if (!view.exportPicture(out, size, print)) return fail(Error(ErrorCode::Io, "can't write this picture").inFile(out.toStdString()));
    return {};
}

} // namespace

int renderCommand(const QStringList& arguments)
{
    QCommandLineParser options;
    options.addPositionalArgument(QStringLiteral("PATH"), QStringLiteral("checkpoint"));
    options.addOption({QStringLiteral("seed"), QStringLiteral("seed of the recipes"), QStringLiteral("N")});
    options.addOption({QStringLiteral("render"), QStringLiteral("draw one plot and end")});
    for (const char* name : {"plot", "tensor", "recipe", "option", "out", "size", "theme"})
        options.addOption({QLatin1String(name), QLatin1String(name), QLatin1String(name)});
    if (!options.parse(arguments)) {
        std::fprintf(stderr, "quantoscope: %s\n", qPrintable(options.errorText()));
        return 2;
    }
    if (const Status ok = render(options); !ok) {
        std::fprintf(stderr, "quantoscope: %s\n", ok.error().text().c_str());
        return exitCode(ok.error());
    }
    return 0;
}

} // namespace qs::gui
