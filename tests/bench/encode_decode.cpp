// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of encoding (fit and nearest) plus decoding, as a share of the speed at which the same threads read the same
// floats from memory. Each repetition times the read and the three steps one after another, so that a neighbour on the
// machine slows both; the figures are medians over the repetitions, the ratio that of each repetition's own ratio.
// Usage: bench_encode_decode [threads] [MiB of floats] [repetitions] [text that recipes must contain]
#include "core/exec/parallel_for.h"
#include "core/quant/quantize.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>

using namespace qs;
using namespace qs::quant;

namespace {

/// Time on the wall, and processor time of all threads: what others run beside us counts in the first only.
struct Time {
    double wall = 0;
    double processor = 0;
    Time operator+(const Time& o) const { return {wall + o.wall, processor + o.processor}; }
};

template <class F>
Time timeOf(F&& f)
{
    const auto wall = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock();
    f();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count(),
            static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC};
}

double median(std::vector<double> v)
{
    std::sort(v.begin(), v.end());
    return v.empty() ? 0 : v[v.size() / 2];
}

// Reads every float once, in wide loads, several of them under way; the sums keep the loop alive.
std::uint64_t readAll(const Context& context, const Matrix& w)
{
    using Wide = std::uint64_t __attribute__((vector_size(64), aligned(8)));
    const float* data = w.data().data();
    constexpr std::int64_t kFloats = sizeof(Wide) / sizeof(float);
    return reduceOrdered(
        context, static_cast<std::int64_t>(w.data().size()), std::int64_t(1) << 18, std::uint64_t(0),
        [&](std::int64_t b, std::int64_t e) {
            Wide sum[4] = {};
            for (std::int64_t i = b; i + 4 * kFloats <= e; i += 4 * kFloats)
                for (int k = 0; k < 4; ++k) {
                    Wide v;
                    std::memcpy(&v, data + i + k * kFloats, sizeof v);
                    sum[k] += v;
                }
            const Wide all = (sum[0] + sum[1]) + (sum[2] + sum[3]);
            std::uint64_t total = 0;
            for (std::size_t k = 0; k < sizeof(Wide) / 8; ++k) total += all[k];
            return total;
        },
        [](std::uint64_t& total, std::uint64_t part) { total += part; });
}

} // namespace

int main(int argc, char** argv)
{
    const int threads = std::max(1, argc > 1 ? std::atoi(argv[1]) : 2);
    const Index mebibytes = argc > 2 ? std::atol(argv[2]) : 128;
    const int repetitions = std::max(1, argc > 3 ? std::atoi(argv[3]) : 9);
    Context context;
    context.arena = makeArena(threads);
    const Index cols = 4096;
    Matrix w(mebibytes * (1 << 18) / cols, cols);
    std::mt19937_64 engine(1);
    std::normal_distribution<float> normal;
    for (float& v : w.data().subspan(0, 1 << 20)) v = normal(engine);
    for (std::size_t i = 1 << 20; i < w.data().size(); ++i) w.data()[i] = w.data()[i - (1 << 20)];
    const auto bytes = static_cast<double>(w.data().size_bytes());
    std::uint64_t sink = readAll(context, w);

    std::printf("%d threads, %ld x %ld floats, %d repetitions\n", threads, long(w.rows()), long(cols), repetitions);
    std::printf("%-44s %8s %8s %8s %8s %8s %10s\n", "recipe", "read", "fit", "nearest", "decode", "ratio", "processor");
    for (const char* text : {"rtn:bits=4,group=64", "rtn:bits=4,group=64,scheme=sym", "rtn:bits=8,group=64", "minifloat:format=fp4,group=64",
                             "minifloat:format=fp4_bnb,group=64", "minifloat:format=fp8_e4m3,group=row", "nf:format=nf4,group=64",
                             "nf:format=nf4,group=64,layout=flat,double=1", "afpq:format=nf4,group=64", "afpq:format=fp4,group=64",
                             "afpq:format=nf3,group=64", "mx:format=mxfp4", "nvfp4"}) {
        if (argc > 4 && !std::strstr(text, argv[4])) continue;
        const auto recipe = parseRecipe(text);
        if (!recipe) {
            std::printf("%-44s %s\n", text, recipe.error().text().c_str());
            return 1;
        }
        const auto grid = builtinRegistry().part(PartKind::Grid, recipe->grid.name)->makeGrid(recipe->grid.values);
        FitInput input;
        input.weights = w.view();
        std::unique_ptr<FittedGrid> fitted;
        Codes codes(w.rows(), cols);
        std::array<std::vector<double>, 4> walls;
        std::vector<double> ratios;
        std::vector<double> processorRatios;
        for (int i = 0; i < repetitions; ++i) {
            const Time read = timeOf([&] { sink += readAll(context, w); });
            const Time fit = timeOf([&] { fitted = std::move(*(*grid)->fit(input, context)); });
            const Time nearest = timeOf([&] {
                parallelFor(context, w.rows(), 16, [&](Index b, Index e) {
                    for (Index r = b; r < e; ++r) fitted->nearest(r, 0, w.row(r), codes.row(r));
                });
            });
            // Decoded rows go where the next reader takes them from: a buffer of one row.
            const Time decode = timeOf([&] {
                parallelFor(context, w.rows(), 16, [&](Index b, Index e) {
                    std::vector<float> out(static_cast<std::size_t>(cols));
                    for (Index r = b; r < e; ++r) fitted->decode(r, 0, codes.row(r), out);
                });
            });
            const Time all = fit + nearest + decode;
            ratios.push_back(read.wall / all.wall);
            processorRatios.push_back(read.processor / all.processor);
            walls[0].push_back(read.wall);
            walls[1].push_back(fit.wall);
            walls[2].push_back(nearest.wall);
            walls[3].push_back(decode.wall);
        }
        std::printf("%-44s", text);
        for (const auto& v : walls) std::printf(" %8.2f", bytes / median(v) / 1e9);
        std::printf(" %7.2fx %9.2fx\n", median(ratios), median(processorRatios));
    }
    std::puts("columns in GB/s of float bytes by the wall clock; ratio: (fit + nearest + decode) against the read;\n"
              "processor: the same in processor time, which leaves out what others run");
    if (sink == 1) std::puts("");
    return 0;
}
