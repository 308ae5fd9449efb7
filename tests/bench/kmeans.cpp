// SPDX-License-Identifier: GPL-3.0-or-later
// Exact k-means per row: seconds for ROWS x COLS with 2^BITS levels, and the ratio to reading the matrix once.
// Usage: bench_kmeans [ROWS=4096] [COLS=4096] [BITS=4] [THREADS=2]
#include "core/quant/quantize.h"
#include "core/quant/recipe.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace qs;

namespace {

double seconds(auto&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int i, long preset) { return argc > i ? std::atol(argv[i]) : preset; };
    const Index rows = argument(1, 4096);
    const Index cols = argument(2, 4096);
    const long bits = argument(3, 4);
    const int threads = static_cast<int>(argument(4, 2));
    Matrix weights(rows, cols);
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 0.02F);
    for (float& v : weights.data())
        v = normal(random);

    double sum = 0;
    const double read = seconds([&] {
        float lanes[16] = {};
        for (std::size_t i = 0; i + 16 <= weights.data().size(); i += 16)
            for (std::size_t k = 0; k < 16; ++k)
                lanes[k] += weights.data()[i + k];
        for (const float v : lanes)
            sum += static_cast<double>(v);
    });
    Context context;
    context.arena = makeArena(threads);
    const auto recipe = quant::parseRecipe("kmeans:bits=" + std::to_string(bits));
    if (!recipe) {
        std::fprintf(stderr, "%s\n", recipe.error().text().c_str());
        return 2;
    }
    const auto* info = quant::builtinRegistry().part(quant::PartKind::Grid, recipe->grid.name);
    const auto grid = info->makeGrid(recipe->grid.values);
    const double fit = seconds([&] {
        const auto fitted = (*grid)->fit({weights.view()}, context);
        if (!fitted) std::fprintf(stderr, "%s\n", fitted.error().text().c_str());
    });
    std::printf(
        "kmeans %lldx%lld, %ld bits, %d threads: %.3f s (%.2f ms a row and core), %.0f x one read (%.4f s, sum %g)\n",
        static_cast<long long>(rows), static_cast<long long>(cols), bits, threads, fit,
        1e3 * fit * threads / static_cast<double>(rows), fit / read, read, sum);
    return 0;
}
