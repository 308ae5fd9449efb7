// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plan/allocate.h"
#include "core/study/run_study.h"

#include <set>

namespace qs::plan {

/// A recipe that some tensors take whatever the budget says.
struct Pin {
    std::vector<std::size_t> tensors; ///< indices in ModelSource::tensors
    std::size_t recipe = 0;           ///< index in PlanRequest::recipes
};

struct PlanRequest {
    std::shared_ptr<const io::ModelSource> source;
    std::vector<std::size_t> tensors;        ///< indices in source->tensors
    std::vector<quant::Recipe> recipes;      ///< the candidates, then recipes that only pins name
    std::size_t candidates = 0;              ///< how many of them are candidates
    std::vector<Pin> pins;                   ///< a later pin of the same tensor counts
    /// Roles that take one recipe together within a block (and expert): {q_proj, k_proj, v_proj}.
    std::vector<std::set<io::Role>> ties;
    /// The budget: true bits per weight over all tensors of the plan, or their bytes. Exactly one is set.
    std::optional<double> bitsPerWeight;
    std::optional<std::uint64_t> bytes;
};

/// What `quantize` would do to one tensor.
struct PlannedTensor {
    std::size_t tensor = 0;
    std::size_t recipe = 0;   ///< index in PlanRequest::recipes
    bool pinned = false;
    study::CellSummary figures;
};

/// One candidate for all tensors that are not pinned.
struct UniformChoice {
    std::size_t recipe = 0;
    std::uint64_t bits = 0;
    std::uint64_t bytes = 0;
    double cost = 0;
    bool everywhere = false;  ///< every tensor takes it; else the figures are 0
    bool within = false;      ///< and stays within the budget
};

struct BitPlan {
    std::vector<PlannedTensor> tensors; ///< in the request's order
    std::uint64_t weights = 0;
    std::uint64_t bits = 0;
    std::uint64_t bytes = 0;
    double cost = 0;                    ///< Σ weights · relative error (README.md)
    double lowerBound = 0;              ///< of the cost of any plan within the budget
    bool optimal = false;
    bool ofOutputs = false;             ///< errors are of the layers' outputs, else of the weights
    std::vector<UniformChoice> uniform; ///< by candidate
    double bitsPerWeight() const { return weights == 0 ? 0.0 : static_cast<double>(bits) / static_cast<double>(weights); }
    double meanError() const { return weights == 0 ? 0.0 : cost / static_cast<double>(weights); }
};

/// Chooses among measured cells (indices as in the request); cells of other tensors are ignored. Fast: nothing is quantized.
/// Errors are those of outputs where every cell has one, else of weights; a cell whose error is not finite is no choice.
/// Errors: Usage for a budget that is not set, not positive, or set twice; Lacking, naming a tensor that no candidate fits
/// or telling the least budget; Cancelled.
Result<BitPlan> chooseBits(const PlanRequest& request, std::span<const study::CellSummary> cells, const Context& context);

/// Measures what chooseBits needs: every candidate on every tensor that is not pinned, every pin's recipe on its tensors.
/// A candidate that a tensor can't take is left out there; a pin that can't be taken is the error.
Result<std::vector<study::CellSummary>> measureCandidates(const PlanRequest& request, const study::RunOptions& options,
                                                          const Context& context);

} // namespace qs::plan
