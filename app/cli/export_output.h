// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"
#include "core/export/export_model.h"

namespace qs::cli {

/// --out with --format, checked together; nothing where neither is given. Usage errors for one without the other.
Result<std::optional<exporting::ExportFormat>> askedFormat(const Invocation& invocation);
/// The request that the options describe; results and chosen tensors are the command's part.
exporting::ExportRequest exportRequest(const Invocation& invocation, std::shared_ptr<const io::ModelSource> source,
                                       const exporting::ExportFormat& format);
/// {path, manifest, format, bytes, warnings}
Json exportJson(const exporting::ExportReport& report, const exporting::ExportFormat& format);
/// "wrote out/ (safetensors:dtype=f16, 8.0 MiB), manifest out/quantoscope.json"
std::string exportText(const exporting::ExportReport& report, const exporting::ExportFormat& format);

} // namespace qs::cli
