// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of encoding (fit and nearest) plus decoding, as a share of the speed at which the same threads read the same
// floats from memory. Processor time of the process divided by its threads, so that other programs matter less.
// Usage: bench_encode_decode [threads] [MiB of floats]
#include "core/exec/parallel_for.h"
#include "core/quant/quantize.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

using namespace qs;
using namespace qs::quant;

namespace {

double processorSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

int g_threads = 2;

template <class F>
double bestSeconds(int runs, F&& f)
{
    double best = 1e30;
    for (int i = 0; i < runs; ++i) {
        const double start = processorSeconds();
        f();
        best = std::min(best, (processorSeconds() - start) / g_threads);
    }
    return best;
}

// Reads every float once; the sums keep the loop alive.
double readSeconds(const Context& context, const Matrix& w)
{
    const auto bits = reinterpret_cast<const std::uint64_t*>(w.data().data());
    const auto words = static_cast<std::int64_t>(w.data().size() / 2);
    std::uint64_t sink = 0;
    const double s = bestSeconds(5, [&] {
        sink += reduceOrdered(
            context, words, std::int64_t(1) << 16, std::uint64_t(0),
            [&](std::int64_t b, std::int64_t e) {
                std::uint64_t sum[8] = {};
                for (std::int64_t i = b; i + 8 <= e; i += 8)
                    for (int k = 0; k < 8; ++k) sum[k] += bits[i + k];
                std::uint64_t total = 0;
                for (const auto v : sum) total += v;
                return total;
            },
            [](std::uint64_t& total, std::uint64_t part) { total += part; });
    });
    if (sink == 1) std::puts("");
    return s;
}

} // namespace

int main(int argc, char** argv)
{
    const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
    g_threads = std::max(1, threads);
    const Index mebibytes = argc > 2 ? std::atol(argv[2]) : 128;
    Context context;
    context.arena = makeArena(threads);
    const Index cols = 4096;
    Matrix w(mebibytes * (1 << 18) / cols, cols);
    std::mt19937_64 engine(1);
    std::normal_distribution<float> normal;
    for (float& v : w.data().subspan(0, 1 << 20)) v = normal(engine);
    for (std::size_t i = 1 << 20; i < w.data().size(); ++i) w.data()[i] = w.data()[i - (1 << 20)];
    const auto bytes = static_cast<double>(w.data().size_bytes());

    const double read = readSeconds(context, w);
    std::printf("%d threads, %ld x %ld floats, memory read %.2f GB/s\n", threads, long(w.rows()), long(cols), bytes / read / 1e9);
    std::printf("%-44s %8s %8s %8s %8s %10s\n", "recipe", "fit", "nearest", "decode", "store", "ratio");
    for (const char* text : {"rtn:bits=4,group=64", "rtn:bits=4,group=64,scheme=sym", "rtn:bits=8,group=64", "minifloat:format=fp4,group=64",
                             "minifloat:format=fp4_bnb,group=64", "minifloat:format=fp8_e4m3,group=row", "nf:format=nf4,group=64",
                             "nf:format=nf4,group=64,layout=flat,double=1", "afpq:format=nf4,group=64", "afpq:format=fp4,group=64",
                             "afpq:format=nf3,group=64", "mx:format=mxfp4", "nvfp4"}) {
        const auto recipe = parseRecipe(text);
        if (!recipe) {
            std::printf("%-44s %s\n", text, recipe.error().text().c_str());
            return 1;
        }
        const auto grid = builtinRegistry().part(PartKind::Grid, recipe->grid.name)->makeGrid(recipe->grid.values);
        const FitInput input{w.view(), nullptr, 0, {}};
        std::unique_ptr<FittedGrid> fitted;
        const double fit = bestSeconds(3, [&] { fitted = std::move(*(*grid)->fit(input, context)); });
        Codes codes(w.rows(), cols);
        const double nearest = bestSeconds(3, [&] {
            parallelFor(context, w.rows(), 16, [&](Index b, Index e) {
                for (Index r = b; r < e; ++r) fitted->nearest(r, 0, w.row(r), codes.row(r));
            });
        });
        // Decoded rows go where the next reader takes them from: a buffer of one row.
        const double decode = bestSeconds(3, [&] {
            parallelFor(context, w.rows(), 16, [&](Index b, Index e) {
                std::vector<float> out(static_cast<std::size_t>(cols));
                for (Index r = b; r < e; ++r) fitted->decode(r, 0, codes.row(r), out);
            });
        });
        ArrayStore arrays;
        const double store = bestSeconds(1, [&] { fitted->store(codes, arrays); }) * g_threads; // one thread
        std::printf("%-44s %8.2f %8.2f %8.2f %8.2f %9.2fx\n", text, bytes / fit / 1e9, bytes / nearest / 1e9,
                    bytes / decode / 1e9, bytes / store / 1e9, read / (fit + nearest + decode));
    }
    std::puts("columns in GB/s of float bytes; ratio: (fit + nearest + decode) against memory read");
    return 0;
}
