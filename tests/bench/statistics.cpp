// SPDX-License-Identifier: GPL-3.0-or-later
// Ratios of the statistics and the pyramid to a plain read of the same bytes, in one run, with the same threads.
//   bench_statistics [MiB of each tensor, default 512] [side of the pyramid's matrix, default 8192]
#include "core/exec/parallel_for.h"
#include "core/metrics/pyramid/pyramid.h"
#include "core/metrics/statistics/passes.h"
#include "core/tensor/convert.h"
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <random>

using namespace qs;
using namespace qs::metrics;

namespace {

// Best of several runs, in seconds of the processor's time divided by the threads: what other programs do matters less,
// and loops that run in parallel throughout take about as long by the wall.
template <class F>
double best(int runs, F&& f)
{
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < runs; ++i) {
        const std::clock_t start = std::clock();
        f();
        least = std::min(least, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / threadCount({}));
    }
    return least;
}

std::uint64_t g_sink = 0;

// The yardstick: all bytes, summed as 64-bit words in eight chains, over the same chunks.
double readTime(std::span<const std::byte> bytes)
{
    return best(5, [&] {
        g_sink += reduceOrdered(
            Context{}, static_cast<std::int64_t>(bytes.size() / 8), std::int64_t(1) << 17, std::uint64_t(0),
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
    });
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

void tensor(const char* name, detail::Elements::Kind kind, std::span<const std::byte> bytes, std::size_t width, double wanted)
{
    detail::Elements e;
    e.kind = kind;
    e.bytes = bytes.data();
    e.count = bytes.size() / width;
    const double gib = static_cast<double>(bytes.size()) / (1 << 30);
    const double read = readTime(bytes);
    std::uint64_t check = 0;
    const double first = best(5, [&] { check += detail::firstPass(e, {})->counts[0x3A0]; });
    TensorStatistics s;
    const auto pass = detail::firstPass(e, {});
    const auto n = static_cast<double>(e.count);
    s.count = s.finite = e.count;
    s.min = static_cast<double>(pass->sums.min);
    s.max = static_cast<double>(pass->sums.max);
    s.mean = pass->sums.s1 / n;
    s.std = std::sqrt(pass->sums.s2 / n);
    s.patternCounts = pass->counts;
    const double second = best(2, [&] {
        TensorStatistics t = s;
        if (detail::secondPass(e, 256, {}, t)) check += t.outliers6Sigma;
    });
    g_sink += check;
    std::printf("%-6s read %6.2f GiB/s   first pass %6.2f GiB/s = %.2f of it (wanted %.2f)   second %6.2f GiB/s = %.2f\n", name, gib / read,
                gib / first, read / first, wanted, gib / second, read / second);
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t mib = argc > 1 ? static_cast<std::size_t>(std::atoi(argv[1])) : 512;
    const Index side = argc > 2 ? std::atoi(argv[2]) : 8192;
    const std::size_t bytes = mib << 20;
    std::printf("%d threads, %zu MiB a tensor\n", threadCount({}), mib);
    {
        const auto f = weights(bytes / 4);
        tensor("f32", detail::Elements::F32, std::as_bytes(std::span(f)), 4, 0.5);
    }
    for (const bool half : {true, false}) {
        const auto f = weights(bytes / 2);
        std::vector<std::byte> raw(bytes);
        if (!floatToPlain(half ? DType::F16 : DType::BF16, f, raw)) return 1;
        tensor(half ? "f16" : "bf16", half ? detail::Elements::F16 : detail::Elements::BF16, raw, 2, 0.3);
    }
    auto m = std::make_shared<Matrix>(side, side);
    {
        const auto f = weights(std::size_t(1) << 20);
        for (std::size_t i = 0; i < m->data().size(); ++i) m->data()[i] = f[i & (f.size() - 1)];
    }
    const double read = readTime(std::as_bytes(std::span(m->data())));
    const double build = best(3, [&] { g_sink += (*buildPyramid(m, {}))->levels.size(); });
    const auto pyramid = *buildPyramid(m, {});
    const double view = best(5, [&] { g_sink += static_cast<std::uint64_t>(sample(*pyramid, 0, side, 0, side, 1000, 800, CellValue::Peak).rows); });
    const double zoomed = best(5, [&] { g_sink += static_cast<std::uint64_t>(sample(*pyramid, 0, 3199, 0, 3999, 1000, 800, CellValue::Peak).rows); });
    std::printf("pyramid of %lld x %lld: read %.1f ms, build %.1f ms = %.2f reads (wanted at most 2); view 1000 x 800 whole %.2f ms, 4 elements a cell %.2f ms\n",
                static_cast<long long>(side), static_cast<long long>(side), 1e3 * read, 1e3 * build, build / read, 1e3 * view, 1e3 * zoomed);
    return g_sink == 42 ? 2 : 0;
}
