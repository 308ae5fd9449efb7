// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/linalg/gram.h"

#include "core/exec/parallel_for.h"

#include <algorithm>

namespace qs::linalg {
namespace {

constexpr Index kRows = 256;   // added in float before they go to double
constexpr Index kStripe = 128; // rows of the sum per task

bool add(const Context& context, MatrixView x, MatrixView y, std::span<double> sum, bool symmetric)
{
    const Index p = x.cols;
    const Index q = y.cols;
    return parallelFor(context, p, kStripe, [&](Index b, Index e) {
        const Index c0 = symmetric ? b : 0; // the upper triangle; the rest is mirrored
        std::vector<float> part(static_cast<std::size_t>((e - b) * (q - c0)));
        for (Index r = 0; r < x.rows; r += kRows) {
            const Index n = std::min(kRows, x.rows - r);
            gemmHere(e - b, q - c0, n, {x.data.data() + r * p + b, 1, p}, {y.data.data() + r * q + c0, q, 1},
                     part.data(), q - c0);
            for (Index i = b; i < e; ++i) {
                const float* from = part.data() + (i - b) * (q - c0);
                double* to = sum.data() + i * q + c0;
                for (Index j = 0; j < q - c0; ++j) to[j] += static_cast<double>(from[j]);
            }
        }
    });
}

} // namespace

bool addCross(const Context& context, MatrixView x, MatrixView y, std::span<double> sum)
{
    return add(context, x, y, sum, false);
}

bool addGram(const Context& context, MatrixView x, std::span<double> sum)
{
    if (!add(context, x, x, sum, true)) return false;
    const Index n = x.cols;
    for (Index i = 0; i < n; ++i)
        for (Index j = i + 1; j < n; ++j)
            sum[static_cast<std::size_t>(j * n + i)] = sum[static_cast<std::size_t>(i * n + j)];
    return true;
}

} // namespace qs::linalg
