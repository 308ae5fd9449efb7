// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace qs::study {

/// Indices of the points that no other point beats (no more bits and no more error, and less of one), by ascending
/// bits. Of equal points the first counts. Points that are not finite are never on the front. O(n log n).
std::vector<std::size_t> paretoFront(std::span<const double> bits, std::span<const double> error);

} // namespace qs::study
