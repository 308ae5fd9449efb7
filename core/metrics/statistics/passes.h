// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/statistics/statistics.h"

#include <functional>

/// What the two passes of the statistics share; private to this folder.
namespace qs::metrics::detail {

/// Windows of this many elements are counted with 16-bit counters in four tables, so none can overflow.
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

/// One window of at most kWindow elements: adds to the sums and to counts[kPatternBins].
using WindowKernel = void (*)(const std::byte* data, std::size_t n, float shift, Sums& sums, std::uint32_t* counts);
struct Kernels {
    WindowKernel f32 = nullptr, f16 = nullptr, bf16 = nullptr;
};
/// The kernels for this machine; all give the same bits.
const Kernels& kernels();
/// The portable ones, for tests.
const Kernels& portableKernels();

/// Adds one element by the plain rules; what the kernels do for tails and for blocks that hold NaN, Inf or magnitudes
/// whose fourth power leaves the range of floats.
void addPlain(float x, float shift, Sums& sums);

struct FirstPass {
    Sums sums;
    float shift = 0;
    std::vector<std::uint64_t> counts;
};
Result<FirstPass> firstPass(const Elements& elements, const Context& context);
/// Histogram, percentiles and outliers of a tensor whose first pass is in `out`.
Status secondPass(const Elements& elements, int bins, const Context& context, TensorStatistics& out);

} // namespace qs::metrics::detail
