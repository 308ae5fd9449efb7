// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/commands/render/start_window.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"
#include "core/io/crash_safe_writer.h"
#include "core/plots/plot_registry.h"
#include "core/study/run_study.h"

#include <algorithm>
#include <array>
#include <optional>

namespace qs::cli {
namespace {

namespace fs = std::filesystem;

Result<const plots::PlotInfo*> chosenPlot(const Invocation& invocation)
{
    const std::string name = invocation.options.value("--plot");
    if (const auto* plot = plots::builtinPlots().find(name)) return plot;
    std::string all;
    for (const auto& p : plots::builtinPlots().plots()) all += (all.empty() ? "" : ", ") + p.name;
    return fail(Error(ErrorCode::Usage, "there is no plot of this name").wanted("one of " + all).got("'" + name + "'"));
}

Result<plots::SvgOptions> svgOptions(const Invocation& invocation)
{
    plots::SvgOptions out;
    if (invocation.options.has("--size")) {
        const std::string size = invocation.options.value("--size");
        const auto x = size.find('x');
        if (x == std::string::npos)
            return fail(Error(ErrorCode::Usage, "wrong value for --size").wanted("WxH, for example 960x600").got("'" + size + "'"));
        QS_ASSIGN(const auto w, wholeNumber("--size", size.substr(0, x), 64, 16384));
        QS_ASSIGN(const auto h, wholeNumber("--size", size.substr(x + 1), 64, 16384));
        out.width = static_cast<int>(w);
        out.height = static_cast<int>(h);
    }
    if (invocation.options.has("--theme")) {
        static constexpr std::string_view kThemes[] = {"light", "dark", "print"};
        QS_ASSIGN(const auto theme, oneOf("--theme", invocation.options.value("--theme"), kThemes));
        out.dark = theme == "dark";
        out.print = theme == "print";
    }
    return out;
}

Result<std::map<std::string, std::string>> plotOptions(const Invocation& invocation, const plots::PlotInfo& plot)
{
    std::map<std::string, std::string> out;
    for (const auto& text : invocation.options.all("--option")) {
        const auto equals = text.find('=');
        const std::string key = text.substr(0, equals);
        const plots::PlotOption* spec = nullptr;
        std::string all;
        for (const auto& o : plot.options) {
            all += (all.empty() ? "" : ", ") + o.name;
            if (o.name == key) spec = &o;
        }
        if (!spec || equals == std::string::npos)
            return fail(Error(ErrorCode::Usage, "the plot has no such option")
                            .wanted(all.empty() ? "no options" : "NAME=VALUE with a name of " + all)
                            .got("'" + text + "'"));
        const std::string value = text.substr(equals + 1);
        if (!spec->choices.empty()) {
            const std::vector<std::string_view> choices(spec->choices.begin(), spec->choices.end());
            QS_TRY(oneOf("--option " + key, value, choices));
        }
        out[key] = value;
    }
    return out;
}

Result<std::string> draw(const Invocation& invocation, const plots::PlotInfo& plot, const plots::SvgOptions& svg, bool csv,
                         Outcome& outcome)
{
    QS_ASSIGN(const auto recipes, chosenRecipes(invocation));
    plots::PlotInput input;
    QS_ASSIGN(input.options, plotOptions(invocation, plot));
    QS_ASSIGN(input.source, openArgument(invocation));
    QS_ASSIGN(const auto tensors, chosenTensors(invocation, *input.source));
    if (!plot.wholeModel) {
        if (!invocation.options.has("--tensor") || tensors.size() != 1)
            return fail(Error(ErrorCode::Usage, "plot " + plot.name + " shows one tensor")
                            .wanted("--tensor NAME of one tensor")
                            .got(std::to_string(tensors.size()) + " tensors"));
        input.tensor = static_cast<std::ptrdiff_t>(tensors.front());
    }
    if (plot.needsResults && recipes.empty())
        return fail(Error(ErrorCode::Usage, "plot " + plot.name + " shows results").wanted("--recipe R, once or more"));
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "render");
    // A figure of the whole model needs no artefacts; each is dropped when its figures are taken.
    study::StudyRequest request;
    request.source = input.source;
    if (!recipes.empty()) request.tensors = tensors;
    request.recipes = recipes;
    request.options = invocation.runOptions();
    request.keepGoing = true;
    std::vector<std::vector<std::shared_ptr<const study::CellResult>>> cells(recipes.size());
    request.onCell = [&](const std::shared_ptr<const study::CellResult>& cell) -> Status {
        const auto at = std::find_if(recipes.begin(), recipes.end(), [&](const auto& r) { return r.text() == cell->recipe.text(); });
        cells[static_cast<std::size_t>(at - recipes.begin())].push_back(plot.wholeModel ? study::figuresOf(*cell) : cell);
        return {};
    };
    QS_ASSIGN(const auto study, study::runStudy(request, invocation.context));
    for (std::size_t r = 0; r < recipes.size(); ++r) // legends in the order of the command line
        for (auto& cell : cells[r]) {
            input.results.push_back(std::move(cell));
            input.colorSlots.push_back(static_cast<int>(r) + 1);
        }
    QS_ASSIGN(const auto made, plot.make(input, invocation.context));
    auto data = made;
    if (!study.refused.empty()) {
        auto told = std::make_shared<plots::PlotData>(*made);
        for (const auto& r : study.refused) told->notes.push_back(recipes[r.recipe].text() + " left out: " + r.error.text());
        data = std::move(told);
        tellRefused(outcome, study.refused, recipes);
    }
    outcome.json["summary"] = data->summary;
    return csv ? plots::toCsv(*data) : plots::toSvg(*data, svg);
}

Result<Outcome> render(const Invocation& invocation)
{
    QS_ASSIGN(const auto* plot, chosenPlot(invocation));
    QS_ASSIGN(const auto svg, svgOptions(invocation));
    const fs::path out = invocation.options.value("--out");
    const std::string kind = out.extension().string();
    static constexpr std::array<std::string_view, 4> kKinds = {".svg", ".csv", ".png", ".pdf"};
    if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end())
        return fail(Error(ErrorCode::Usage, "wrong value for --out").wanted("a name that ends with .svg, .csv, .png or .pdf").got("'" + out.string() + "'"));
    const auto onExisting = invocation.common.force ? io::OnExisting::Replace : io::OnExisting::Refuse;
    Outcome outcome;
    QS_ASSIGN(auto file, io::CrashSafeFile::create(out, onExisting));
    if (kind == ".svg" || kind == ".csv") {
        QS_ASSIGN(const std::string text, draw(invocation, *plot, svg, kind == ".csv", outcome));
        if (invocation.common.dryRun) return outcome;
        QS_TRY(file.output().write(text));
    } else {
        // the other program writes beside the target; its file is moved in one step below
        fs::path drawn = file.temporary();
        drawn += kind;
        std::vector<std::string> arguments = {invocation.positional().front(), "--plot", plot->name, "--out", drawn.string(),
                                              "--size", std::to_string(svg.width) + "x" + std::to_string(svg.height),
                                              "--theme", svg.print ? "print" : svg.dark ? "dark" : "light",
                                              "--seed", std::to_string(invocation.common.seed)};
        for (const char* name : {"--tensor", "--recipe", "--option"})
            for (const auto& v : invocation.options.all(name)) arguments.insert(arguments.end(), {name, v});
        const auto status = startWindow(arguments, invocation.context.stop);
        std::string bytes;
        if (status) {
            QS_ASSIGN(const auto map, io::MappedFile::open(drawn));
            bytes.assign(reinterpret_cast<const char*>(map->bytes().data()), map->size());
        }
        std::error_code ec;
        fs::remove(drawn, ec);
        QS_TRY(status);
        QS_TRY(file.output().write(bytes));
    }
    if (invocation.context.stopped()) return cancelled();
    const std::uint64_t bytes = file.output().written();
    QS_TRY(file.commit());
    const std::string summary = outcome.json.value("summary", std::string());
    outcome.json = {{"out", out.string()}, {"plot", plot->name}, {"bytes", bytes}, {"summary", summary}};
    outcome.text = "wrote " + escapeText(out.string()) + " (" + formatBytes(bytes) + ")\n" + (summary.empty() ? "" : summary + "\n");
    return outcome;
}

} // namespace

void registerRender(CommandRegistry& registry);
void registerRender(CommandRegistry& registry)
{
    registry.add({"render", "Draws a plot of the window without a display", "PATH", 1, 1,
                  {{"--plot", "NAME", "distribution, codebook, heatmap, scatter, profile, rate_distortion, overview, quantile, magnitude, compare", false, true},
                   tensorOption(), recipeOption(true, false),
                   {"--out", "FILE", "what to write: .svg, .csv, .png or .pdf", false, true},
                   {"--size", "WxH", "size in pixels (default 960x600)", false, false},
                   {"--theme", "light|dark|print", "colours (default light); print is black on white", false, false},
                   {"--option", "NAME=VALUE", "an option of the plot", true, false}},
                  render});
}

} // namespace qs::cli
