// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/study/run_cell.h"

#include <memory>
#include <span>
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

/// What a report shows beside its tables.
struct ReportOptions {
    int worstTensors = 3; ///< as in ReportInput
};

/// The same page from cells that come one by one. Of a cell it keeps the figures and the hash of its decoded values; the
/// artefacts of one tensor are held until its last cell has come, then, where its error is among the largest so far, its
/// plots are made, and the artefacts are let go. So memory is that of one tensor under all recipes, however many tensors.
class ReportBuilder {
public:
    /// `recipes`: all that cells may have, in the order of columns and colours. `context` is copied.
    ReportBuilder(std::shared_ptr<const io::ModelSource> source, std::span<const quant::Recipe> recipes, ReportOptions options,
                  const Context& context);
    ~ReportBuilder();
    ReportBuilder(const ReportBuilder&) = delete;
    ReportBuilder& operator=(const ReportBuilder&) = delete;

    /// The next cell; those of one tensor come one after another. Errors: Cancelled, Usage for a recipe not announced.
    Status add(std::shared_ptr<const study::CellResult> cell);
    /// A cell without figures: it stands in the table with its reason.
    void refuse(const study::Refusal& refusal);
    /// The page. Errors as makeReport.
    Result<std::string> finish();

private:
    class Page;
    std::unique_ptr<Page> m_page;
};

} // namespace qs::report
