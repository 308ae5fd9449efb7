// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/pyramid/pyramid.h"

#include "core/base/simd_level.h"
#include "core/exec/parallel_for.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>
#include <span>
#include <utility>

#ifdef __SSE2__
#include <immintrin.h>
#endif
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace qs::metrics {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr Index kSide = Index(1) << MatrixPyramid::kFirstLevel;
constexpr Index kTile = 8192; // columns whose accumulators stay in the second cache; narrower ones break up the reading

struct ColumnSums {
    std::span<float> sum;
    std::span<float> square;
    std::span<float> peak;
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
};

struct RowSums {
    double sum = 0;
    double square = 0;
    float peak = 0;
};

// One row of cells of a level.
struct LevelRow {
    const float* mean;
    const float* rms;
    const float* peak;
};

namespace portable {
#include "core/metrics/pyramid/band_kernel.inc"
}
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define QS_MULTI_ISA 1
#pragma GCC push_options
#pragma GCC target("avx2,prefer-vector-width=256")
namespace avx2 {
#define QS_KERNEL_AVX2
#include "core/metrics/pyramid/band_kernel.inc"
#undef QS_KERNEL_AVX2
}
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")
namespace avx512 {
#define QS_KERNEL_AVX512
#include "core/metrics/pyramid/band_kernel.inc"
#undef QS_KERNEL_AVX512
}
#pragma GCC pop_options
#endif

using FourRows = void (*)(const float* const rows[4], std::size_t n, ColumnSums& columns, std::size_t at,
                          RowSums* sums, float* cellMean, float* cellRms, float* cellPeak);
using HalveRows = void (*)(const LevelRow& top, const LevelRow& bottom, std::size_t n, float* mean, float* rms, float* peak);
struct Kernels {
    FourRows fourRows;
    HalveRows halveRows;
};

Kernels kernels()
{
#ifdef QS_MULTI_ISA
    switch (simdLevel()) {
    case SimdLevel::Avx512: return {avx512::fourRows, avx512::halveRows};
    case SimdLevel::Avx2: return {avx2::fourRows, avx2::halveRows};
    case SimdLevel::Portable: break;
    }
#endif
    return {portable::fourRows, portable::halveRows};
}

// The same for columns beside the last sixteen and for rows below the last four.
void anyRows(const float* const* rows, int count, std::size_t n, ColumnSums& columns, std::size_t at, RowSums* sums,
             float* quadSum, float* quadSquare, float* quadPeak)
{
    for (std::size_t c = 0; c < n; ++c) {
        float vs = 0;
        float vq = 0;
        float vp = 0;
        for (int r = 0; r < count; ++r) {
            const float x = rows[r][c];
            vs += x;
            vq += x * x;
            if (std::fabs(x) > std::fabs(vp)) vp = x;
            sums[r].sum += static_cast<double>(x);
            sums[r].square += static_cast<double>(x) * static_cast<double>(x);
            sums[r].peak = std::fabs(x) > sums[r].peak ? std::fabs(x) : sums[r].peak;
            columns.low = x < columns.low ? x : columns.low;
            columns.high = x > columns.high ? x : columns.high;
        }
        quadSum[c] = vs;
        quadSquare[c] = vq;
        quadPeak[c] = vp;
        columns.sum[at + c] += vs;
        columns.square[at + c] += vq;
        columns.peak[at + c] = std::max(columns.peak[at + c], std::fabs(vp));
    }
}

struct Block {
    void* data = nullptr;
    std::size_t bytes = 0;
};

// Memory that is not set to zero, in large pages where the system has them: to touch it page by page takes as long as
// reading the matrix. What the last pyramid left is used again for one of about the same size (a window makes one after
// the other), because even large pages take a third of that time; until then the system may take its pages back.
class RawFloats {
public:
    static std::shared_ptr<float[]> make(std::size_t count)
    {
        const std::size_t bytes = std::max<std::size_t>(count, 1) * sizeof(float);
#ifdef __linux__
        if (bytes >= 2 * kLarge) {
            const std::size_t rounded = (bytes + kLarge - 1) / kLarge * kLarge;
            if (Block kept = take(rounded); kept.data)
                return {static_cast<float*>(kept.data), [kept](float*) { keep(kept); }};
            if (void* p = std::aligned_alloc(kLarge, rounded)) {
                madvise(p, rounded, MADV_HUGEPAGE); // a hint; small pages do as well
                return {static_cast<float*>(p), [rounded](float* q) { keep({q, rounded}); }};
            }
            throw std::bad_alloc();
        }
#endif
        auto* p = static_cast<float*>(std::malloc(bytes));
        if (!p) throw std::bad_alloc();
        return {p, [](float* q) { std::free(q); }};
    }

#ifdef __linux__
private:
    static constexpr std::size_t kLarge = std::size_t(1) << 21;
    static constexpr std::size_t kMostKept = std::size_t(320) << 20; // a pyramid of 16384 x 16384, and its columns

    static Block take(std::size_t bytes)
    {
        const std::scoped_lock lock(s_mutex);
        for (Block& b : s_kept)
            if (b.bytes >= bytes && b.bytes <= 2 * bytes) return std::exchange(b, Block{});
        return {};
    }
    static void keep(Block block)
    {
        if (block.bytes <= kMostKept) {
            madvise(block.data, block.bytes, MADV_FREE);
            const std::scoped_lock lock(s_mutex);
            std::swap(block, s_kept[s_next++ % s_kept.size()]); // in place of the oldest
            std::size_t all = 0;
            for (const Block& b : s_kept) all += b.bytes;
            if (all > kMostKept)
                for (Block& b : s_kept)
                    if (b.bytes > 0 && all > kMostKept) {
                        all -= b.bytes;
                        std::free(std::exchange(b, Block{}).data);
                    }
        }
        std::free(block.data);
    }
    static inline std::mutex s_mutex;
    static inline std::array<Block, 2> s_kept;
    static inline std::size_t s_next = 0;
#endif
};

// The levels of a matrix, their cells one after the other in one piece of memory.
void allocateLevels(MatrixPyramid& out)
{
    std::size_t cells = 0;
    for (Index side = kSide;; side *= 2) {
        PyramidLevel& level = out.levels.emplace_back();
        level.rows = (out.rows + side - 1) / side;
        level.cols = (out.cols + side - 1) / side;
        cells += static_cast<std::size_t>(level.rows * level.cols);
        if (level.rows == 1 && level.cols == 1) break;
    }
    out.cells = RawFloats::make(3 * cells);
    float* next = out.cells.get();
    for (PyramidLevel& level : out.levels) {
        const auto n = static_cast<std::size_t>(level.rows * level.cols);
        for (CellFloats* figure : {&level.mean, &level.peak, &level.rms}) {
            *figure = CellFloats(next, n);
            next += n;
        }
    }
}

// Cells of four columns from the figures of the columns of four rows.
void cells(const float* quadSum, const float* quadSquare, const float* quadPeak, Index n, int rows, PyramidLevel& level,
           std::size_t at)
{
    for (Index c = 0; c < n; c += kSide) {
        const Index end = std::min(n, c + kSide);
        float s = 0;
        float q = 0;
        float p = 0;
        for (Index k = c; k < end; ++k) {
            s += quadSum[k];
            q += quadSquare[k];
            p = std::fabs(quadPeak[k]) > std::fabs(p) ? quadPeak[k] : p;
        }
        const float inverse = 1.0F / static_cast<float>(rows * (end - c));
        level.mean[at] = s * inverse;
        level.rms[at] = std::sqrt(q * inverse);
        level.peak[at] = std::isnan(q) ? kNaN : p;
        ++at;
    }
}

void finishProfile(Profile& p, std::size_t i, double sum, double square, double peak, double n)
{
    p.mean[i] = static_cast<float>(sum / n);
    p.rms[i] = static_cast<float>(std::sqrt(square / n));
    p.peak[i] = std::isnan(square) ? kNaN : static_cast<float>(peak);
}

void allocate(Profile& p, Index n)
{
    p.mean.resize(static_cast<std::size_t>(n));
    p.rms.resize(static_cast<std::size_t>(n));
    p.peak.resize(static_cast<std::size_t>(n));
}

// Cells [r0, r1) × [c0, c1) of the next level: four cells into one, weighted by the elements that each covers (border
// cells cover fewer). `side`: elements along a cell of the finer level, of a matrix of rows × cols.
void halve(const PyramidLevel& fine, PyramidLevel& out, Index side, Index rows, Index cols, Index r0, Index r1, Index c0,
           Index c1, HalveRows kernel)
{
    const auto extent = [&](Index cell, Index of) { return static_cast<float>(std::min(side, of - cell * side)); };
    for (Index r = r0; r < r1; ++r) {
        // Cells that cover four whole ones, then those at the borders.
        Index whole = c0;
        if ((2 * r + 2) * side <= rows && cols / (2 * side) > c0) {
            whole = std::min(c1, cols / (2 * side));
            const auto row = [&](Index i) {
                const auto at = static_cast<std::size_t>(i * fine.cols + 2 * c0);
                return LevelRow{fine.mean.data() + at, fine.rms.data() + at, fine.peak.data() + at};
            };
            const auto to = static_cast<std::size_t>(r * out.cols + c0);
            kernel(row(2 * r), row(2 * r + 1), static_cast<std::size_t>(whole - c0), out.mean.data() + to,
                   out.rms.data() + to, out.peak.data() + to);
        }
        for (Index c = whole; c < c1; ++c) {
            float weight = 0;
            float s = 0;
            float q = 0;
            float p = 0;
            bool bad = false;
            for (Index i = 2 * r; i < std::min(fine.rows, 2 * r + 2); ++i)
                for (Index j = 2 * c; j < std::min(fine.cols, 2 * c + 2); ++j) {
                    const auto at = static_cast<std::size_t>(i * fine.cols + j);
                    const float w = extent(i, rows) * extent(j, cols);
                    weight += w;
                    s += w * fine.mean[at];
                    q += w * fine.rms[at] * fine.rms[at];
                    bad = bad || std::isnan(fine.peak[at]);
                    p = std::fabs(fine.peak[at]) > std::fabs(p) ? fine.peak[at] : p;
                }
            const auto at = static_cast<std::size_t>(r * out.cols + c);
            out.mean[at] = s / weight;
            out.rms[at] = std::sqrt(q / weight);
            out.peak[at] = bad ? kNaN : p;
        }
    }
}

void robustLimits(const Matrix& m, MatrixPyramid& out)
{
    constexpr std::uint64_t kMost = std::uint64_t(1) << 16;
    const std::uint64_t n = m.data().size();
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(std::min(n, kMost)));
    const auto take = [&](std::uint64_t i) {
        const float x = m.data()[static_cast<std::size_t>(i)];
        if (std::isfinite(x)) values.push_back(x);
    };
    if (n <= kMost)
        for (std::uint64_t i = 0; i < n; ++i) take(i);
    else // multiples of the golden ratio: even, and blind to rows and columns
        for (std::uint64_t k = 0; k < kMost; ++k)
            take(static_cast<std::uint64_t>(static_cast<double>(k * 0x9E3779B97F4A7C15ULL >> 11) * 0x1p-53 * static_cast<double>(n)));
    if (values.empty()) return;
    const auto quantile = [&](double q) {
        const auto at = static_cast<std::ptrdiff_t>(std::lround(q * static_cast<double>(values.size() - 1)));
        std::nth_element(values.begin(), values.begin() + at, values.end());
        return static_cast<double>(values[static_cast<std::size_t>(at)]);
    };
    out.low = quantile(0.01);
    out.high = quantile(0.99);
    for (float& v : values) v = std::fabs(v);
    out.absHigh = quantile(0.99);
}

} // namespace

