// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"
#include "core/io/crash_safe_writer.h"
#include "core/report/html_report.h"

#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> report(const Invocation& invocation)
{
    QS_ASSIGN(const auto recipes, chosenRecipes(invocation));
    const std::filesystem::path target = invocation.options.value("--out");
    const std::string extension = target.extension().string();
    if (extension != ".html" && extension != ".htm")
        return fail(Error(ErrorCode::Usage, "wrong value for --out").wanted("a name that ends with .html").got("'" + target.string() + "'"));
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto tensors, chosenWeights(invocation, *source));
    Outcome out;
    if (invocation.common.dryRun) {
        out.json["dry_run"] = true;
        out.json["plans"] = Json::array();
        study::RunOptions options;
        options.seed = invocation.common.seed;
        for (const auto& recipe : recipes) {
            QS_ASSIGN(const auto plan, study::planRun(*source, tensors, recipe, options, invocation.context));
            out.json["plans"].push_back(planJson(plan, recipe, tensors.size()));
            out.text += planText(plan, recipe, tensors.size());
        }
        return out;
    }
    const auto onExisting = invocation.common.force ? io::OnExisting::Replace : io::OnExisting::Refuse;
    QS_ASSIGN(auto file, io::CrashSafeFile::create(target, onExisting));
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "report");
    qs::report::ReportInput input;
    input.source = source;
    study::RunOptions options = invocation.runOptions();
    options.announce = false;
    if (invocation.context.progress)
        for (const std::size_t t : tensors) invocation.context.progress->expect(3 * source->tensors[t].shape.elements() * recipes.size());
    for (const std::size_t t : tensors)
        for (const auto& recipe : recipes) {
            QS_ASSIGN(auto cell, study::runCell(*source, source->tensors[t], recipe, options, invocation.context));
            input.results.push_back(std::move(cell));
        }
    auto html = qs::report::makeReport(input, invocation.context);
    progress.reset();
    if (!html) return fail(std::move(html.error()));
    QS_TRY(file.output().write(*html));
    if (invocation.context.stopped()) return cancelled();
    QS_TRY(file.commit());
    out.json = {{"out", target.string()}, {"bytes", html->size()}, {"tensors", tensors.size()}, {"recipes", recipes.size()}};
    out.text = "wrote " + escapeText(target.string()) + " (" + formatBytes(html->size()) + ", " + formatCount(tensors.size())
             + " tensors, " + formatCount(recipes.size()) + " recipes)\n";
    return out;
}

} // namespace

void registerReport(CommandRegistry& registry);
void registerReport(CommandRegistry& registry)
{
    registry.add({"report", "One self-contained page: plots, tables, versions, hashes, seeds", "PATH", 1, 1,
                  {recipeOption(true), tensorOption(), {"--out", "FILE.html", "what to write", false, true}}, report});
}

} // namespace qs::cli
