// SPDX-License-Identifier: GPL-3.0-or-later
// Exact bins, outliers and percentiles. Those of F16 and BF16 follow from the counts of all patterns. Else the percentiles
// come by radix refinement of |w|'s pattern: the first pass counted its top 10 bits, this one counts the next 11 of the
// few bins that hold a wanted order statistic, and a third the last 10. Memory stays fixed however long the tensor is.
#include "core/base/bytes.h"
#include "core/exec/parallel_for.h"
#include "core/metrics/statistics/passes.h"
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <bit>
#include <mutex>

namespace qs::metrics::detail {
namespace {

constexpr std::uint32_t kInfinity = 0x7F800000U;
constexpr int kLastBits = 10;
constexpr int kMiddleBits = kPatternShift - kLastBits;

// An order statistic of |w| over the finite elements: its rank, and the pattern's digits found so far.
struct Wanted {
    std::uint64_t rank = 0;      // among all, then among those that share the prefix
    std::uint32_t prefix = 0;    // digits found
    int slot = -1;               // row of its counts in the pass under way
};

// Calls f(float) for every element of [b, e).
template <class F>
Status forEach(const Elements& elements, std::uint64_t b, std::uint64_t e, std::vector<float>& tile, F&& f)
{
    switch (elements.kind) {
    case Elements::F32:
        for (std::uint64_t i = b; i < e; ++i) f(loadLe<float>(elements.bytes + 4 * i));
        break;
    case Elements::F16:
    case Elements::BF16: break; // never read again
    case Elements::Decoded:
        for (std::uint64_t at = b; at < e; at += kWindow) {
            const std::uint64_t end = std::min(e, at + kWindow);
            tile.resize(end - at);
            QS_TRY(elements.read(at, end, tile));
            for (const float x : tile) f(x);
        }
        break;
    }
    return {};
}

// Rows of counts for the distinct prefixes of the wanted statistics.
std::vector<std::uint32_t> prefixesOf(std::vector<Wanted>& wanted)
{
    std::vector<std::uint32_t> out;
    for (Wanted& w : wanted) {
        auto it = std::find(out.begin(), out.end(), w.prefix);
        if (it == out.end()) it = out.insert(out.end(), w.prefix);
        w.slot = static_cast<int>(it - out.begin());
    }
    return out;
}

// Moves each statistic one digit down, by the counts of its row.
void descend(std::vector<Wanted>& wanted, const std::vector<std::uint64_t>& counts, int bits)
{
    const std::uint32_t values = 1U << bits;
    for (Wanted& w : wanted) {
        const std::uint64_t* row = counts.data() + static_cast<std::size_t>(w.slot) * values;
        std::uint32_t digit = 0;
        while (digit + 1 < values && w.rank >= row[digit]) w.rank -= row[digit++];
        w.prefix = w.prefix << bits | digit;
    }
}

struct Part {
    std::vector<std::uint64_t> bins;
    std::vector<std::uint64_t> digits;
    std::uint64_t outliers = 0;
};

void addTo(std::vector<std::uint64_t>& total, const std::vector<std::uint64_t>& part)
{
    if (total.size() < part.size()) total.resize(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) total[i] += part[i];
}

// Runs `work(begin, end, part)` over all chunks and adds the parts up; integers only, so the order does not matter.
template <class Work>
Status reduceChunks(const Elements& elements, const Context& context, Part& total, Work&& work)
{
    std::mutex mutex;
    Status first;
    const bool done = parallelFor(
        context, static_cast<std::int64_t>(elements.count), static_cast<std::int64_t>(kChunk),
        [&](std::int64_t b, std::int64_t e) {
            Part part;
            auto ok = work(static_cast<std::uint64_t>(b), static_cast<std::uint64_t>(e), part);
            context.advance(static_cast<std::uint64_t>(e - b));
            const std::scoped_lock lock(mutex);
            if (!ok) {
                if (first) first = std::move(ok);
                return;
            }
            addTo(total.bins, part.bins);
            addTo(total.digits, part.digits);
            total.outliers += part.outliers;
        });
    if (!first) return fail(std::move(first.error()));
    if (!done || context.stopped()) return cancelled();
    return {};
}

// Bins, outliers and the wanted order statistics from the counts of all patterns, which ascend with |x|.
void fromValues(const Elements& elements, const std::vector<std::uint64_t>& values, const BinFinder& finder, float low,
                float high, std::vector<Wanted>& wanted, Part& total)
{
    const auto decode = [&](std::size_t p) {
        const auto pattern = static_cast<std::uint16_t>(p);
        return elements.kind == Elements::F16 ? halfToFloat(pattern) : bf16ToFloat(pattern);
    };
    const std::size_t magnitudes = values.size() / 2;
    std::uint64_t before = 0; // elements of smaller magnitude
    for (std::size_t p = 0; p < magnitudes; ++p) {
        const std::uint64_t here = values[p] + values[p + magnitudes];
        const float x = decode(p);
        if (here == 0 || !std::isfinite(x)) continue;
        for (const std::size_t q : {p, p + magnitudes}) {
            if (values[q] == 0) continue;
            const float y = decode(q);
            total.bins[static_cast<std::size_t>(finder.find(y))] += values[q];
            if (y > high || y < low) total.outliers += values[q];
        }
        for (Wanted& w : wanted)
            if (w.rank >= before && w.rank < before + here) w.prefix = std::bit_cast<std::uint32_t>(x);
        before += here;
    }
}

// Bins, outliers and the wanted order statistics by reading the elements twice more.
Status fromElements(const Elements& elements, const BinFinder& finder, std::size_t bins, float low, float high,
                    const std::vector<std::uint64_t>& patternCounts, const Context& context, std::vector<Wanted>& wanted,
                    Part& total)
{
    // First digit: 10 bits of |w|, from the counts of both signs. Non-finite patterns lie above all finite ones.
    for (Wanted& w : wanted) {
        std::uint32_t digit = 0;
        const auto at = [&](std::uint32_t d) { return patternCounts[d] + patternCounts[d + kPatternBins / 2]; };
        while (digit + 1 < kPatternBins / 2 && w.rank >= at(digit)) w.rank -= at(digit++);
        w.prefix = digit;
    }
    std::vector<std::uint32_t> prefixes = prefixesOf(wanted);
    std::vector<std::uint8_t> rowOf(kPatternBins / 2, 0); // 1-based row of counts
    for (std::size_t i = 0; i < prefixes.size(); ++i) rowOf[prefixes[i]] = static_cast<std::uint8_t>(i + 1);

    QS_TRY(reduceChunks(elements, context, total, [&](std::uint64_t b, std::uint64_t e, Part& part) {
        part.bins.assign(bins, 0);
        part.digits.assign(prefixes.size() << kMiddleBits, 0);
        std::vector<float> tile;
        return forEach(elements, b, e, tile, [&](float x) {
            const std::uint32_t a = std::bit_cast<std::uint32_t>(x) & 0x7FFFFFFFU;
            if (a >= kInfinity) return;
            ++part.bins[static_cast<std::size_t>(finder.find(x))];
            part.outliers += (x > high || x < low) ? 1U : 0U;
            if (const unsigned row = rowOf[a >> kPatternShift]; row != 0)
                ++part.digits[(row - 1) << kMiddleBits | (a >> kLastBits & ((1U << kMiddleBits) - 1))];
        });
    }));
    descend(wanted, total.digits, kMiddleBits);
    prefixes = prefixesOf(wanted);
    Part last;
    QS_TRY(reduceChunks(elements, context, last, [&](std::uint64_t b, std::uint64_t e, Part& part) {
        part.digits.assign(prefixes.size() << kLastBits, 0);
        std::vector<float> tile;
        return forEach(elements, b, e, tile, [&](float x) {
            const std::uint32_t a = std::bit_cast<std::uint32_t>(x) & 0x7FFFFFFFU;
            if (rowOf[a >> kPatternShift] == 0 || a >= kInfinity) return;
            for (std::size_t i = 0; i < prefixes.size(); ++i)
                if (prefixes[i] == a >> kLastBits) ++part.digits[i << kLastBits | (a & ((1U << kLastBits) - 1))];
        });
    }));
    descend(wanted, last.digits, kLastBits);
    if (elements.check) QS_TRY(elements.check());
    return {};
}

} // namespace

Status secondPass(const Elements& elements, const std::vector<std::uint64_t>& values, int bins, const Context& context,
                  TensorStatistics& out)
{
    out.histogram.nans = out.nans;
    if (out.finite == 0) {
        out.absPercentiles.fill(std::numeric_limits<double>::quiet_NaN());
        return {};
    }
    // Ranks of the order statistics between which the percentiles lie.
    std::vector<Wanted> wanted;
    std::array<double, kAbsPercents.size()> fraction{};
    for (std::size_t i = 0; i < kAbsPercents.size(); ++i) {
        const double position = static_cast<double>(out.finite - 1) * kAbsPercents[i] / 100;
        const auto low = std::min(static_cast<std::uint64_t>(position), out.finite - 1);
        fraction[i] = position - static_cast<double>(low);
        wanted.push_back({low, 0, -1});
        wanted.push_back({std::min(low + 1, out.finite - 1), 0, -1});
    }
    const std::vector<double> edges = equalEdges(out.min, out.max, bins);
    const BinFinder finder(edges);
    const float high = floorToFloat(out.mean + 6 * out.std);
    const float low = ceilToFloat(out.mean - 6 * out.std);
    out.histogram.edges = edges;
    Part total;
    if (values.empty()) {
        QS_TRY(fromElements(elements, finder, edges.size() - 1, low, high, out.patternCounts, context, wanted, total));
    } else {
        total.bins.assign(edges.size() - 1, 0);
        fromValues(elements, values, finder, low, high, wanted, total);
    }
    out.histogram.counts = std::move(total.bins);
    out.outliers6Sigma = total.outliers;
    for (std::size_t i = 0; i < kAbsPercents.size(); ++i) {
        const double a = std::bit_cast<float>(wanted[2 * i].prefix);
        const double b = std::bit_cast<float>(wanted[2 * i + 1].prefix);
        out.absPercentiles[i] = a + (b - a) * fraction[i];
    }
    return {};
}

} // namespace qs::metrics::detail
