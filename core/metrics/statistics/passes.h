// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/statistics/statistics.h"

#include <functional>

/// What the two passes of the statistics share; private to this folder.
namespace qs::metrics::detail {

/// Elements of one call of the kernel: what is decoded at a time, and how often stops are asked about. Their pairs are
/// counted with 16-bit counters, of which none can overflow.
inline constexpr std::uint64_t kWindow = std::uint64_t(1) << 17;
/// Elements of one parallel chunk; its borders do not depend on the number of threads.
inline constexpr std::uint64_t kChunk = std::uint64_t(1) << 20;
/// Elements whose powers are summed in float lanes before they go into doubles.
inline constexpr std::size_t kBlock = 512;

/// Where the elements lie: plain F32, F16 or BF16 bytes, or anything that is decoded window by window.
struct Elements {
    enum Kind { F32, F16, BF16, Decoded } kind = F32;
    const std::byte* bytes = nullptr;
    std::uint64_t count = 0;
    std::function<Status(std::uint64_t begin, std::uint64_t end, std::span<float> out)> read; ///< Decoded
    std::function<Status()> check; ///< asked once the bytes were touched; may be null
};

/// Sums over finite elements of powers of x − shift.
struct Sums {
    double s1 = 0, s2 = 0, s3 = 0, s4 = 0;
    float min = std::numeric_limits<float>::infinity();
    float max = -std::numeric_limits<float>::infinity();
    std::uint64_t zeros = 0, nans = 0, infs = 0;
    void merge(const Sums& o);
};

/// Which magnitudes have places in a Counter.
struct Places {
    std::uint32_t base = 1;
    bool paired = false;
};

/// Counts of the top eleven bits of F32 patterns, of one worker at a time. Incrementing a counter takes the machine about
/// a cycle however wide its vectors are, so elements are counted two at a time: each has a seven-bit place (its sign and
/// one of 64 neighbouring magnitude patterns: sixteen octaves), and there is a counter for each pair of places; these
/// counters fit the first cache, and with eight bits they would not. Elements
/// beyond the sixteen octaves, and those of short tensors, are counted one by one in four tables in turn.
struct Counter {
    static constexpr std::uint32_t kPlaces = 64;
    static constexpr std::uint64_t kLeast = std::uint64_t(1) << 15; ///< shorter tensors don't pay for adding pairs up
    explicit Counter(const Places& places) : base(places.base), paired(places.paired) {}

    std::uint32_t base;        ///< magnitude pattern of place 0; above zero, so that zeros have no place
    bool paired;
    std::uint64_t zeros = 0;
    std::size_t strays = 0;    ///< groups of 32 elements of this window that held one
    /// The padding keeps equal bins of the four tables out of the same cache set.
    alignas(64) std::uint32_t plain[4][kPatternBins + 80] = {};
    alignas(64) std::uint16_t pairs[4 * kPlaces * kPlaces] = {}; ///< row: place of the second element; zero between windows
    alignas(64) std::uint32_t places[2 * kPlaces] = {};          ///< of pairs of windows that are done

    /// Adds all to counts[kPatternBins] and clears the tables: before 2^32 elements were counted.
    void flush(std::uint64_t* counts);
};

/// One window of F32: adds to the sums and counts.
using WindowKernel = void (*)(const std::byte* data, std::size_t n, float shift, Sums& sums, Counter& counter);
/// The kernel of simdLevel(); all levels give the same bits.
WindowKernel windowKernel();

/// Adds one element by the plain rules; what the kernels do for tails and for blocks that hold NaN, Inf or magnitudes
/// whose fourth power leaves the range of floats.
void addPlain(float x, float shift, Sums& sums);

struct FirstPass {
    Sums sums;
    float shift = 0;
    std::vector<std::uint64_t> counts; ///< by the top bits, kPatternBins
    std::vector<std::uint64_t> values; ///< F16 and BF16: how often each of the 65,536 patterns occurs; else empty
};
Result<FirstPass> countValues(const Elements& elements, const Context& context); ///< F16 and BF16
Result<FirstPass> firstPass(const Elements& elements, const Context& context);
/// Histogram, percentiles and outliers of a tensor whose moments and patternCounts are in `out`. With the pass' values
/// (F16, BF16) nothing is read again.
Status secondPass(const Elements& elements, const std::vector<std::uint64_t>& values, int bins, const Context& context,
                  TensorStatistics& out);

} // namespace qs::metrics::detail
