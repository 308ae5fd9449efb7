// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/doctor/examine.h"
#include "core/study/time_estimate.h"

#include <algorithm>
#include <optional>

namespace qs::cli {
namespace {

Result<Outcome> examineFile(const Invocation& invocation)
{
    QS_ASSIGN(const auto source, openArgument(invocation));
    std::vector<std::size_t> tensors;
    if (invocation.options.has("--tensor")) {
        QS_ASSIGN(tensors, chosenTensors(invocation, *source));
    }
    Outcome out;
    if (invocation.common.dryRun) {
        std::uint64_t weights = 0;
        for (std::size_t i = 0; i < source->tensors.size(); ++i)
            if (tensors.empty() || std::find(tensors.begin(), tensors.end(), i) != tensors.end()) weights += source->tensors[i].shape.elements();
        QS_ASSIGN(const double seconds, study::estimateReadSeconds(*source, weights));
        out.json = {{"dry_run", true}, {"weights", weights}, {"peak_bytes", std::uint64_t(64) << 20}, {"estimated_seconds", seconds}};
        out.text = formatCount(weights) + " weights, read once, about " + formatSeconds(seconds) + "\n";
        return out;
    }
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "doctor");
    auto findings = doctor::examine(*source, tensors, invocation.context);
    progress.reset();
    if (!findings) return fail(std::move(findings.error()));
    Json list = Json::array();
    Table table({{"", Table::Left}, {"tensor", Table::Left}, {"finding", Table::Left}});
    int counts[3] = {};
    for (const auto& f : *findings) {
        ++counts[static_cast<int>(f.severity)];
        list.push_back({{"severity", doctor::severityName(f.severity)},
                        {"kind", f.kind},
                        {"tensor", f.tensor.empty() ? Json(nullptr) : Json(f.tensor)},
                        {"row", f.row ? Json(*f.row) : Json(nullptr)},
                        {"column", f.column ? Json(*f.column) : Json(nullptr)},
                        {"text", f.text}});
        table.row({doctor::severityName(f.severity), f.tensor.empty() ? "-" : escapeText(f.tensor), f.text});
    }
    out.json = {{"findings", std::move(list)}, {"totals", {{"problem", counts[2]}, {"warning", counts[1]}, {"note", counts[0]}}}};
    out.text = findings->empty() ? "nothing found\n" : table.text();
    return out;
}

} // namespace

void registerDoctor(CommandRegistry& registry);
void registerDoctor(CommandRegistry& registry)
{
    registry.add({"doctor", "What is wrong with a checkpoint: values that are not finite, zeros, duplicates, odd scales, missing tensors", "PATH", 1, 1,
                  {tensorOption()}, examineFile});
}

} // namespace qs::cli
