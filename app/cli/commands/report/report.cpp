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
    if (invocation.common.dryRun) return planOutcome(invocation, *source, tensors, recipes, invocation.runOptions());
    const auto onExisting = invocation.common.force ? io::OnExisting::Replace : io::OnExisting::Refuse;
    QS_ASSIGN(auto file, io::CrashSafeFile::create(target, onExisting));
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "report");
    qs::report::ReportBuilder builder(source, recipes, {}, invocation.context);
    study::StudyRequest request;
    request.source = source;
    request.tensors = tensors;
    request.recipes = recipes;
    request.options = invocation.runOptions();
    request.keepGoing = true;
    request.onCell = [&](const std::shared_ptr<const study::CellResult>& cell) { return builder.add(cell); };
    auto study = study::runStudy(request, invocation.context);
    if (!study) return fail(std::move(study.error()));
    for (const auto& r : study->refused) builder.refuse(r);
    auto html = builder.finish();
    progress.reset();
    if (!html) return fail(std::move(html.error()));
    QS_TRY(file.output().write(*html));
    if (invocation.context.stopped()) return cancelled();
    QS_TRY(file.commit());
    Outcome out;
    Json refused = Json::array();
    for (const auto& r : study->refused) refused.push_back(refusedJson(r, *source, recipes[r.recipe]));
    out.json = {{"out", target.string()}, {"bytes", html->size()}, {"tensors", tensors.size()}, {"recipes", recipes.size()},
                {"refused", std::move(refused)}};
    out.text = "wrote " + escapeText(target.string()) + " (" + formatBytes(html->size()) + ", " + formatCount(tensors.size())
             + " tensors, " + formatCount(recipes.size()) + " recipes)\n" + refusedText(study->refused, *source, recipes);
    tellRefused(out, study->refused, recipes);
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
