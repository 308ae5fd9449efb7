// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/host_device.h"

#include <cstdint>

namespace qs::metrics {

/// The sums of a WeightError, without the count.
struct ErrorSums {
    double squaredError;
    double squares;
    double squaresDecoded;
    double dot;
    double maxAbs;
};

/// The device form of WeightError's sums. A fixed number of elements per block, threads in strides, a tree over the
/// block: the order depends on the sizes alone, so the result is the same every time.
struct ErrorSumsKernel {
    static constexpr const char* kName = "error_sums";
    static constexpr int kThreads = 256; ///< a power of two: the tree halves
    static constexpr std::int64_t kPerBlock = std::int64_t(1) << 16;
    struct Shared {
        ErrorSums part[kThreads];
    };
    struct Args {
        const float* original;
        const float* decoded;
        std::int64_t n;
        ErrorSums* out; ///< one for each block; the caller adds them in order
    };
    /// Blocks that n elements need.
    static std::int64_t blocks(std::int64_t n) { return (n + kPerBlock - 1) / kPerBlock; }

    QS_HD static void merge(ErrorSums& t, const ErrorSums& p)
    {
        t.squaredError += p.squaredError;
        t.squares += p.squares;
        t.squaresDecoded += p.squaresDecoded;
        t.dot += p.dot;
        t.maxAbs = t.maxAbs < p.maxAbs ? p.maxAbs : t.maxAbs;
    }

    template <class Team>
    QS_HD static void run(const Team& team, Shared& shared, const Args& a)
    {
        const std::int64_t begin = team.block() * kPerBlock;
        const std::int64_t end = begin + kPerBlock < a.n ? begin + kPerBlock : a.n;
        ErrorSums sums{0, 0, 0, 0, 0};
        for (std::int64_t i = begin + team.rank(); i < end; i += team.size()) {
            const double w = a.original[i];
            const double v = a.decoded[i];
            const double e = v - w;
            merge(sums, {e * e, w * w, v * v, w * v, e < 0 ? -e : e});
        }
        shared.part[team.rank()] = sums;
        for (int half = team.size() / 2; half > 0; half /= 2) {
            team.sync();
            if (team.rank() < half) merge(shared.part[team.rank()], shared.part[team.rank() + half]);
        }
        if (team.rank() == 0) a.out[team.block()] = shared.part[0];
    }
};

} // namespace qs::metrics
