// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/exec/parallel_for.h"
#include "core/metrics/statistics/passes.h"
#include "core/tensor/float_bits.h"

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

namespace portable {
#include "core/metrics/statistics/window_kernel.inc"
}

#ifdef QS_MULTI_ISA
#pragma GCC push_options
#pragma GCC target("avx2,f16c,prefer-vector-width=256")
namespace avx2 {
#define QS_KERNEL_F16C
#include "core/metrics/statistics/window_kernel.inc"
#undef QS_KERNEL_F16C
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

const Kernels& portableKernels() { return portable::all(); }

const Kernels& kernels()
{
#ifdef QS_MULTI_ISA
    static const Kernels& best = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        ? avx512::all()
        : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c") ? avx2::all()
                                                                           : portable::all();
    return best;
#else
    return portable::all();
#endif
}

namespace {

std::size_t bytesOf(Elements::Kind kind) { return kind == Elements::F32 ? 4 : 2; }

WindowKernel kernelOf(Elements::Kind kind)
{
    return kind == Elements::F16 ? kernels().f16 : kind == Elements::BF16 ? kernels().bf16 : kernels().f32;
}

// The powers are summed about a value near the mean, so that nothing cancels (norm weights sit around 1). Zero where the
// mean is small beside the spread: then the differences are exact.
Result<float> chooseShift(const Elements& elements)
{
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(elements.count, 4096));
    Sums s;
    if (elements.kind == Elements::Decoded) {
        std::vector<float> head(n);
        QS_TRY(elements.read(0, n, head));
        for (const float x : head) addPlain(x, 0, s);
    } else {
        for (std::size_t i = 0; i < n; ++i) {
            const std::byte* p = elements.bytes + i * bytesOf(elements.kind);
            addPlain(elements.kind == Elements::F32 ? loadLe<float>(p)
                         : elements.kind == Elements::F16 ? halfToFloat(loadLe<std::uint16_t>(p))
                                                          : bf16ToFloat(loadLe<std::uint16_t>(p)),
                     0, s);
        }
    }
    const auto m = static_cast<double>(n - s.nans - s.infs);
    if (m == 0) return 0.0F;
    const double mean = s.s1 / m;
    const double variance = s.s2 / m - mean * mean;
    return mean * mean * 16 < variance ? 0.0F : static_cast<float>(mean);
}

struct ChunkPart {
    Sums sums;
    std::vector<std::uint32_t> counts;
};

Result<FirstPass> passAbout(const Elements& elements, float shift, const Context& context)
{
    FirstPass out;
    out.shift = shift;
    out.counts.assign(kPatternBins, 0);
    const WindowKernel kernel = kernelOf(elements.kind);
    const auto n = static_cast<std::int64_t>(elements.count);
    const auto chunks = static_cast<std::size_t>((elements.count + kChunk - 1) / kChunk);
    std::vector<ChunkPart> parts(chunks);
    std::mutex mutex;
    Status first;
    const bool done = parallelFor(context, n, static_cast<std::int64_t>(kChunk), [&](std::int64_t b, std::int64_t e) {
        ChunkPart& part = parts[static_cast<std::size_t>(b) / kChunk];
        part.counts.assign(kPatternBins, 0);
        std::vector<float> tile;
        for (auto at = static_cast<std::uint64_t>(b); at < static_cast<std::uint64_t>(e); at += kWindow) {
            if (context.stopped()) return;
            const std::uint64_t end = std::min(static_cast<std::uint64_t>(e), at + kWindow);
            const std::byte* data = nullptr;
            if (elements.kind == Elements::Decoded) {
                tile.resize(end - at);
                if (auto ok = elements.read(at, end, tile); !ok) {
                    const std::scoped_lock lock(mutex);
                    if (first) first = std::move(ok);
                    return;
                }
                data = reinterpret_cast<const std::byte*>(tile.data());
            } else {
                data = elements.bytes + at * bytesOf(elements.kind);
            }
            kernel(data, end - at, shift, part.sums, part.counts.data());
        }
        context.advance(static_cast<std::uint64_t>(e - b));
    });
    if (!first) return fail(std::move(first.error()));
    if (!done || context.stopped()) return cancelled();
    if (elements.check) QS_TRY(elements.check());
    for (const ChunkPart& part : parts) {
        out.sums.merge(part.sums);
        for (std::size_t i = 0; i < part.counts.size(); ++i) out.counts[i] += part.counts[i];
    }
    // All infinite and NaN patterns of a sign share one bin: conversions differ in what they do to a NaN's payload.
    for (const std::size_t base : {std::size_t(0), std::size_t(kPatternBins / 2)})
        for (std::size_t i = 0x7F9; i < kPatternBins / 2; ++i) {
            out.counts[base + 0x7F8] += out.counts[base + i];
            out.counts[base + i] = 0;
        }
    return out;
}

} // namespace

Result<FirstPass> firstPass(const Elements& elements, const Context& context)
{
    QS_ASSIGN(float shift, chooseShift(elements));
    QS_ASSIGN(auto pass, passAbout(elements, shift, context));
    const auto n = static_cast<double>(elements.count - pass.sums.nans - pass.sums.infs);
    if (n == 0) return pass;
    // The head of the tensor was not like the rest: once more about the true mean, else the sums cancel.
    const double d = pass.sums.s1 / n;
    const double raw = pass.sums.s2 / n;
    if (raw > 0 && raw - d * d < 0.05 * raw)
        return passAbout(elements, static_cast<float>(static_cast<double>(shift) + d), context);
    return pass;
}

} // namespace qs::metrics::detail
