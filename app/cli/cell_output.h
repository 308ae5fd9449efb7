// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/study/run_study.h"
#include "core/study/time_estimate.h"

namespace qs::cli {

/// {mse, rmse, max_abs, relative_mse, sqnr_db, cosine}
Json metricsJson(const metrics::WeightError& error);
/// {name, recipe, bits_per_weight, payload_bits, metadata_bits, seconds, metrics}
Json cellJson(const study::CellSummary& cell, const io::ModelSource& source, const quant::Recipe& recipe);
/// `--worst N`: the rows, columns and groups with the largest error; 0 where it was not given. Usage errors.
OptionSpec worstOption();
Result<std::size_t> worstCount(const Invocation& invocation);
/// {rows:[{index, rmse, max_abs, share, relative_mse, ...}], columns, groups} of one cell.
Result<Json> worstJson(const io::ModelSource& source, const study::CellResult& cell, std::size_t most, const Context& context);
std::string worstText(const std::string& title, const Json& worst);
/// {recipe, bits_per_weight, bytes_before, bytes_after, seconds, peak_bytes, metrics}
Json totalsJson(const study::RecipeTotals& totals, const quant::Recipe& recipe);

/// The table of cells for people: tensor, recipe, bits, size, relative MSE, SQNR, cosine, time.
Table cellTable();
void addCell(Table& table, const std::string& name, const std::string& recipe, double bits, std::uint64_t bytes,
             const metrics::WeightError& error, double seconds);

/// The plan that --dry-run prints.
Json planJson(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors);
std::string planText(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors);

} // namespace qs::cli
