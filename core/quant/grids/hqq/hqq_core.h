// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/parallel_for.h"
#include "core/tensor/shape.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace qs::quant {

/// Half-quadratic quantization (related_methods.md §26; mobiusml/hqq, optimize.py).
struct HqqOptions {
    int bits = 4;
    int iterations = 20;
    double p = 0.7;  ///< the norm of the weight error, 0 < p <= 1
    double beta = 10;
    double kappa = 1;           ///< beta grows by this factor each step: 1 in the legacy loop, 1.01 in "v2"
    bool roundZero = true;      ///< the first zero point is rounded
    bool stopPerGroup = false;  ///< each group stops by its own error instead of the tensor's
};

template <class T> struct HqqFit {
    std::vector<T> scale;  ///< inverse step of each group: code = clamp(round(w·scale + zero))
    std::vector<T> zero;
};

/// Code of one weight with an inverse step and a float zero point: clamp(round-to-even(w·scale + zero), 0, most).
template <class T> inline T hqqCode(T w, T scale, T zero, T most) {
    // Adding 1.5·2^(digits−1) leaves no room for a fraction, so the addition itself rounds; no call to nearbyint.
    constexpr T kShift = T(3) * static_cast<T>(std::uint64_t(1) << (std::numeric_limits<T>::digits - 2));
    return (std::clamp(w * scale + zero, T(0), most) + kShift) - kShift;
}

/// Fits `groups` groups. `readerOf(begin, end)` makes what reads the groups of a chunk: visit(group, f) calls
/// f(std::span<const float>) for stretches that together are the group, in its order; groups come in ascending order. T
/// is double in the pipeline. Returns false when stopped. The same for any number of threads: sums per fixed chunk of `grain`
/// groups (0: about 65536 weights), in order.
template <class T, class ReaderOf>
bool hqqFit(const Context& context, Index groups, Index groupSize, const HqqOptions& o, const ReaderOf& readerOf,
            HqqFit<T>& out, Index grain = 0) {
    const T most = static_cast<T>((1 << o.bits) - 1);
    const auto n = static_cast<std::size_t>(groups);
    out.scale.assign(n, T(1));
    out.zero.assign(n, T(0));
    if (grain <= 0) grain = std::max<Index>(1, 65536 / std::max<Index>(1, groupSize));

    const auto start = [&](std::size_t g, auto& visit) {
        float lo = std::numeric_limits<float>::infinity();
        float hi = -lo;
        visit(static_cast<Index>(g), [&](std::span<const float> w) {
            const auto [least, greatest] = std::minmax_element(w.begin(), w.end());
            lo = std::min(lo, *least);
            hi = std::max(hi, *greatest);
        });
        const T range = static_cast<T>(hi) - static_cast<T>(lo);
        T s = range <= T(1e-4) ? T(1) : most / range;
        s = std::min(s, T(2e4));
        out.scale[g] = s;
        out.zero[g] = o.roundZero ? std::nearbyint(-static_cast<T>(lo) * s) : -static_cast<T>(lo) * s;
    };
    // One step of the proximal loop: the zero that minimises the quadratic half, and Σ|w − ŵ| before it.
    const auto step = [&](std::size_t g, auto& visit, T beta) {
        const T s = out.scale[g];
        const T z = out.zero[g];
        // |d| − |d|^(p−1)/β > 0 needs |d| > β^(−1/(2−p)); below it the shrunk error is 0 and the power is not needed.
        const T least = std::pow(beta, T(-1) / (T(2) - static_cast<T>(o.p))) * T(1 - 1e-6);
        T sum = 0;
        T error = 0;
        std::size_t count = 0;
        visit(static_cast<Index>(g), [&](std::span<const float> w) {
            count += w.size();
            for (const float weight : w) {
                const auto v = static_cast<T>(weight);
                const T q = hqqCode(v, s, z, most);
                const T d = v - (q - z) / s;
                const T a = std::fabs(d);
                T e = 0;
                if (a > least) e = std::copysign(std::max(T(0), a - std::pow(a, static_cast<T>(o.p) - T(1)) / beta), d);
                sum += q - (v - e) * s;
                error += a;
            }
        });
        out.zero[g] = sum / static_cast<T>(count);
        return error;
    };

    if (o.stopPerGroup) {
        return parallelFor(context, groups, grain, [&](Index b, Index e) {
            auto visit = readerOf(b, e);
            for (auto g = static_cast<std::size_t>(b); g < static_cast<std::size_t>(e); ++g) {
                start(g, visit);
                T best = std::numeric_limits<T>::infinity();
                T beta = static_cast<T>(o.beta);
                for (int k = 0; k < o.iterations && !context.stopped(); ++k, beta *= static_cast<T>(o.kappa)) {
                    const T error = step(g, visit, beta);
                    if (!(error < best)) break;  // the zero of the failed step stays, as in the official loop
                    best = error;
                }
            }
        });
    }

    T best = std::numeric_limits<T>::infinity();
    T beta = static_cast<T>(o.beta);
    for (int k = 0; k < std::max(1, o.iterations); ++k, beta *= static_cast<T>(o.kappa)) {
        const T error = reduceOrdered(
            context, groups, grain, T(0),
            [&](Index b, Index e) {
                auto visit = readerOf(b, e);
                T total = 0;
                for (auto g = static_cast<std::size_t>(b); g < static_cast<std::size_t>(e); ++g) {
                    if (k == 0) start(g, visit);
                    if (o.iterations > 0) total += step(g, visit, beta);
                }
                return total;
            },
            [](T& total, T part) { total += part; });
        if (context.stopped()) return false;
        context.advance(static_cast<std::uint64_t>(groups * groupSize / (std::max(1, o.iterations) + 1)));
        if (!(error < best)) break;
        best = error;
    }
    return true;
}

}  // namespace qs::quant
