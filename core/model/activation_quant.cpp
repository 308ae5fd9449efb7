// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/activation_quant.h"

#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>

namespace qs::model {
namespace {

constexpr Index kRowGrain = 64;

struct Range {
    float low;
    float high;
};

Range rangeOf(std::span<const float> x)
{
    Range r{x.front(), x.front()};
    for (const float v : x) {
        r.low = std::min(r.low, v);
        r.high = std::max(r.high, v);
    }
    return r;
}

// In double: a value near a tie falls on the side on which the stored float lies.
void roundTo(std::span<float> x, Range range)
{
    const double s = std::max((static_cast<double>(range.high) - static_cast<double>(range.low)) / 255, 1e-8);
    const double z = std::nearbyint(-static_cast<double>(range.low) / s);
    for (float& v : x)
        v = static_cast<float>((std::clamp(std::nearbyint(static_cast<double>(v) / s) + z, 0.0, 255.0) - z) * s);
}

} // namespace

void fakeQuantize(std::span<float> x)
{
    if (!x.empty()) roundTo(x, rangeOf(x));
}

bool quantizeActivations(const Context& context, ActivationQuant kind, Matrix& x,
                         const std::function<Index(Index)>& sequence)
{
    if (kind == ActivationQuant::None || x.rows() == 0 || x.cols() == 0) return !context.stopped();
    if (kind == ActivationQuant::Token)
        return parallelFor(context, x.rows(), kRowGrain, [&](Index b, Index e) {
            for (Index r = b; r < e; ++r) fakeQuantize(x.row(r));
        });
    std::vector<Index> starts; // rows of one sequence lie together
    for (Index r = 0; r < x.rows(); ++r)
        if (r == 0 || sequence(r) != sequence(r - 1)) starts.push_back(r);
    starts.push_back(x.rows());
    return parallelFor(context, static_cast<Index>(starts.size()) - 1, 1, [&](Index b, Index e) {
        for (Index i = b; i < e; ++i) {
            const Index from = starts[static_cast<std::size_t>(i)];
            const Index to = starts[static_cast<std::size_t>(i) + 1];
            fakeQuantize(x.data().subspan(static_cast<std::size_t>(from * x.cols()),
                                          static_cast<std::size_t>((to - from) * x.cols())));
        }
    });
}

bool quantizeHeads(const Context& context, HeadView x, Index heads, Index headDim, Index rows)
{
    return parallelFor(context, rows, kRowGrain, [&](Index b, Index e) {
        for (Index r = b; r < e; ++r)
            for (Index h = 0; h < heads; ++h) fakeQuantize({x.at(r, h), static_cast<std::size_t>(headDim)});
    });
}

} // namespace qs::model
