// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/diff/diff_models.h"

#include <map>
#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> diff(const Invocation& invocation)
{
    QS_ASSIGN(const auto a, openArgument(invocation, 0));
    QS_ASSIGN(const auto b, openArgument(invocation, 1));
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "diff");
    auto result = qs::diff::diffModels(*a, *b, invocation.context);
    progress.reset();
    if (!result) return fail(std::move(result.error()));
    Outcome out;
    Json list = Json::array();
    Table table({{"A", Table::Left}, {"B", Table::Left}, {"status", Table::Left}, {"rel. MSE", Table::Right}, {"max |b−a|", Table::Right}, {"", Table::Left}});
    std::map<std::string, std::size_t> counts;
    for (const auto& t : result->tensors) {
        const auto name = [](const std::string& s) { return s.empty() ? Json(nullptr) : Json(s); };
        const auto number = [](const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); };
        Json j;
        j["a"] = name(t.a);
        j["b"] = name(t.b);
        j["status"] = qs::diff::diffStatusName(t.status);
        j["max_abs"] = number(t.maxAbs);
        j["relative_mse"] = number(t.relativeMse);
        if (!t.note.empty()) j["note"] = t.note;
        list.push_back(std::move(j));
        ++counts[qs::diff::diffStatusName(t.status)];
        table.row({escapeText(t.a), t.a == t.b ? "=" : escapeText(t.b), qs::diff::diffStatusName(t.status),
                   t.relativeMse ? formatError(*t.relativeMse) : "", t.maxAbs ? formatError(*t.maxAbs) : "", t.note});
    }
    out.json["same"] = result->same;
    out.json["tensors"] = std::move(list);
    std::string summary = result->same ? "same:" : "not the same:";
    for (const auto& [status, n] : counts) summary += " " + std::to_string(n) + " " + status;
    out.text = table.text() + "\n" + summary + "\n";
    if (!result->same && invocation.options.has("--fail-on-difference")) out.exitCode = 1;
    return out;
}

} // namespace

void registerDiff(CommandRegistry& registry);
void registerDiff(CommandRegistry& registry)
{
    registry.add({"diff", "Compares two checkpoints tensor by tensor, also across formats", "A B", 2, 2,
                  {{"--fail-on-difference", "", "exit with 1 where they differ", false, false}}, diff});
}

} // namespace qs::cli
