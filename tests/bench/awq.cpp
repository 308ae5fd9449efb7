// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ of one layer: its two searches, against what the searches multiply at least, at the rate of our products of doubles
// in the same run. Scale search: for each ratio tr(EΣEᵀ), OUT·IN² flops by Σ's symmetry; clipping: ten steps of each group's
// δΣδᵀ, 10·OUT·IN·GROUP flops.
// Usage: bench_awq [OUT=1536] [IN=576] [THREADS=2] [RATIOS=20] [GROUP=64]
#include "core/exec/parallel_for.h"
#include "core/quant/product_kernels.h"
#include "core/quant/quantize.h"
#include "core/quant/transforms/awq/search.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace qs;
using namespace qs::quant;

namespace {

double seconds(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

constexpr std::size_t kSide = 768;

double rate(const Context& context, int threads)
{
    const std::size_t n = kSide * kSide;
    std::vector<double> a(n, 0.5);
    std::vector<double> b(n, 0.25);
    std::vector<double> c(n * static_cast<std::size_t>(threads));
    double best = 0;
    for (int k = 0; k < 5; ++k) {
        const double t = seconds([&] {
            parallelFor(context, threads, 1, [&](Index i, Index e) {
                for (; i < e; ++i) productKernels().subtract(kSide, kSide, kSide, a.data(), kSide, b.data(), kSide, c.data() + static_cast<std::size_t>(i) * n, kSide);
            });
        });
        best = std::max(best, 2.0 * kSide * kSide * kSide * threads / t);
    }
    return best;
}

} // namespace

int main(int argc, char** argv)
{
    const auto argument = [&](int i, long preset) { return argc > i ? std::atol(argv[i]) : preset; };
    const Index rows = argument(1, 1536);
    const Index cols = argument(2, 576);
    const int threads = static_cast<int>(argument(3, 2));
    const int ratios = static_cast<int>(argument(4, 20));
    const long group = argument(5, 64);
    const auto recipe = parseRecipe("rtn:bits=4,group=" + std::to_string(group));
    if (!recipe) {
        std::fprintf(stderr, "%s\n", recipe.error().text().c_str());
        return 2;
    }
    const auto grid = builtinRegistry().part(PartKind::Grid, recipe->grid.name)->makeGrid(recipe->grid.values);
    Context context;
    context.arena = makeArena(threads);
    const double flops = rate(context, threads);
    std::printf("products of doubles, %d threads: %.1f GFLOP/s\n", threads, flops / 1e9);

    const Matrix weights = test::gaussian(rows, cols, 1, 0.02F);
    Calibration calibration; // correlated inputs of different size; made directly, so that it takes no time
    calibration.inputs = cols;
    const auto n = static_cast<std::size_t>(cols);
    calibration.sigma.resize(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        const double own = 0.5 + static_cast<double>(i * 7 % 13);
        calibration.meanAbs.push_back(static_cast<float>(own));
        for (std::size_t j = 0; j < n; ++j) calibration.sigma[i * n + j] = own * (0.5 + static_cast<double>(j * 7 % 13)) * (i == j ? 1.0 : 0.3);
    }
    FitInput input;
    input.weights = weights.view();
    input.calibration = &calibration;
    const MatrixInput layer(input);
    const InputRows* layers[] = {&layer};
    double scale = 1e30;
    double clip = 1e30;
    int best = 0;
    double loss = 0;
    for (int k = 0; k < 2; ++k) {
        scale = std::min(scale, seconds([&] {
            const auto found = searchAwqScales(layers, calibration, **grid, false, ratios, context);
            if (!found) return;
            best = found->best;
            loss = found->losses[static_cast<std::size_t>(best)];
        }));
        clip = std::min(clip, seconds([&] {
            if (!searchAwqClips(layer, **grid, context)) std::fprintf(stderr, "no clips\n");
        }));
    }
    const double w = static_cast<double>(rows) * static_cast<double>(cols);
    const double scaleBound = ratios * w * static_cast<double>(cols) / flops;
    const double clipBound = 10 * w * static_cast<double>(group) / flops;
    std::printf("scale search, %d ratios, %lld x %lld: %.3f s, %.2f of the bound (%.3f s); best %d, loss %.17g\n", ratios, static_cast<long long>(rows),
                static_cast<long long>(cols), scale, scaleBound / scale, scaleBound, best, loss);
    std::printf("clip search: %.3f s, %.2f of the bound (%.3f s)\n", clip, clipBound / clip, clipBound);
    return 0;
}