std::uint64_t MatrixPyramid::bytes() const
{
    std::uint64_t n = 3 * (byRow.mean.size() + byCol.mean.size());
    for (const auto& l : levels) n += 3 * l.mean.size();
    return 4 * n;
}

Result<std::shared_ptr<const MatrixPyramid>> buildPyramid(std::shared_ptr<const Matrix> values, const Context& context)
{
    auto out = std::make_shared<MatrixPyramid>();
    const Matrix& m = *values;
    out->rows = m.rows();
    out->cols = m.cols();
    out->base = values;
    allocate(out->byRow, m.rows());
    allocate(out->byCol, m.cols());
    if (m.data().empty()) return std::shared_ptr<const MatrixPyramid>(out);
    allocateLevels(*out);
    PyramidLevel& first = out->levels.front();
    const Index grain = m.rows() > 4096 ? 256 : 64; // a power of two: the cells of some levels lie within a chunk
    std::vector<ColumnSums> parts(static_cast<std::size_t>((m.rows() + grain - 1) / grain));
    const std::shared_ptr<float[]> columnFigures = RawFloats::make(3 * parts.size() * static_cast<std::size_t>(m.cols()));
    const Kernels kernel = kernels();
    const bool done = parallelFor(context, m.rows(), grain, [&](Index b, Index e) {
        ColumnSums& columns = parts[static_cast<std::size_t>(b / grain)];
        const auto width = static_cast<std::size_t>(m.cols());
        float* figures = columnFigures.get() + static_cast<std::size_t>(b / grain) * 3 * width;
        std::fill_n(figures, 3 * width, 0.0F);
        columns.sum = {figures, width};
        columns.square = {figures + width, width};
        columns.peak = {figures + 2 * width, width};
        std::vector<RowSums> sums(static_cast<std::size_t>(e - b));
        alignas(64) float quadSum[kTile];
        alignas(64) float quadSquare[kTile];
        alignas(64) float quadPeak[kTile];
        for (Index c0 = 0; c0 < m.cols(); c0 += kTile) {
            const Index n = std::min(kTile, m.cols() - c0);
            const auto vector = static_cast<std::size_t>(n / 16 * 16);
            for (Index r = b; r < e; r += kSide) {
                const int count = static_cast<int>(std::min(kSide, e - r));
                const float* rows[kSide] = {};
                for (int k = 0; k < count; ++k) rows[k] = m.row(r + k).data() + c0;
                RowSums* rowSums = sums.data() + (r - b);
                std::size_t done16 = 0;
                const auto cell = static_cast<std::size_t>(r / kSide * first.cols + c0 / kSide);
                if (count == kSide) {
                    kernel.fourRows(rows, vector, columns, static_cast<std::size_t>(c0), rowSums, first.mean.data() + cell,
                                    first.rms.data() + cell, first.peak.data() + cell);
                    done16 = vector;
                }
                for (int k = 0; k < count; ++k) rows[k] += done16;
                anyRows(rows, count, static_cast<std::size_t>(n) - done16, columns,
                        static_cast<std::size_t>(c0) + done16, rowSums, quadSum + done16, quadSquare + done16,
                        quadPeak + done16);
                cells(quadSum + done16, quadSquare + done16, quadPeak + done16, n - static_cast<Index>(done16), count, first,
                      cell + done16 / static_cast<std::size_t>(kSide));
            }
            // The coarser cells of this tile, while the finer ones are in the cache.
            for (std::size_t l = 1; l < out->levels.size() && kSide << l <= grain; ++l) {
                const Index side = kSide << l;
                halve(out->levels[l - 1], out->levels[l], side / 2, m.rows(), m.cols(), b / side, (e + side - 1) / side,
                      c0 / side, (c0 + n + side - 1) / side, kernel.halveRows);
            }
        }
        for (Index r = b; r < e; ++r) {
            const RowSums& s = sums[static_cast<std::size_t>(r - b)];
            finishProfile(out->byRow, static_cast<std::size_t>(r), s.sum, s.square, static_cast<double>(s.peak),
                          static_cast<double>(m.cols()));
        }
        context.advance(static_cast<std::uint64_t>((e - b) * m.cols()));
    });
    if (!done) return cancelled();
    parallelFor(context, m.cols(), 1024, [&](Index b, Index e) {
        const auto n = static_cast<std::size_t>(e - b);
        std::vector<double> sum(n);
        std::vector<double> square(n);
        std::vector<float> peak(n);
        for (const ColumnSums& p : parts)
            for (std::size_t i = 0; i < n; ++i) {
                const std::size_t c = static_cast<std::size_t>(b) + i;
                sum[i] += static_cast<double>(p.sum[c]);
                square[i] += static_cast<double>(p.square[c]);
                peak[i] = std::max(peak[i], p.peak[c]);
            }
        for (std::size_t i = 0; i < n; ++i)
            finishProfile(out->byCol, static_cast<std::size_t>(b) + i, sum[i], square[i], static_cast<double>(peak[i]),
                          static_cast<double>(m.rows()));
    });
    float low = std::numeric_limits<float>::infinity();
    float high = -low;
    for (const ColumnSums& p : parts) {
        low = std::min(low, p.low);
        high = std::max(high, p.high);
    }
    if (!std::isfinite(low) || !std::isfinite(high)) { // infinite elements: look at the finite ones alone
        low = std::numeric_limits<float>::infinity();
        high = -low;
        for (const float x : m.data())
            if (std::isfinite(x)) {
                low = std::min(low, x);
                high = std::max(high, x);
            }
        if (low > high) low = high = 0;
    }
    out->min = low;
    out->max = high;
    robustLimits(m, *out);
    for (std::size_t l = 1; l < out->levels.size(); ++l) { // what reaches beyond chunks is a few cells
        const Index side = kSide << l;
        if (side <= grain) continue;
        PyramidLevel& to = out->levels[l];
        halve(out->levels[l - 1], to, side / 2, m.rows(), m.cols(), 0, to.rows, 0, to.cols, kernel.halveRows);
    }
    if (context.stopped()) return cancelled();
    return std::shared_ptr<const MatrixPyramid>(out);
}

Result<std::shared_ptr<const Matrix>> difference(MatrixView decoded, MatrixView original, const Context& context)
{
    if (decoded.rows != original.rows || decoded.cols != original.cols)
        return fail(ErrorCode::Internal, "matrices of different shapes have no difference");
    auto out = std::make_shared<Matrix>(original.rows, original.cols);
    const auto to = out->data();
    const bool done = parallelFor(context, static_cast<std::int64_t>(to.size()), 1 << 18, [&](std::int64_t b, std::int64_t e) {
        for (auto i = static_cast<std::size_t>(b); i < static_cast<std::size_t>(e); ++i)
            to[i] = decoded.data[i] - original.data[i];
    });
    if (!done) return cancelled();
    return std::shared_ptr<const Matrix>(out);
}

} // namespace qs::metrics
