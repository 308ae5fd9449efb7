// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace qs {

/// Calls body(begin, end) for chunks of at most `grain` of [0, n), in parallel, in no particular order. Chunk borders
/// depend on n and grain alone: chunk k is [k·grain, min(n, (k+1)·grain)). Returns false when it was stopped;
/// what was begun is finished first. Exceptions of the body come out of this call.
bool parallelFor(const Context& context, std::int64_t n, std::int64_t grain,
                 const std::function<void(std::int64_t, std::int64_t)>& body);

/// Deterministic reduction: map(begin, end) → T for each chunk in parallel, then combine(total, part) in chunk order.
/// The result does not depend on the number of threads. `total` is what it was, if stopped (check context.stopped()).
template <class T, class Map, class Combine>
T reduceOrdered(const Context& context, std::int64_t n, std::int64_t grain, T total, Map&& map, Combine&& combine)
{
    const auto chunks = static_cast<std::size_t>(n <= 0 ? 0 : (n + grain - 1) / grain);
    std::vector<T> parts(chunks, total);
    if (!parallelFor(context, n, grain,
                     [&](std::int64_t b, std::int64_t e) { parts[static_cast<std::size_t>(b / grain)] = map(b, e); }))
        return total;
    for (T& part : parts) combine(total, part);
    return total;
}

} // namespace qs
