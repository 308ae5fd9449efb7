// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/plot_support.h"

#include <utility>

namespace qs::plots {

/// Range of one axis of a two-dimensional count.
struct DensityAxes {
    double low = 0;
    double high = 0;
    void widen(); ///< a little, so that extremes lie inside; never empty
};
/// Extremes of the finite values; {0, 0} where there are none.
DensityAxes finiteRange(std::span<const float> values);

/// Counts n points on a cells × cells grid (row 0 on top holds the largest y); values are log10 of the count, NaN where
/// nothing fell. Points that are not finite or lie outside are left out. The same for any number of threads.
/// With `selected`, cells count the selected points; those where only others fell count these, and are pale.
Result<HeatGrid> density(std::size_t n, const std::function<std::pair<float, float>(std::size_t)>& point,
                         const DensityAxes& x, const DensityAxes& y, int cells, const Context& context,
                         const std::function<bool(std::size_t)>& selected = {});

/// What density() asks of each element of a matrix; empty where everything is selected.
std::function<bool(std::size_t)> keptBy(const Selected& selected, MatrixView original);

} // namespace qs::plots
