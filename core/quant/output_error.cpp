// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/output_error.h"

#include "core/exec/parallel_for.h"
#include "core/quant/product_kernels.h"

#include <algorithm>
#include <vector>

namespace qs::quant {

namespace {

constexpr std::size_t kBlock = 128; // rows of Σ at a time
constexpr std::size_t kNear = 64;   // columns whose transposed rows stay in the first cache

// Σ a[i]·b[i], in eight sums that are added in a fixed order.
double dot(const double* a, const double* b, std::size_t n)
{
    double part[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (std::size_t k = 0; k < 8; ++k) part[k] += a[i + k] * b[i + k];
    for (; i < n; ++i) part[0] += a[i] * b[i];
    return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

} // namespace

double quadraticForms(std::span<const double> vectors, std::size_t count, std::span<const double> sigma)
{
    const std::size_t n = count == 0 ? 0 : vectors.size() / count;
    const ProductKernels& kernels = productKernels();
    // Σ is symmetric: of each block of its rows what lies before the diagonal, twice, and the block on it.
    std::vector<double> g(kBlock * count);
    double sum = 0;
    for (std::size_t i = 0; i < n; i += kBlock) {
        const std::size_t high = std::min(kBlock, n - i);
        std::fill(g.begin(), g.end(), 0.0);
        if (i > 0) kernels.subtract(high, count, i, sigma.data() + i, n, vectors.data(), count, g.data(), count);
        for (double& v : g) v *= 2;
        kernels.subtract(high, count, high, sigma.data() + i * n + i, n, vectors.data() + i * count, count, g.data(), count);
        sum -= dot(g.data(), vectors.data() + i * count, high * count);
    }
    return sum;
}

double outputError(MatrixView decoded, MatrixView weights, std::span<const double> sigma, const Context& context)
{
    constexpr Index kRows = 64;
    const auto n = static_cast<std::size_t>(weights.cols);
    return reduceOrdered(
        context, weights.rows, kRows, 0.0,
        [&](Index b, Index e) {
            const auto rows = static_cast<std::size_t>(e - b);
            std::vector<double> error(n * rows); // columns outside: the products take it so
            for (std::size_t from = 0; from < n; from += kNear) {
                const std::size_t to = std::min(n, from + kNear);
                for (std::size_t r = 0; r < rows; ++r) {
                    const auto x = decoded.row(b + static_cast<Index>(r));
                    const auto w = weights.row(b + static_cast<Index>(r));
                    for (std::size_t j = from; j < to; ++j) error[j * rows + r] = static_cast<double>(x[j]) - static_cast<double>(w[j]);
                }
            }
            return quadraticForms(error, rows, sigma);
        },
        [](double& total, double part) { total += part; });
}

} // namespace qs::quant
