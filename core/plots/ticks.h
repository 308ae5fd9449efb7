// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace qs::plots {

/// Marks of one axis.
struct Ticks {
    std::vector<double> at;
    std::vector<std::string> labels; ///< one per mark; all with the same number of decimals, or as powers of ten
    std::vector<double> minor;       ///< marks without a label (logarithmic axes)
};

/// Marks at 1, 2 or 5 times a power of ten inside [low, high], about `wanted` of them. `integer`: no fractions.
Ticks linearTicks(double low, double high, int wanted, bool integer = false);
/// Marks at powers of ten (every k-th where there are many, 1-2-5 where the range is below two decades); low > 0.
Ticks logTicks(double low, double high, int wanted);
/// The smallest range of nice numbers that holds [low, high]; never empty.
void niceRange(double& low, double& high, int wanted);

} // namespace qs::plots
