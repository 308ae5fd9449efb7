// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/export_output.h"

#include "core/base/format.h"

#include <map>

namespace qs::cli {

Result<std::optional<exporting::ExportFormat>> askedFormat(const Invocation& invocation)
{
    const bool out = invocation.options.has("--out");
    const bool format = invocation.options.has("--format");
    if (out != format)
        return fail(Error(ErrorCode::Usage, out ? "--out is given without --format" : "--format is given without --out")
                        .wanted("--out P --format F"));
    if (!out) {
        for (const char* option : {"--only", "--fold"})
            if (invocation.options.has(option))
                return fail(Error(ErrorCode::Usage, std::string(option) + " is given without --out").wanted("--out P --format F " + std::string(option)));
        return std::optional<exporting::ExportFormat>{};
    }
    if (const std::string fold = invocation.options.value("--fold", "auto"); fold != "auto" && fold != "never")
        return fail(Error(ErrorCode::Usage, "wrong value of --fold").wanted("auto or never").got("'" + fold + "'"));
    QS_ASSIGN(auto parsed, exporting::ExportFormat::parse(invocation.options.value("--format")));
    return std::optional(std::move(parsed));
}

exporting::ExportRequest exportRequest(const Invocation& invocation, std::shared_ptr<const io::ModelSource> source,
                                       const exporting::ExportFormat& format)
{
    exporting::ExportRequest request;
    request.source = std::move(source);
    request.format = format;
    request.only = invocation.options.has("--only");
    request.foldsScales = invocation.options.value("--fold", "auto") != "never";
    request.force = invocation.common.force;
    request.seed = invocation.common.seed;
    request.target = invocation.options.value("--out");
    return request;
}

Json exportJson(const exporting::ExportReport& report, const exporting::ExportFormat& format)
{
    Json e;
    e["path"] = report.target.string();
    e["manifest"] = report.manifest.string();
    e["format"] = format.text();
    e["bytes"] = report.bytes;
    e["tensors"] = report.tensors.size();
    e["warnings"] = report.warnings;
    return e;
}

std::string exportText(const exporting::ExportReport& report, const exporting::ExportFormat& format)
{
    std::size_t folded = 0;
    std::map<std::string, std::size_t> kept;
    for (const auto& t : report.tensors) {
        folded += t.foldedInto.empty() ? 0 : 1;
        if (!t.scalesKept.empty()) ++kept[t.scalesKept];
    }
    std::string scales;
    if (folded > 0) scales += "input scales of " + formatCount(folded) + " layers are folded into what precedes them\n";
    for (const auto& [reason, count] : kept) scales += "input scales of " + formatCount(count) + " layers stay with the codes: " + escapeText(reason) + "\n";
    return scales + "wrote " + escapeText(report.target.string()) + " (" + format.text() + ", " + formatBytes(report.bytes)
         + ", read back and compared), manifest " + escapeText(report.manifest.string()) + "\n";
}

} // namespace qs::cli
