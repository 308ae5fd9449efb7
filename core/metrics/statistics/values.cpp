// SPDX-License-Identifier: GPL-3.0-or-later
// Types of sixteen bits: one pass counts how often each of the 65,536 patterns occurs, and everything follows from that.
#include "core/base/bytes.h"
#include "core/exec/parallel_for.h"
#include "core/metrics/statistics/passes.h"
#include "core/metrics/statistics/tables.h"
#include "core/tensor/float_bits.h"

#include <bit>

namespace qs::metrics::detail {
namespace {

constexpr std::size_t kPatterns = std::size_t(1) << 16;
// The loop waits for memory more than plain reads do, so it asks for it this many bytes ahead.
constexpr std::size_t kAhead = 2048;

// Counters of sixteen bits: those of trained weights fit the first cache.
struct Table {
    alignas(64) std::uint16_t counts[kPatterns] = {};
    std::uint32_t wraps[kPatterns] = {}; // how often a counter has passed 2^16

    void one(std::size_t pattern)
    {
        if (__builtin_expect(++counts[pattern] == 0, 0)) ++wraps[pattern];
    }
    void two(const std::byte* p)
    {
        const auto both = loadLe<std::uint32_t>(p); // one load and a shift: fewer loads are left for the counters
        one(both & 0xFFFFU);
        one(both >> 16);
    }
};

void count(const std::byte* p, std::size_t n, Table& table)
{
    for (; n >= 32; n -= 32, p += 64) {
        __builtin_prefetch(p + kAhead);
#pragma GCC unroll 16
        for (std::size_t i = 0; i < 64; i += 4) table.two(p + i);
    }
    for (; n > 0; --n, p += 2) table.one(loadLe<std::uint16_t>(p));
}

// Moments, extremes and the counts by top bits. The powers are summed about the mean.
template <class Decode>
void summarize(const Decode& decode, FirstPass& out)
{
    double sum = 0;
    std::uint64_t finite = 0;
    const auto forEach = [&](auto&& f) {
        for (std::size_t p = 0; p < kPatterns; ++p)
            if (out.values[p] > 0) f(decode(static_cast<std::uint16_t>(p)), out.values[p]);
    };
    forEach([&](float x, std::uint64_t n) {
        const std::uint32_t bin = std::bit_cast<std::uint32_t>(x) >> kPatternShift;
        if (!std::isfinite(x)) {
            (std::isnan(x) ? out.sums.nans : out.sums.infs) += n;
            out.counts[kNotFiniteBins[std::signbit(x) ? 1 : 0]] += n;
            return;
        }
        out.counts[bin] += n;
        finite += n;
        sum += static_cast<double>(x) * static_cast<double>(n);
        if (x == 0) out.sums.zeros += n;
        out.sums.min = x < out.sums.min ? x : out.sums.min;
        out.sums.max = x > out.sums.max ? x : out.sums.max;
    });
    if (finite == 0) return;
    out.shift = static_cast<float>(sum / static_cast<double>(finite));
    forEach([&](float x, std::uint64_t count) {
        if (!std::isfinite(x)) return;
        const auto n = static_cast<double>(count);
        const double y = static_cast<double>(x) - static_cast<double>(out.shift);
        const double y2 = y * y;
        out.sums.s1 += n * y;
        out.sums.s2 += n * y2;
        out.sums.s3 += n * (y2 * y);
        out.sums.s4 += n * (y2 * y2);
    });
}

} // namespace

Result<FirstPass> countValues(const Elements& elements, const Context& context)
{
    Tables<Table> tables([] { return std::make_unique<Table>(); });
    const bool done = parallelFor(
        context, static_cast<std::int64_t>(elements.count), static_cast<std::int64_t>(kChunk),
        [&](std::int64_t b, std::int64_t e) {
            tables.with([&](Table& table) {
                for (std::int64_t at = b; at < e && !context.stopped(); at += static_cast<std::int64_t>(kWindow)) {
                    const auto n = std::min(e - at, static_cast<std::int64_t>(kWindow));
                    count(elements.bytes + 2 * at, static_cast<std::size_t>(n), table);
                }
            });
            context.advance(static_cast<std::uint64_t>(e - b));
        });
    if (!done || context.stopped()) return cancelled();
    if (elements.check) QS_TRY(elements.check());
    FirstPass out;
    out.counts.assign(kPatternBins, 0);
    out.values.assign(kPatterns, 0);
    for (const auto& table : tables.all())
        for (std::size_t p = 0; p < kPatterns; ++p)
            out.values[p] += std::uint64_t(table->wraps[p]) << 16 | table->counts[p];
    if (elements.kind == Elements::F16) summarize(halfToFloat, out);
    else summarize(bf16ToFloat, out);
    return out;
}

} // namespace qs::metrics::detail
