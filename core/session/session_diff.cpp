// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_diff.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace qs::session {
namespace {

using CellPtr = std::shared_ptr<const study::CellResult>;
using Key = std::tuple<std::string, std::string, std::string, std::uint64_t>;

Key keyOf(const study::CellResult& cell)
{
    auto name = cell.source.filename();
    if (name.empty()) name = cell.source.parent_path().filename();
    return {name.string(), cell.tensor, cell.key(), cell.seed};
}

// Relative MSE after / before − 1 in double; NaN is worse than any number.
double changeOf(const study::CellResult& before, const study::CellResult& after)
{
    const double a = before.error.relativeMse();
    const double b = after.error.relativeMse();
    if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
    if (std::isnan(a)) return -1;
    if (std::isnan(b)) return std::numeric_limits<double>::infinity();
    return a == 0 ? std::numeric_limits<double>::infinity() : b / a - 1;
}

} // namespace

const char* cellChangeName(CellChange change)
{
    switch (change) {
    case CellChange::Worse: return "worse";
    case CellChange::Lost: return "lost";
    case CellChange::Better: return "better";
    case CellChange::Added: return "added";
    case CellChange::Same: return "same";
    }
    return "same";
}

double storedBitsPerWeight(const study::CellResult& cell)
{
    return cell.error.count == 0 ? 0 : static_cast<double>(cell.bits.payload + cell.bits.metadata) / static_cast<double>(cell.error.count);
}

ResultDiff diffResults(std::span<const CellPtr> before, std::span<const CellPtr> after)
{
    std::map<Key, std::pair<CellPtr, CellPtr>> cells;
    for (const auto& c : before)
        if (c) cells[keyOf(*c)].first = c;
    for (const auto& c : after)
        if (c) cells[keyOf(*c)].second = c;
    ResultDiff out;
    for (auto& [key, pair] : cells) {
        CellDiff d;
        std::tie(d.checkpoint, d.tensor, d.recipe, d.seed) = key;
        d.before = std::move(pair.first);
        d.after = std::move(pair.second);
        if (!d.after) {
            d.status = CellChange::Lost;
            ++out.lost;
        } else if (!d.before) {
            d.status = CellChange::Added;
            ++out.added;
        } else {
            d.change = changeOf(*d.before, *d.after);
            const double bits = storedBitsPerWeight(*d.after) - storedBitsPerWeight(*d.before);
            if (*d.change > kSameChange || (*d.change >= -kSameChange && bits > 1e-9)) {
                d.status = CellChange::Worse;
                ++out.worse;
            } else if (*d.change < -kSameChange || bits < -1e-9) {
                d.status = CellChange::Better;
                ++out.better;
            } else {
                ++out.same;
            }
        }
        out.cells.push_back(std::move(d));
    }
    std::stable_sort(out.cells.begin(), out.cells.end(), [](const CellDiff& a, const CellDiff& b) {
        if (a.status != b.status) return a.status < b.status;
        const double x = std::fabs(a.change.value_or(0));
        const double y = std::fabs(b.change.value_or(0));
        if (x != y) return x > y;
        return a.tensor == b.tensor ? a.recipe < b.recipe : io::naturalLess(a.tensor, b.tensor);
    });
    return out;
}

ResultDiff diffSessions(const Session& before, const Session& after)
{
    const auto cells = [](const Session& s) {
        std::vector<CellPtr> out;
        for (const auto& r : s.results) out.push_back(r.cell);
        return out;
    };
    return diffResults(cells(before), cells(after));
}

} // namespace qs::session
