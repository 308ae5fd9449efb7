// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qs::plan {

/// What a unit (a tensor, or tensors tied together) takes and costs under one candidate.
struct Choice {
    std::uint64_t size = 0; ///< in bits or bytes, as the budget
    double cost = 0;        ///< finite, >= 0
};

/// One entry per candidate; empty where the unit can't take it.
using Unit = std::vector<std::optional<Choice>>;

struct Allocation {
    std::vector<std::size_t> chosen; ///< candidate of each unit
    std::uint64_t size = 0;          ///< of all units; at most the budget
    double cost = 0;
    double lowerBound = 0;           ///< no allocation within the budget costs less than this
    bool optimal = false;            ///< proven: no allocation within the budget costs less than `cost`
};

/// The candidates of least total cost within the budget (multiple-choice knapsack; see README.md). Never costs more than any
/// single candidate that all units can take within the budget. The same for any number of threads.
/// `mostOpen`: how many partial sums are followed at once; less is quicker and may miss the optimum.
/// Errors: Lacking where a unit has no choice or the smallest ones exceed the budget (found: their total); Cancelled.
Result<Allocation> allocate(std::span<const Unit> units, std::uint64_t budget, const Context& context,
                            std::size_t mostOpen = 20000);

} // namespace qs::plan
