// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid_kernels.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace qs::quant {
namespace {

constexpr std::size_t kWeightsOfChunk = std::size_t(1) << 16;
constexpr std::size_t kGroupsAtOnce = 256; // ranges of these wait in a buffer on the stack

// −0 is below +0, as the kernels have it.
bool isBelow(float a, float b) { return a < b || (a == b && std::signbit(a) && !std::signbit(b)); }

} // namespace

Range rangeOf(const GroupLayout& layout, Index group, MatrixView w, bool withZero)
{
    Range r;
    bool first = true;
    forEachSpan(layout, group, w, [&](std::span<const float> run) {
        if (run.empty()) return;
        const Range part = rangeOf(run, withZero);
        if (first || isBelow(part.lo, r.lo)) r.lo = part.lo;
        if (first || isBelow(r.hi, part.hi)) r.hi = part.hi;
        first = false;
    });
    return r;
}

bool forRanges(const Context& context, const GroupLayout& layout, MatrixView w, bool withZero,
               const std::function<void(std::size_t, std::span<const Range>)>& body)
{
    const auto groups = static_cast<std::size_t>(layout.groups());
    const auto size = static_cast<std::size_t>(layout.groupSize());
    if (layout.isContiguous()) {
        const auto grain = static_cast<Index>(std::max<std::size_t>(1, kWeightsOfChunk / size));
        return parallelFor(context, static_cast<Index>(groups), grain, [&](Index begin, Index end) {
            Range ranges[kGroupsAtOnce];
            for (auto g = static_cast<std::size_t>(begin); g < static_cast<std::size_t>(end); g += kGroupsAtOnce) {
                const std::size_t count = std::min(kGroupsAtOnce, static_cast<std::size_t>(end) - g);
                const std::size_t from = g * size;
                const std::size_t to = std::min(w.data.size(), from + count * size);
                groupKernels().ranges(w.data.data() + from, to - from, size, withZero, ranges);
                body(g, {ranges, count});
            }
        });
    }
    if (layout.withinRows()) { // the last group of a row is short
        const auto perRow = static_cast<std::size_t>(layout.groupsPerRow());
        const Index grain = std::max<Index>(1, static_cast<Index>(kWeightsOfChunk) / std::max<Index>(1, w.cols));
        return parallelFor(context, w.rows, grain, [&](Index begin, Index end) {
            std::vector<Range> ranges(perRow);
            for (Index r = begin; r < end; ++r) {
                groupKernels().ranges(w.row(r).data(), static_cast<std::size_t>(w.cols), size, withZero, ranges.data());
                body(static_cast<std::size_t>(r) * perRow, ranges);
            }
        });
    }
    return forGroups(context, layout, [&](Index g) {
        const Range r = rangeOf(layout, g, w, withZero);
        body(static_cast<std::size_t>(g), {&r, 1});
    });
}

Result<std::vector<Range>> rangesOfRows(const InputRows& rows, const GroupLayout& layout, bool withZero, const Context& context)
{
    const auto groups = static_cast<std::size_t>(layout.groups());
    const auto perRow = static_cast<std::size_t>(layout.groupsPerRow());
    const auto size = static_cast<std::size_t>(layout.groupSize());
    std::vector<Range> out(groups);
    if (layout.withinRows()) {
        QS_TRY(forTiles(rows, tileRows(rows), context, [&](const FitInput& tile, Index row0) -> Status {
            for (Index r = 0; r < tile.weights.rows; ++r)
                groupKernels().ranges(tile.weights.row(r).data(), static_cast<std::size_t>(tile.weights.cols), size, withZero,
                                      out.data() + static_cast<std::size_t>(row0 + r) * perRow);
            return {};
        }));
        return out;
    }
    // Groups reach over rows: the parts of each are put together, in any order with the same ends.
    std::vector<bool> isThere(groups);
    std::mutex mutex;
    QS_TRY(forTiles(rows, tileRows(rows), context, [&](const FitInput& tile, Index row0) -> Status {
        std::vector<std::pair<std::size_t, Range>> parts;
        for (Index r = 0; r < tile.weights.rows; ++r)
            for (Index c = 0; c < tile.weights.cols;) {
                const Index end = layout.runEnd(row0 + r, c);
                parts.emplace_back(layout.group(row0 + r, c),
                                   rangeOf(tile.weights.row(r).subspan(static_cast<std::size_t>(c), static_cast<std::size_t>(end - c)), withZero));
                c = end;
            }
        const std::scoped_lock lock(mutex);
        for (const auto& [g, part] : parts) {
            if (!isThere[g] || isBelow(part.lo, out[g].lo)) out[g].lo = part.lo;
            if (!isThere[g] || isBelow(out[g].hi, part.hi)) out[g].hi = part.hi;
            isThere[g] = true;
        }
        return {};
    }));
    return out;
}

double powerError(std::span<const float> a, std::span<const float> b)
{
    float buffer[kPiece];
    double total = 0;
    forPieces(a.size(), [&](std::size_t at, std::size_t n) {
        groupKernels().powers(a.data() + at, b.data() + at, n, buffer);
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(buffer[i]);
        total += sum;
    });
    return total;
}

} // namespace qs::quant
