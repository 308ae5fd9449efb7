// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/study/run_cell.h"

#include <memory>
#include <string>
#include <vector>

namespace qs::report {

/// What a report is about: a checkpoint and results of some of its tensors under some recipes.
struct ReportInput {
    std::shared_ptr<const io::ModelSource> source;
    std::vector<std::shared_ptr<const study::CellResult>> results;
    int worstTensors = 3; ///< tensors with distribution and error plots: those of largest mean relative MSE
};

/// One self-contained HTML page: no scripts, no outside files; plots as SVG, light or dark as the reader's system is.
/// Holds nothing of the machine it was made on: the same input gives the same text. Errors: Lacking without results,
/// Cancelled, Io.
Result<std::string> makeReport(const ReportInput& input, const Context& context);

} // namespace qs::report
