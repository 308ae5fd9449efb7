// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/dense_factor.h"

#include "core/exec/parallel_for.h"
#include "core/quant/product_kernels.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

constexpr std::size_t kBlock = 64;   // columns that are eliminated at a time
constexpr std::size_t kPanel = 64;   // columns of a task

/// Rows of one block, one after another: x ← L⁻¹·x with L = Rᵀ, r the block's upper triangle within a matrix of n columns.
void solveRows(const ProductKernels& kernels, const double* r, std::size_t n, std::size_t count, double* x,
               std::size_t width, std::size_t ldx)
{
    for (std::size_t i = 0; i < count; ++i) {
        const double d = r[i * n + i];
        for (std::size_t j = 0; j < width; ++j) x[i * ldx + j] /= d;
        kernels.subtractOuter(count - i - 1, width, r + i * n + i + 1, x + i * ldx, x + (i + 1) * ldx, ldx);
    }
}

/// Upper Cholesky factor in place: h = RᵀR. False where h is not positive definite, or stopped.
bool factor(double* h, std::size_t n, const Context& context)
{
    const ProductKernels& kernels = productKernels();
    for (std::size_t k0 = 0; k0 < n; k0 += kBlock) {
        const std::size_t k1 = std::min(n, k0 + kBlock);
        for (std::size_t i = k0; i < k1; ++i) {
            const double d = h[i * n + i];
            if (!(d > 0.0) || !std::isfinite(d)) return false;
            const double root = std::sqrt(d);
            h[i * n + i] = root;
            for (std::size_t j = i + 1; j < k1; ++j) h[i * n + j] /= root;
            for (std::size_t p = i + 1; p < k1; ++p)
                kernels.subtractOuter(1, k1 - p, &h[i * n + p], &h[i * n + p], &h[p * n + p], n);
        }
        const std::size_t rest = n - k1;
        const auto panels = static_cast<Index>((rest + kPanel - 1) / kPanel);
        if (!parallelFor(context, panels, 1, [&](Index b, Index e) {
                for (; b < e; ++b) {
                    const std::size_t c0 = k1 + static_cast<std::size_t>(b) * kPanel;
                    solveRows(kernels, h + k0 * n + k0, n, k1 - k0, h + k0 * n + c0, std::min(kPanel, n - c0), n);
                }
            }))
            return false;
        if (!parallelFor(context, panels, 1, [&](Index b, Index e) {
                for (; b < e; ++b) { // columns of the panel, all rows down to its end: the upper half
                    const std::size_t c0 = k1 + static_cast<std::size_t>(b) * kPanel;
                    const std::size_t width = std::min(kPanel, n - c0);
                    kernels.subtract(c0 + width - k1, width, k1 - k0, h + k0 * n + k1, n, h + k0 * n + c0, n,
                                     h + k1 * n + c0, n);
                }
            }))
            return false;
    }
    return true;
}

} // namespace

Result<std::vector<double>> inverseFactor(std::span<double> h, std::size_t n, const Context& context)
{
    // Both axes are turned round: the lower Cholesky factor of the turned matrix is the upper one of h = R·Rᵀ.
    for (std::size_t i = 0; i < n; ++i) // the upper half onto the lower, so that turning finds it
        for (std::size_t j = i + 1; j < n; ++j) h[j * n + i] = h[i * n + j];
    std::reverse(h.begin(), h.end());
    if (!factor(h.data(), n, context)) {
        if (context.stopped()) return cancelled();
        return fail(ErrorCode::NotRepresentable, "the matrix is not positive definite");
    }
    // h = Lᵀ in its upper half now. X = L⁻¹ panel by panel of its columns, turned round again into U.
    std::vector<double> u(n * n);
    const ProductKernels& kernels = productKernels();
    const auto panels = static_cast<Index>((n + kPanel - 1) / kPanel);
    const bool done = parallelFor(context, panels, 1, [&](Index b, Index e) {
        std::vector<double> x;
        for (; b < e && !context.stopped(); ++b) {
            const std::size_t c0 = static_cast<std::size_t>(b) * kPanel;
            const std::size_t width = std::min(kPanel, n - c0);
            x.assign((n - c0) * width, 0.0); // rows from c0 on: above them X is 0
            for (std::size_t i = 0; i < width; ++i) x[i * width + i] = 1.0;
            for (std::size_t k0 = c0; k0 < n; k0 += kBlock) {
                const std::size_t k1 = std::min(n, k0 + kBlock);
                double* rows = x.data() + (k0 - c0) * width;
                solveRows(kernels, h.data() + k0 * n + k0, n, k1 - k0, rows, width, width);
                kernels.subtract(n - k1, width, k1 - k0, h.data() + k0 * n + k1, n, rows, width,
                                 x.data() + (k1 - c0) * width, width);
            }
            for (std::size_t i = c0; i < n; ++i)
                for (std::size_t j = 0; j < width && c0 + j <= i; ++j)
                    u[(n - 1 - i) * n + n - 1 - c0 - j] = x[(i - c0) * width + j];
        }
    });
    if (!done || context.stopped()) return cancelled();
    return u;
}

} // namespace qs::quant
