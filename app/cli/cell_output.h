// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/study/learn_cells.h"
#include "core/study/run_study.h"
#include "core/study/time_estimate.h"

namespace qs::cli {

/// {mse, rmse, max_abs, relative_mse, sqnr_db, cosine}, and with calibration {output_relative_mse, output_sqnr_db}
Json metricsJson(const metrics::WeightError& error);
/// {name, recipe, bits_per_weight, payload_bits, metadata_bits, seconds, cached, metrics}; of a cached cell, seconds are those
/// of its computation.
Json cellJson(const study::CellSummary& cell, const io::ModelSource& source, const quant::Recipe& recipe);
/// `--worst N`: the rows, columns and groups with the largest error; 0 where it was not given. Usage errors.
OptionSpec worstOption();
Result<std::size_t> worstCount(const Invocation& invocation);
/// {rows:[{index, rmse, max_abs, share, relative_mse, ...}], columns, groups} of one cell.
Result<Json> worstJson(const io::ModelSource& source, const study::CellResult& cell, std::size_t most, const Context& context);
std::string worstText(const std::string& title, const Json& worst);
/// The same keys for a cell that was refused: figures null, and `error` as a failure prints it.
Json refusedJson(const study::Refusal& refusal, const io::ModelSource& source, const quant::Recipe& recipe);
/// {recipe, tensors, refused, bits_per_weight, bytes_before, bytes_after, seconds, peak_bytes, metrics}
Json totalsJson(const study::RecipeTotals& totals, const quant::Recipe& recipe, std::size_t refused = 0);

/// The table of cells for people: tensor, recipe, bits, size, relative MSE, SQNR, largest error, time; `output`: and the
/// relative error of the layer's output.
Table cellTable(bool output = false);
void addCell(Table& table, const std::string& name, const std::string& recipe, double bits, std::uint64_t bytes,
             const metrics::WeightError& error, double seconds, bool cached = false);

/// The row of a refused cell: no figures.
void addRefused(Table& table, const std::string& name, const std::string& recipe);
/// What goes with refused cells: a list for people with every reason, one warning per recipe and reason, and exit code 1
/// where a cell failed for more than its shape (specs/cli.md: the work can't be done as asked).
std::string refusedText(std::span<const study::Refusal> refused, const io::ModelSource& source, std::span<const quant::Recipe> recipes);
void tellRefused(Outcome& outcome, std::span<const study::Refusal> refused, std::span<const quant::Recipe> recipes);

/// `learning`: of every block, or the model, the losses by step and the step that was kept; a line each for people. Nothing where
/// nothing was learned on blocks or on the model.
void tellLearned(Outcome& outcome, const std::shared_ptr<const study::LearnedCells>& learned);
/// --dry-run: `learning` with layers, steps, texts and memory, where recipes learn on blocks or on the model; peak_bytes is at least its memory.
Status tellLearnPlan(Outcome& outcome, const study::StudyRequest& request);

/// The plan that --dry-run prints.
Json planJson(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors);
std::string planText(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors);
/// --dry-run of a command that runs several recipes: a plan each, the largest peak, all seconds. Tensors that a recipe
/// can't take are counted and told; where no recipe takes any, the first reason is the error.
Result<Outcome> planOutcome(const Invocation& invocation, const io::ModelSource& source, std::span<const std::size_t> tensors,
                            std::span<const quant::Recipe> recipes, const study::RunOptions& options);

} // namespace qs::cli
