// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/part.h"

#include <algorithm>

namespace qs::quant {

Matrix withinLimits(const FitInput& input)
{
    Matrix out(input.weights.rows, input.weights.cols);
    std::copy(input.weights.data.begin(), input.weights.data.end(), out.data().begin());
    const std::size_t runs = input.limits->begins.size();
    for (Index r = 0; r < out.rows(); ++r) {
        const auto row = out.row(r);
        for (std::size_t k = 0; k < runs; ++k) {
            const std::size_t at = static_cast<std::size_t>(r) * runs + k;
            const float lo = input.limits->lo[at];
            const float hi = input.limits->hi[at];
            const auto end = k + 1 < runs ? static_cast<std::size_t>(input.limits->begins[k + 1]) : row.size();
            for (auto c = static_cast<std::size_t>(input.limits->begins[k]); c < end; ++c) row[c] = std::clamp(row[c], lo, hi);
        }
    }
    return out;
}

Result<std::unique_ptr<FittedGrid>> fitWithin(const Grid& grid, const FitInput& input, const Context& context)
{
    if (!input.limits || input.limits->empty()) return grid.fit(input, context);
    const Matrix inside = withinLimits(input);
    FitInput clipped = input;
    clipped.weights = inside.view();
    clipped.limits = nullptr;
    return grid.fit(clipped, context);
}

Result<std::unique_ptr<FittedGrid>> Assignment::fitAndAssign(const FitInput& input, const Grid& grid,
                                                             const Context& context, Codes& codes) const
{
    QS_ASSIGN(auto fitted, fitWithin(grid, input, context));
    if (context.stopped()) return cancelled();
    QS_TRY(assign(input, *fitted, context, codes));
    return fitted;
}

} // namespace qs::quant
