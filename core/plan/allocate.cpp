// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/allocate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace qs::plan {
namespace {

struct Option {
    std::uint64_t size;
    double cost;
    std::uint32_t candidate;
};

// Choices that no other beats, by ascending size and descending cost.
std::vector<Option> undominated(const Unit& unit)
{
    std::vector<Option> all;
    for (std::size_t c = 0; c < unit.size(); ++c)
        if (unit[c]) all.push_back({unit[c]->size, unit[c]->cost, static_cast<std::uint32_t>(c)});
    std::stable_sort(all.begin(), all.end(),
                     [](const Option& a, const Option& b) { return a.size != b.size ? a.size < b.size : a.cost < b.cost; });
    std::vector<Option> kept;
    for (const Option& o : all)
        if (kept.empty() || o.cost < kept.back().cost) kept.push_back(o);
    return kept;
}

// Places of the options on the lower convex hull of size against cost.
std::vector<std::size_t> hullOf(const std::vector<Option>& options)
{
    const auto slope = [&](std::size_t a, std::size_t b) {
        return (options[a].cost - options[b].cost) / static_cast<double>(options[b].size - options[a].size);
    };
    std::vector<std::size_t> hull;
    for (std::size_t i = 0; i < options.size(); ++i) {
        while (hull.size() >= 2 && slope(hull[hull.size() - 2], hull.back()) <= slope(hull.back(), i)) hull.pop_back();
        hull.push_back(i);
    }
    return hull;
}

// One step along a unit's hull.
struct Upgrade {
    double gain; // cost saved per unit of size
    std::size_t unit;
    std::size_t to; // place in the unit's options
};

struct Relaxed {
    double price = 0;               // Lagrange's multiplier: cost of one unit of size
    std::vector<std::size_t> taken; // places in the options: a plan within the budget
};

// Greedy upgrades along the hulls. The gain of the first that does not fit is the price that makes the bound tight.
Relaxed relax(const std::vector<std::vector<Option>>& options, std::uint64_t budget)
{
    std::vector<Upgrade> upgrades;
    std::uint64_t used = 0;
    for (std::size_t u = 0; u < options.size(); ++u) {
        used += options[u].front().size;
        const auto hull = hullOf(options[u]);
        for (std::size_t h = 1; h < hull.size(); ++h) {
            const Option& a = options[u][hull[h - 1]];
            const Option& b = options[u][hull[h]];
            upgrades.push_back({(a.cost - b.cost) / static_cast<double>(b.size - a.size), u, hull[h]});
        }
    }
    std::stable_sort(upgrades.begin(), upgrades.end(), [](const Upgrade& a, const Upgrade& b) { return a.gain > b.gain; });
    Relaxed out;
    out.taken.assign(options.size(), 0);
    for (const Upgrade& up : upgrades) {
        const std::uint64_t more = options[up.unit][up.to].size - options[up.unit][out.taken[up.unit]].size;
        if (used + more > budget) {
            if (out.price == 0) out.price = up.gain;
            continue; // a later, smaller step may still fit; a step over a left-out one is a larger step of the same unit
        }
        used += more;
        out.taken[up.unit] = up.to;
    }
    return out;
}

struct State {
    std::uint64_t size;
    double cost;
    std::uint32_t parent;
    std::uint32_t option;
};

} // namespace

