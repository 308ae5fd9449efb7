// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/part.h"

namespace qs::quant {

Result<std::unique_ptr<FittedGrid>> fitWithin(const Grid& grid, const FitInput& input, const Context& context)
{
    if (!input.limits || input.limits->empty()) return grid.fit(input, context);
    const Matrix inside = withinLimits(input);
    FitInput clipped = input;
    clipped.weights = inside.view();
    clipped.limits = nullptr;
    return grid.fit(clipped, context);
}

} // namespace qs::quant
