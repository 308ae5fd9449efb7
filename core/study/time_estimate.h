// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/study/run_cell.h"

#include <span>
#include <vector>

namespace qs::study {

/// What a run will take, before it is run.
struct RunPlan {
    double seconds = 0;           ///< measured on a sample of rows of each kind of tensor, scaled up
    std::uint64_t peakBytes = 0;  ///< the largest cell
    std::uint64_t weights = 0;
    quant::StorageBits bits;      ///< forecast from the sizes
    std::vector<Refusal> refused; ///< tensors whose shape the recipe can't take; not in the figures above
};

/// Seconds that `recipe` takes on `tensor`: a sample of its rows (at least 64, about 256 k weights) is read, quantized
/// and measured, and the time scaled to all rows.
Result<double> estimateSeconds(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe,
                               const RunOptions& options, const Context& context);

/// The plan of one recipe on many tensors; what a recipe learns on blocks or on the model is not timed (planLearnedCells); tensors of the same type and shape are measured once. With `keepGoing` a tensor
/// that the recipe can't take is listed in `refused`; else it is the error.
Result<RunPlan> planRun(const io::ModelSource& source, std::span<const std::size_t> tensors, const quant::Recipe& recipe,
                        const RunOptions& options, const Context& context, bool keepGoing = false);

/// Seconds that one decoding read of `weights` weights takes: measured on a piece of the checkpoint's largest tensor.
Result<double> estimateReadSeconds(const io::ModelSource& source, std::uint64_t weights);

} // namespace qs::study
