// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <span>

namespace qs::plots {

/// Student's t with a location and a scale.
struct StudentFit {
    double location = 0;
    double scale = 1;
    double freedom = 200; ///< 200 is the upper bound of the fit: as good as Gaussian
    double density(double x) const;
};

/// Largest likelihood of scale and degrees of freedom (0.5 to 200) for counts in bins, taken at their centres; the
/// location is given. For each number of degrees the scale is the fixed point of the EM step of the t distribution.
StudentFit fitStudent(std::span<const double> edges, std::span<const std::uint64_t> counts, double location, double deviation);

} // namespace qs::plots
