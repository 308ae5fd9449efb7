// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/diff/diff_models.h"
#include "core/session/session_diff.h"

#include <map>
#include <optional>

namespace qs::cli {
namespace {

// Two sessions: which cells got worse, and by how much.
Result<Outcome> diffOfSessions(const Invocation& invocation)
{
    QS_ASSIGN(const auto before, session::loadSession(invocation.positional()[0], invocation.context));
    QS_ASSIGN(const auto after, session::loadSession(invocation.positional()[1], invocation.context));
    const auto result = session::diffSessions(before, after);
    Outcome out;
    Json list = Json::array();
    Table table({{"tensor", Table::Left}, {"recipe", Table::Left}, {"status", Table::Left}, {"rel. MSE before", Table::Right},
                 {"after", Table::Right}, {"change", Table::Right}, {"bits before", Table::Right}, {"after", Table::Right}});
    for (const auto& c : result.cells) {
        const auto number = [](const auto& cell, auto&& f) { return cell ? Json(f(*cell)) : Json(nullptr); };
        const auto error = [](const study::CellResult& r) { return r.error.relativeMse(); };
        Json j;
        j["checkpoint"] = c.checkpoint;
        j["name"] = c.tensor;
        j["recipe"] = c.recipe;
        j["seed"] = c.seed;
        j["status"] = session::cellChangeName(c.status);
        j["relative_mse_before"] = number(c.before, error);
        j["relative_mse_after"] = number(c.after, error);
        j["change"] = c.change ? Json(*c.change) : Json(nullptr);
        j["bits_per_weight_before"] = number(c.before, session::storedBitsPerWeight);
        j["bits_per_weight_after"] = number(c.after, session::storedBitsPerWeight);
        list.push_back(std::move(j));
        const auto text = [](const auto& cell, auto&& f) { return cell ? f(*cell) : std::string(); };
        const auto errorText = [&](const study::CellResult& r) { return formatError(error(r)); };
        const auto bitsText = [](const study::CellResult& r) { return formatBits(session::storedBitsPerWeight(r)); };
        table.row({escapeText(c.tensor), c.recipe, session::cellChangeName(c.status), text(c.before, errorText), text(c.after, errorText),
                   c.change ? (*c.change > 0 ? "+" : "") + formatNumber(100 * *c.change, 3) + " %" : "", text(c.before, bitsText),
                   text(c.after, bitsText)});
    }
    out.json["same"] = result.equal();
    for (const auto& [name, n] : {std::pair("worse", result.worse), std::pair("lost", result.lost), std::pair("better", result.better),
                                  std::pair("added", result.added), std::pair("unchanged", result.same)}) {
        out.json[name] = n;
        out.text += (out.text.empty() ? "" : ", ") + std::to_string(n) + " " + name;
    }
    out.json["cells"] = std::move(list);
    out.text = table.text() + "\n" + out.text + "\n";
    if (!result.equal() && invocation.options.has("--fail-on-difference")) out.exitCode = 1;
    if (result.worse + result.lost > 0 && invocation.options.has("--fail-on-worse")) out.exitCode = 1;
    return out;
}

bool isSession(const std::string& path) { return path.size() > 7 && path.ends_with(".qscope"); }

Result<Outcome> diff(const Invocation& invocation)
{
    const bool sessions = isSession(invocation.positional()[0]);
    if (sessions != isSession(invocation.positional()[1]))
        return fail(Error(ErrorCode::Usage, "a session can only be compared with a session").wanted("two .qscope files, or two checkpoints"));
    if (sessions) return diffOfSessions(invocation);
    if (invocation.options.has("--fail-on-worse"))
        return fail(Error(ErrorCode::Usage, "--fail-on-worse is for two sessions").fix("use --fail-on-difference"));
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
    registry.add({"diff", "Compares two checkpoints tensor by tensor, also across formats; or two sessions (.qscope) cell by cell", "A B", 2, 2,
                  {{"--fail-on-difference", "", "exit with 1 where they differ", false, false},
                   {"--fail-on-worse", "", "of two sessions: exit with 1 where a cell got worse or is gone", false, false}}, diff});
}

} // namespace qs::cli
