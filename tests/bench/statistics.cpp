// SPDX-License-Identifier: GPL-3.0-or-later
// Ratios of the statistics and the pyramid to a plain read of the same bytes, with the same threads. Reads and passes
// take turns, and a ratio is the median over the pairs: so what other programs do to one they do to the other.
//   bench_statistics [MiB of each tensor, default 512] [side of the pyramid's matrix, default 16384] [pairs, default 9]
#include "core/base/simd_level.h"
#include "core/exec/parallel_for.h"
#include "core/metrics/pyramid/pyramid.h"
#include "core/metrics/statistics/passes.h"
#include "core/tensor/convert.h"
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

using namespace qs;
using namespace qs::metrics;

namespace {

std::uint64_t g_sink = 0;

double median(std::vector<double> v)
{
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
}

struct Seconds {
    double wall = 0;
    double processor = 0; // of all threads, divided by their number
};

template <class F>
Seconds timeOf(const Context& context, F&& f)
{
    const auto wall = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock();
    f();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count(),
            static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC / threadCount(context)};
}

// The yardstick: all bytes, summed as 64-bit words in eight chains, over chunks of 1 MiB.
void read(const Context& context, std::span<const std::byte> bytes)
{
    g_sink += reduceOrdered(
        context, static_cast<std::int64_t>(bytes.size() / 8), std::int64_t(1) << 17, std::uint64_t(0),
        [&](std::int64_t b, std::int64_t e) {
            const auto* p = reinterpret_cast<const std::uint64_t*>(bytes.data());
            std::uint64_t sums[8] = {};
            for (std::int64_t i = b; i + 8 <= e; i += 8)
                for (int k = 0; k < 8; ++k) sums[k] += p[i + k];
            std::uint64_t total = 0;
            for (const std::uint64_t s : sums) total += s;
            return total;
        },
        [](std::uint64_t& t, std::uint64_t p) { t += p; });
}

// Medians over the pairs of a read and a pass.
struct Compared {
    double read = 0;      // seconds
    double pass = 0;      // seconds
    double wall = 0;      // how often the read fits into the pass, by the wall's clock
    double processor = 0; // by the time that the processor gave to this program
};

template <class F>
Compared compare(const Context& context, int pairs, std::span<const std::byte> bytes, F&& pass)
{
    std::vector<double> reads;
    std::vector<double> passes;
    std::vector<double> wall;
    std::vector<double> processor;
    for (int i = 0; i <= pairs; ++i) {
        const Seconds a = timeOf(context, [&] { read(context, bytes); });
        const Seconds b = timeOf(context, pass);
        if (i == 0) continue; // touches pages and wakes threads
        reads.push_back(a.wall);
        passes.push_back(b.wall);
        wall.push_back(b.wall / a.wall);
        processor.push_back(b.processor / a.processor);
    }
    return {median(reads), median(passes), median(wall), median(processor)};
}

std::vector<float> weights(std::size_t n)
{
    std::mt19937_64 engine(1);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<float> pattern(std::size_t(1) << 20);
    for (float& v : pattern) v = normal(engine);
    std::vector<float> out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = pattern[(i * 1103515245U + (i >> 20)) & (pattern.size() - 1)];
    return out;
}

void tensor(const char* name, detail::Elements::Kind kind, std::span<const std::byte> bytes, std::size_t width, int pairs,
            double wanted)
{
    detail::Elements e;
    e.kind = kind;
    e.bytes = bytes.data();
    e.count = bytes.size() / width;
    const double gib = static_cast<double>(bytes.size()) / (1 << 30);
    Context one;
    one.arena = makeArena(1);
    for (const Context& context : {Context{}, one}) {
        const Compared c
            = compare(context, pairs, bytes, [&] { g_sink += detail::firstPass(e, context)->counts[0x1D0]; });
        std::printf("%-5s %d threads: read %6.2f GiB/s, first pass %6.2f GiB/s = %.2f of it (processor time %.2f, wanted %.2f)\n",
                    name, threadCount(context), gib / c.read, gib / c.pass, 1 / c.wall, 1 / c.processor, wanted);
    }
    TensorStatistics s;
    const auto pass = detail::firstPass(e, {});
    const auto n = static_cast<double>(e.count);
    s.count = s.finite = e.count;
    s.min = static_cast<double>(pass->sums.min);
    s.max = static_cast<double>(pass->sums.max);
    s.mean = pass->sums.s1 / n + static_cast<double>(pass->shift);
    s.std = std::sqrt(pass->sums.s2 / n);
    s.patternCounts = pass->counts;
    const Compared c = compare({}, 2, bytes, [&] {
        TensorStatistics t = s;
        if (detail::secondPass(e, pass->values, 256, {}, t)) g_sink += t.outliers6Sigma;
    });
    std::printf("      second pass %.1f ms = %.2f of a read\n", 1e3 * c.pass, 1 / c.wall);
}

void pyramid(Index side, int pairs)
{
    auto m = std::make_shared<Matrix>(side, side);
    {
        const auto f = weights(std::size_t(1) << 20);
        for (std::size_t i = 0; i < m->data().size(); ++i) m->data()[i] = f[i & (f.size() - 1)];
    }
    const auto bytes = std::as_bytes(std::span(std::as_const(*m).data()));
    Context one;
    one.arena = makeArena(1);
    for (const Context& context : {Context{}, one}) {
        const Compared c
            = compare(context, pairs, bytes, [&] { g_sink += (*buildPyramid(m, context))->levels.size(); });
        std::printf("pyramid of %lld x %lld, %d threads: read %.1f ms, build %.1f ms = %.2f reads (processor time %.2f, wanted 2)\n",
                    static_cast<long long>(side), static_cast<long long>(side), threadCount(context), 1e3 * c.read,
                    1e3 * c.pass, c.wall, c.processor);
    }
    const auto built = *buildPyramid(m, {});
    const auto view = [&](Index rows, Index cols) {
        std::vector<double> times;
        for (int i = 0; i < pairs; ++i)
            times.push_back(timeOf({}, [&] {
                                g_sink += static_cast<std::uint64_t>(
                                    sample(*built, 0, rows, 0, cols, 1000, 800, CellValue::Peak).rows);
                            }).wall);
        return 1e3 * median(times);
    };
    std::printf("view 1000 x 800: whole %.2f ms, 4 elements a cell %.2f ms\n", view(side, side), view(3199, 3999));
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t bytes = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 512) << 20;
    const Index side = argc > 2 ? std::atoi(argv[2]) : 16384;
    const int pairs = argc > 3 ? std::atoi(argv[3]) : 9;
    const char* const levels[] = {"portable", "AVX2", "AVX-512"};
    std::printf("%zu MiB a tensor, %s, %d pairs\n", bytes >> 20, levels[static_cast<int>(simdLevel())], pairs);
    if (bytes > 0) {
        const auto f = weights(bytes / 4);
        tensor("f32", detail::Elements::F32, std::as_bytes(std::span(f)), 4, pairs, 0.5);
    }
    for (const bool half : {true, false}) {
        if (bytes == 0) break;
        const auto f = weights(bytes / 2);
        std::vector<std::byte> raw(bytes);
        if (!floatToPlain(half ? DType::F16 : DType::BF16, f, raw)) return 1;
        tensor(half ? "f16" : "bf16", half ? detail::Elements::F16 : detail::Elements::BF16, raw, 2, pairs, 0.3);
    }
    if (side > 0) pyramid(side, pairs);
    return g_sink == 42 ? 2 : 0;
}