Result<Allocation> allocate(std::span<const Unit> units, std::uint64_t budget, const Context& context, std::size_t mostOpen)
{
    std::vector<std::vector<Option>> options;
    std::uint64_t least = 0;
    for (std::size_t u = 0; u < units.size(); ++u) {
        options.push_back(undominated(units[u]));
        if (options.back().empty()) return fail(ErrorCode::Lacking, "no candidate fits unit " + std::to_string(u));
        least += options.back().front().size;
    }
    if (least > budget)
        return fail(Error(ErrorCode::Lacking, "the smallest candidates together exceed the budget")
                        .wanted("at most " + std::to_string(budget))
                        .got(std::to_string(least))
                        .fix("raise the budget or add a smaller candidate"));

    const std::size_t n = options.size();
    const Relaxed relaxed = relax(options, budget);
    // What the units from u on cost at least, with every unit of size at its price.
    std::vector<double> priced(n + 1, 0.0);
    std::vector<std::uint64_t> leastFrom(n + 1, 0);
    for (std::size_t u = n; u-- > 0;) {
        double best = std::numeric_limits<double>::infinity();
        for (const Option& o : options[u]) best = std::min(best, o.cost + relaxed.price * static_cast<double>(o.size));
        priced[u] = priced[u + 1] + best;
        leastFrom[u] = leastFrom[u + 1] + options[u].front().size;
    }

    Allocation best;
    best.cost = std::numeric_limits<double>::infinity();
    const auto offer = [&](const std::vector<std::size_t>& candidates) {
        std::uint64_t size = 0;
        double cost = 0;
        for (std::size_t u = 0; u < n; ++u) {
            const auto& choice = units[u][candidates[u]];
            if (!choice) return;
            size += choice->size;
            cost += choice->cost;
        }
        if (size > budget || cost >= best.cost) return;
        best.chosen = candidates;
        best.size = size;
        best.cost = cost;
    };
    std::vector<std::size_t> candidates(n);
    for (std::size_t u = 0; u < n; ++u) candidates[u] = options[u][relaxed.taken[u]].candidate;
    offer(candidates);
    const std::size_t count = units.empty() ? 0 : units.front().size();
    for (std::size_t c = 0; c < count; ++c) {
        if (!std::all_of(units.begin(), units.end(), [&](const Unit& unit) { return c < unit.size() && unit[c]; })) continue;
        std::fill(candidates.begin(), candidates.end(), c);
        offer(candidates);
    }

    // Partial sums that could still beat the best plan by more than rounding.
    const double slack = 1e-12 * (std::abs(priced[0]) + best.cost);
    best.lowerBound = std::clamp(priced[0] - relaxed.price * static_cast<double>(budget), 0.0, best.cost);
    std::vector<std::vector<State>> layers{{{0, 0.0, 0, 0}}};
    bool complete = true;
    for (std::size_t u = 0; u < n; ++u) {
        if (context.stopped()) return cancelled();
        std::vector<State> next;
        const auto& states = layers.back();
        for (std::size_t s = 0; s < states.size(); ++s)
            for (std::size_t o = 0; o < options[u].size(); ++o) {
                const std::uint64_t size = states[s].size + options[u][o].size;
                if (size + leastFrom[u + 1] > budget) break; // options ascend in size
                const double cost = states[s].cost + options[u][o].cost;
                const double bound = cost + priced[u + 1] - relaxed.price * static_cast<double>(budget - size);
                if (bound >= best.cost - slack) continue;
                next.push_back({size, cost, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(o)});
            }
        std::sort(next.begin(), next.end(), [](const State& a, const State& b) {
            return a.size != b.size ? a.size < b.size : a.cost != b.cost ? a.cost < b.cost : a.parent != b.parent ? a.parent < b.parent
                                                                                                                 : a.option < b.option;
        });
        std::vector<State> kept;
        for (const State& s : next)
            if (kept.empty() || s.cost < kept.back().cost) kept.push_back(s);
        if (kept.size() > mostOpen) {
            complete = false;
            const auto bound = [&](const State& s) { return s.cost + relaxed.price * static_cast<double>(s.size); };
            std::stable_sort(kept.begin(), kept.end(), [&](const State& a, const State& b) { return bound(a) < bound(b); });
            kept.resize(mostOpen);
            std::sort(kept.begin(), kept.end(), [](const State& a, const State& b) { return a.size < b.size; });
        }
        layers.push_back(std::move(kept));
    }
    const auto& last = layers.back();
    const auto found = std::min_element(last.begin(), last.end(), [](const State& a, const State& b) { return a.cost < b.cost; });
    if (found != last.end() && found->cost < best.cost) {
        State s = *found;
        for (std::size_t u = n; u-- > 0;) {
            candidates[u] = options[u][s.option].candidate;
            s = layers[u][s.parent];
        }
        offer(candidates);
    }
    best.optimal = complete;
    if (complete) best.lowerBound = best.cost;
    else best.lowerBound = std::min(best.lowerBound, best.cost);
    return best;
}

} // namespace qs::plan
