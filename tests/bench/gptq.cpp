// SPDX-License-Identifier: GPL-3.0-or-later
// GPTQ of one layer against its bound: (4/3·IN³ + OUT·IN²) flops at the rate at which this machine multiplies matrices of
// doubles in the same run: the best of our products, Eigen built for this processor, and OpenBLAS where it is installed.
// Usage: bench_gptq [OUT=2048] [IN=2048] [THREADS=2] [RECIPE=rtn:bits=4,group=128+gptq]
#include "core/exec/parallel_for.h"
#include "core/quant/error_feedback.h"
#include "core/quant/product_kernels.h"
#include "core/quant/quantize.h"
#include "tests/support/golden.h"

#include <Eigen/Core>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
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

constexpr int kSide = 1024;

// Flops a second of `threads` products of kSide³ side by side, the best of five.
double rate(const Context& context, int threads, const std::function<void(const double*, const double*, double*)>& product)
{
    const std::size_t n = static_cast<std::size_t>(kSide) * kSide;
    std::vector<double> a(n, 0.5);
    std::vector<double> b(n, 0.25);
    std::vector<double> c(n * static_cast<std::size_t>(threads));
    double best = 0;
    for (int k = 0; k < 5; ++k) {
        const double t = seconds([&] {
            parallelFor(context, threads, 1, [&](Index i, Index e) {
                for (; i < e; ++i) product(a.data(), b.data(), c.data() + static_cast<std::size_t>(i) * n);
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
    const Index rows = argument(1, 2048);
    const Index cols = argument(2, 2048);
    const int threads = static_cast<int>(argument(3, 2));
    const auto recipe = parseRecipe(argc > 4 ? argv[4] : "rtn:bits=4,group=128+gptq");
    if (!recipe) {
        std::fprintf(stderr, "%s\n", recipe.error().text().c_str());
        return 2;
    }
    Context context;
    context.arena = makeArena(threads);

    const double ours = rate(context, threads, [](const double* a, const double* b, double* c) {
        for (std::size_t p = 0; p < kSide; p += 128)
            productKernels().subtract(kSide, kSide, 128, a + p * kSide, kSide, b + p * kSide, kSide, c, kSide);
    });
    const double eigen = rate(context, threads, [](const double* a, const double* b, double* c) {
        using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        Eigen::Map<Square>(c, kSide, kSide).noalias() -= Eigen::Map<const Square>(a, kSide, kSide) * Eigen::Map<const Square>(b, kSide, kSide);
    });
    double blas = 0;
    void* library = dlopen("libopenblas.so.0", RTLD_NOW);
    using Gemm = void (*)(int, int, int, int, int, int, double, const double*, int, const double*, int, double, double*, int);
    if (const auto gemm = library ? reinterpret_cast<Gemm>(dlsym(library, "cblas_dgemm")) : nullptr) {
        if (const auto single = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"))) single(1);
        blas = rate(context, threads, [&](const double* a, const double* b, double* c) {
            gemm(101, 111, 111, kSide, kSide, kSide, -1.0, a, kSide, b, kSide, 1.0, c, kSide);
        });
    }
    const double best = std::max({ours, eigen, blas});
    std::printf("products of doubles, %d threads: ours %.1f, Eigen %.1f, OpenBLAS %.1f GFLOP/s\n", threads, ours / 1e9, eigen / 1e9, blas / 1e9);

    Matrix weights = test::gaussian(rows, cols, 1, 0.02F);
    Calibration calibration; // correlated inputs of different size; made directly, so that it takes no time
    calibration.inputs = cols;
    const auto n = static_cast<std::size_t>(cols);
    calibration.sigma.resize(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            const double scale = (0.5 + static_cast<double>(i * 7 % 13)) * (0.5 + static_cast<double>(j * 7 % 13));
            calibration.sigma[i * n + j] = scale * (i == j ? 1.0 : 0.3);
        }
    QuantizeOptions options;
    options.calibration = &calibration;
    double least = 1e30;
    for (int k = 0; k < 2; ++k)
        least = std::min(least, seconds([&] {
            const auto q = quantize("w", weights, *recipe, options, context);
            if (!q) std::fprintf(stderr, "%s\n", q.error().text().c_str());
        }));
    const double in = static_cast<double>(cols);
    const double flops = 4.0 / 3.0 * in * in * in + static_cast<double>(rows) * in * in;
    std::printf("%s, %lld x %lld: %.3f s, %.2f of the bound (%.3f s)\n", recipe->text().c_str(), static_cast<long long>(rows),
                static_cast<long long>(cols), least, flops / best / least, flops / best);
    return 0;
}
