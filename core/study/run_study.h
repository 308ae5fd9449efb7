// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/study/run_cell.h"

#include <functional>
#include <span>

namespace qs::learn {
struct LossCurve;
struct LossPoint;
}

namespace qs::study {

/// What is kept of a cell when its artefact is gone: enough for tables, totals and fronts.
struct CellSummary {
    std::size_t tensor = 0;   ///< index in ModelSource::tensors
    std::size_t recipe = 0;   ///< index in StudyRequest::recipes
    std::uint64_t weights = 0;
    std::uint64_t bytesBefore = 0;
    quant::StorageBits bits;
    metrics::WeightError error;
    double seconds = 0;
    std::uint64_t peakBytes = 0;
    bool cached = false;      ///< was not computed but found in the result cache
    double bitsPerWeight() const;
    std::uint64_t bytesAfter() const { return (bits.payload + bits.metadata + 7) / 8; }
};

/// Sums over the tensors of one recipe.
struct RecipeTotals {
    std::size_t cells = 0;
    std::uint64_t weights = 0;
    std::uint64_t bytesBefore = 0;
    std::uint64_t bytesAfter = 0;
    quant::StorageBits bits;
    metrics::WeightError error;
    double seconds = 0;
    std::uint64_t peakBytes = 0; ///< the largest of the cells
    double bitsPerWeight() const;
    void add(const CellSummary& cell);
};

/// Sums over all cells, whatever their recipes.
RecipeTotals totalsOf(std::span<const CellSummary> cells);

struct StudyRequest {
    std::shared_ptr<const io::ModelSource> source;
    std::vector<std::size_t> tensors;       ///< indices in source->tensors
    std::vector<quant::Recipe> recipes;
    /// A plan: the k-th tensor takes only recipe assigned[k]. Empty: every tensor takes every recipe.
    std::vector<std::size_t> assigned;
    RunOptions options;
    /// A recipe that a tensor can't take becomes a Refusal and the study goes on; else it ends there. A study in which
    /// every cell is refused fails with the first refusal in any case.
    bool keepGoing = false;
    /// Called in order after every cell, with the artefact still there; an error ends the study. May be null.
    std::function<Status(const std::shared_ptr<const CellResult>&)> onCell;
    /// Told each step of what is learned on blocks or on the model. May be null.
    std::function<void(const learn::LossPoint&)> onLoss;
};

struct Study {
    std::vector<CellSummary> cells;         ///< tensor by tensor, within a tensor recipe by recipe
    std::vector<Refusal> refused;           ///< cells without figures, in the same order
    std::vector<RecipeTotals> totals;       ///< by recipe, over the cells that have figures
    /// Recipes on the front of bits against relative MSE, for the k-th tensor of the request.
    std::vector<std::vector<std::size_t>> pareto;
    /// What recipes of the scopes block and model have learned in this run; null where there are none.
    std::shared_ptr<const LearnedCells> learned;
};

/// Runs every recipe on every tensor, one cell after another (rows in parallel), so that memory stays bounded by the
/// largest cell. Announces 3 × elements of progress for each cell before the first one starts.
Result<Study> runStudy(const StudyRequest& request, const Context& context);

CellSummary summarize(const CellResult& cell, const io::ModelSource& source, std::size_t tensor, std::size_t recipe);

} // namespace qs::study
