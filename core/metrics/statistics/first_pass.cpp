// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/base/simd_level.h"
#include "core/exec/parallel_for.h"
#include "core/metrics/statistics/passes.h"
#include "core/metrics/statistics/tables.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <mutex>
#include <span>
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define QS_MULTI_ISA 1
#include <immintrin.h>
#endif

namespace qs::metrics::detail {

void addPlain(float x, float shift, Sums& sums)
{
    if (!std::isfinite(x)) {
        if (std::isnan(x)) ++sums.nans;
        else ++sums.infs;
        return;
    }
    const double y = static_cast<double>(x) - static_cast<double>(shift);
    const double y2 = y * y;
    sums.s1 += y;
    sums.s2 += y2;
    sums.s3 += y2 * y;
    sums.s4 += y2 * y2;
    sums.min = x < sums.min ? x : sums.min;
    sums.max = x > sums.max ? x : sums.max;
}

void Sums::merge(const Sums& o)
{
    s1 += o.s1;
    s2 += o.s2;
    s3 += o.s3;
    s4 += o.s4;
    min = std::min(min, o.min);
    max = std::max(max, o.max);
    zeros += o.zeros;
    nans += o.nans;
    infs += o.infs;
}

void Counter::flush(std::uint64_t* counts)
{
    for (std::size_t b = 0; b < kPatternBins; ++b)
        counts[b] += std::uint64_t(plain[0][b]) + plain[1][b] + plain[2][b] + plain[3][b];
    std::memset(plain, 0, sizeof plain);
    for (std::size_t c = 0; c < 2 * kPlaces; ++c)
        counts[(c < kPlaces ? 0 : kPatternBins / 2) + base + c % kPlaces] += places[c];
    std::memset(places, 0, sizeof places);
}

namespace {
// The loops wait for memory more than plain reads do, so they ask for it this many bytes ahead.
constexpr std::size_t kAhead = 6144;
}

namespace portable {
#include "core/metrics/statistics/window_kernel.inc"
}

#ifdef QS_MULTI_ISA
#pragma GCC push_options
#pragma GCC target("avx2,prefer-vector-width=256")
namespace avx2 {
#define QS_KERNEL_AVX2
#include "core/metrics/statistics/window_kernel.inc"
#undef QS_KERNEL_AVX2
} // namespace avx2
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")
namespace avx512 {
#define QS_KERNEL_AVX512
#include "core/metrics/statistics/window_kernel.inc"
#undef QS_KERNEL_AVX512
} // namespace avx512
#pragma GCC pop_options
#endif

WindowKernel windowKernel()
{
#ifdef QS_MULTI_ISA
    switch (simdLevel()) {
    case SimdLevel::Avx512: return avx512::window;
    case SimdLevel::Avx2: return avx2::window;
    case SimdLevel::Portable: break;
    }
#endif
    return portable::window;
}

namespace {

// The head of a tensor: about which value its powers are summed, and which magnitudes have places.
struct Head {
    float shift = 0;
    Places places;
};

// The powers are summed about a value near the mean, so that nothing cancels (norm weights sit around 1). Zero where the
// mean is small beside the spread: then the differences are exact.
float chooseShift(std::span<const float> head)
{
    Sums s;
    for (const float x : head) addPlain(x, 0, s);
    const auto m = static_cast<double>(head.size() - s.nans - s.infs);
    if (m == 0) return 0.0F;
    const double mean = s.s1 / m;
    const double variance = s.s2 / m - mean * mean;
    return mean * mean * 16 < variance ? 0.0F : static_cast<float>(mean);
}

// The 64 neighbouring magnitudes that hold most of the head; the middle one of several such choices.
std::uint32_t choosePlaces(std::span<const float> head)
{
    constexpr std::uint32_t kMost = kNotFiniteBins[0]; // the first magnitude that is not finite
    std::vector<std::uint32_t> below(kMost + 1, 0);
    for (const float x : head)
        if (const std::uint32_t m = std::bit_cast<std::uint32_t>(x) >> kPatternShift & (kPatternBins / 2 - 1U); m < kMost) ++below[m + 1];
    for (std::uint32_t m = 1; m <= kMost; ++m) below[m] += below[m - 1];
    std::uint32_t first = 1;
    std::uint32_t last = 1;
    std::uint32_t best = 0;
    for (std::uint32_t base = 1; base + Counter::kPlaces <= kMost; ++base) {
        const std::uint32_t held = below[base + Counter::kPlaces] - below[base];
        if (held > best) {
            best = held;
            first = base;
        }
        if (held == best) last = base;
    }
    return (first + last) / 2;
}

Result<Head> readHead(const Elements& elements)
{
    std::vector<float> values(static_cast<std::size_t>(std::min<std::uint64_t>(elements.count, 4096)));
    if (elements.kind == Elements::Decoded) QS_TRY(elements.read(0, values.size(), values));
    else std::memcpy(values.data(), elements.bytes, 4 * values.size());
    Head head;
    head.shift = chooseShift(values);
    if (elements.count >= Counter::kLeast) head.places = {choosePlaces(values), true};
    return head;
}

struct Worker {
    Counter counter;
    std::vector<std::uint64_t> counts;
};

Result<FirstPass> passAbout(const Elements& elements, const Head& head, const Context& context)
{
    FirstPass out;
    out.shift = head.shift;
    out.counts.assign(kPatternBins, 0);
    const WindowKernel kernel = windowKernel();
    const auto n = static_cast<std::int64_t>(elements.count);
    std::vector<Sums> parts(static_cast<std::size_t>((elements.count + kChunk - 1) / kChunk));
    Tables<Worker> workers([&] {
        return std::unique_ptr<Worker>(
            new Worker{Counter(head.places), std::vector<std::uint64_t>(kPatternBins, 0)});
    });
    std::mutex mutex;
    Status first;
    const bool done = parallelFor(context, n, static_cast<std::int64_t>(kChunk), [&](std::int64_t b, std::int64_t e) {
        Sums& sums = parts[static_cast<std::size_t>(b) / kChunk];
        workers.with([&](Worker& worker) {
            std::vector<float> tile;
            for (auto at = static_cast<std::uint64_t>(b); at < static_cast<std::uint64_t>(e); at += kWindow) {
                if (context.stopped()) return;
                const std::uint64_t end = std::min(static_cast<std::uint64_t>(e), at + kWindow);
                const std::byte* data = elements.bytes + 4 * at;
                if (elements.kind == Elements::Decoded) {
                    tile.resize(end - at);
                    if (auto ok = elements.read(at, end, tile); !ok) {
                        const std::scoped_lock lock(mutex);
                        if (first) first = std::move(ok);
                        return;
                    }
                    data = reinterpret_cast<const std::byte*>(tile.data());
                }
                kernel(data, end - at, head.shift, sums, worker.counter);
            }
            worker.counter.flush(worker.counts.data());
        });
        context.advance(static_cast<std::uint64_t>(e - b));
    });
    if (!first) return fail(std::move(first.error()));
    if (!done || context.stopped()) return cancelled();
    if (elements.check) QS_TRY(elements.check());
    for (const Sums& part : parts) out.sums.merge(part);
    for (const auto& worker : workers.all()) {
        out.sums.zeros += worker->counter.zeros;
        for (std::size_t i = 0; i < out.counts.size(); ++i) out.counts[i] += worker->counts[i];
    }
    // All infinite and NaN patterns of a sign share one bin: conversions differ in what they do to a NaN's payload.
    for (const int bin : kNotFiniteBins)
        for (int i = bin + 1; i % (kPatternBins / 2) != 0; ++i) {
            out.counts[bin] += out.counts[i];
            out.counts[i] = 0;
        }
    return out;
}

} // namespace

Result<FirstPass> firstPass(const Elements& elements, const Context& context)
{
    if (elements.kind == Elements::F16 || elements.kind == Elements::BF16) return countValues(elements, context);
    QS_ASSIGN(Head head, readHead(elements));
    QS_ASSIGN(auto pass, passAbout(elements, head, context));
    const auto n = static_cast<double>(elements.count - pass.sums.nans - pass.sums.infs);
    if (n == 0) return pass;
    // The head of the tensor was not like the rest: once more about the true mean, else the sums cancel.
    const double d = pass.sums.s1 / n;
    const double raw = pass.sums.s2 / n;
    if (raw > 0 && raw - d * d < 0.05 * raw) {
        head.shift = static_cast<float>(static_cast<double>(head.shift) + d);
        return passAbout(elements, head, context);
    }
    return pass;
}

} // namespace qs::metrics::detail
