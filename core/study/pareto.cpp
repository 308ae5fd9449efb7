// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/pareto.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::study {

std::vector<std::size_t> paretoFront(std::span<const double> bits, std::span<const double> error)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < std::min(bits.size(), error.size()); ++i)
        if (std::isfinite(bits[i]) && std::isfinite(error[i])) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return bits[a] != bits[b] ? bits[a] < bits[b] : error[a] < error[b];
    });
    std::vector<std::size_t> front;
    double best = std::numeric_limits<double>::infinity();
    for (const std::size_t i : order)
        if (error[i] < best) {
            best = error[i];
            front.push_back(i);
        }
    return front;
}

} // namespace qs::study
