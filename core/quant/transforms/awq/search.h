// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/input_rows.h"

#include <vector>

namespace qs::quant {

/// The scale search of AWQ (arXiv 2306.00978; related_methods.md §3).
struct AwqScales {
    std::vector<float> scale;    ///< [in]: W' = W·diag(scale)
    std::vector<double> losses;  ///< at ratio k/count: Σ over the layers of tr(EΣEᵀ)
    int best = 0;                ///< the first of the least
};

/// llm-awq: s = max(mean|x|^r, 1e-4); autoawq ("duo scaling"): s = max(mean|x|^r / (w^(1−r) + 1e-4), 1e-4), w the mean of
/// |W| over its group's largest. Both are divided by √(max·min). Tries r = k/count, k = 0 … count − 1, with the grid as it
/// is, nearest levels.
/// `layers` read the same inputs, of which `calibration` has Σ and mean |x|.
Result<AwqScales> searchAwqScales(std::span<const InputRows* const> layers, const Calibration& calibration, const Grid& grid,
                                  bool isDuo, int count, const Context& context);

/// The clipping search: for each group the largest magnitude times 1, 0.95 … 0.55 with the least error of the group's
/// share of the outputs; on grids of two sides both ends by themselves (BitDistiller). The inputs are the samples, every
/// (count div 512)-th, or Σ's blocks where there are none. `rows` are in scaled coordinates.
Result<FitLimits> searchAwqClips(const InputRows& rows, const Grid& grid, const Context& context);

/// First columns of the runs of one group in a row: the same in each row, or Lacking.
Result<std::vector<Index>> groupRuns(const Grid& grid, const InputRows& rows, const Context& context);

} // namespace qs::quant
