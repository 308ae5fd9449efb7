// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/progress_line.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/export/export_format.h"
#include "core/export/open_any.h"
#include "core/export/verify_export.h"

#include <algorithm>
#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> verify(const Invocation& invocation)
{
    std::filesystem::path path = invocation.positional().front();
    std::error_code ec;
    if (!std::filesystem::exists(path, ec)) return fail(Error(ErrorCode::NotFound, "no such file or folder").inFile(path.string()));
    QS_ASSIGN(const auto manifest, exporting::readManifest(exporting::manifestPath(path)));
    if (const auto format = exporting::ExportFormat::parse(manifest.format); format && std::filesystem::is_directory(path, ec))
        if (const std::string file = format->fileInFolder(); !file.empty()) path /= file;
    QS_ASSIGN(const auto exported, exporting::openAny(path, invocation.context));
    std::shared_ptr<const io::ModelSource> against;
    if (invocation.options.has("--against")) {
        QS_ASSIGN(against, exporting::openAny(invocation.options.value("--against"), invocation.context));
    }
    if (invocation.context.progress)
        for (const auto& t : manifest.tensors) invocation.context.progress->expect(t.shape.elements());
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "verify");
    auto result = exporting::verifyExport(*exported, manifest, against.get(), invocation.context);
    progress.reset();
    if (!result) return fail(std::move(result.error()));

    Outcome out;
    Json list = Json::array();
    Table table({{"tensor", Table::Left}, {"state", Table::Left}, {"rel. MSE", Table::Right}, {"max |ŵ−w|", Table::Right}, {"sha256", Table::Left}});
    for (const auto& t : result->tensors) {
        const auto number = [](const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); };
        Json j;
        j["name"] = t.name;
        j["max_abs"] = number(t.maxAbs);
        j["relative_mse"] = number(t.relativeMse);
        j["sha256"] = t.sha256;
        if (!t.foldedInto.empty()) j["folded_into"] = t.foldedInto;
        j["ok"] = t.ok;
        if (!t.ok) j["problem"] = t.problem;
        list.push_back(std::move(j));
        table.row({escapeText(t.name), t.ok ? "ok" : t.problem, t.relativeMse ? formatError(*t.relativeMse) : "",
                   t.maxAbs ? formatError(*t.maxAbs) : "", t.sha256.substr(0, 12)});
    }
    out.json["ok"] = result->ok;
    out.json["tensors"] = std::move(list);
    if (!result->problems.empty()) out.json["problems"] = result->problems;
    out.text = table.text();
    const auto folded = std::count_if(result->tensors.begin(), result->tensors.end(), [](const auto& t) { return !t.foldedInto.empty(); });
    if (folded > 0)
        out.text += "the input scales of " + formatCount(static_cast<std::uint64_t>(folded)) + " layers are folded into what precedes them; errors are of the weights without them\n";
    for (const auto& p : result->problems) out.text += p + "\n";
    out.text += result->ok ? "ok: every tensor decodes to what the manifest says\n" : "not ok\n";
    out.exitCode = result->ok ? 0 : 1;
    return out;
}

} // namespace

void registerVerify(CommandRegistry& registry);
void registerVerify(CommandRegistry& registry)
{
    registry.add({"verify", "Reads an export back, decodes it, and compares it with its manifest", "P", 1, 1,
                  {{"--against", "PATH", "the checkpoint it came from: the error is measured again", false, false}}, verify});
}

} // namespace qs::cli
