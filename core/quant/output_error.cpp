// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/output_error.h"

#include "core/exec/parallel_for.h"
#include "core/quant/product_kernels.h"

#include <vector>

namespace qs::quant {

double outputError(MatrixView decoded, MatrixView weights, std::span<const double> sigma, const Context& context)
{
    constexpr Index kRows = 64;
    const auto n = static_cast<std::size_t>(weights.cols);
    const ProductKernels& kernels = productKernels();
    return reduceOrdered(
        context, weights.rows, kRows, 0.0,
        [&](Index b, Index e) {
            const auto rows = static_cast<std::size_t>(e - b);
            std::vector<double> error(n * rows); // columns outside: the products take it so
            for (std::size_t r = 0; r < rows; ++r) {
                const auto x = decoded.row(b + static_cast<Index>(r));
                const auto w = weights.row(b + static_cast<Index>(r));
                for (std::size_t j = 0; j < n; ++j) error[j * rows + r] = static_cast<double>(x[j]) - static_cast<double>(w[j]);
            }
            std::vector<double> g(n * rows); // −Σ·Eᵀ
            kernels.subtract(n, rows, n, sigma.data(), n, error.data(), rows, g.data(), rows);
            double sum = 0;
            for (std::size_t i = 0; i < g.size(); ++i) sum -= g[i] * error[i];
            return sum;
        },
        [](double& total, double part) { total += part; });
}

} // namespace qs::quant
