// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/linalg/gemm.h"

#include "core/base/simd_level.h"
#include "core/exec/parallel_for.h"
#include "core/linalg/gemm_kernels.h"

#include <algorithm>
#include <memory>
#include <vector>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

namespace qs::linalg {
namespace {

constexpr Index kDepth = 256;                   // products of one chain; part of the result's definition
constexpr Index kRowTile = 96;                  // rows of C per task: A's panels of it stay in the second cache
constexpr Index kColTile = 512;                 // columns of C per task where rows alone give too few tasks
constexpr Index kPackedFloats = Index(1) << 21; // of B at a time: 8 MiB, which the last cache holds
constexpr Index kLeastStripe = 512; // but so many columns, or packing A again for each stripe costs too much

const GemmKernel& kernel()
{
#ifdef QS_X86_KERNELS
    static const bool fma = __builtin_cpu_supports("fma");
    switch (simdLevel()) {
    case SimdLevel::Avx512: return kAvx512Gemm;
    case SimdLevel::Avx2:
        if (fma) return kAvx2Gemm;
        break;
    case SimdLevel::Portable: break;
    }
#endif
    return kPortableGemm;
}

Index roundUp(Index n, Index to)
{
    return (n + to - 1) / to * to;
}

#ifdef __SSE2__
// Four contiguous rows become four neighbours per k.
void packFour(const float* from, Index along, Index depth, Index width, float* to)
{
    Index k = 0;
    for (; k + 4 <= depth; k += 4) {
        __m128 r0 = _mm_loadu_ps(from + k);
        __m128 r1 = _mm_loadu_ps(from + along + k);
        __m128 r2 = _mm_loadu_ps(from + 2 * along + k);
        __m128 r3 = _mm_loadu_ps(from + 3 * along + k);
        _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
        _mm_storeu_ps(to + k * width, r0);
        _mm_storeu_ps(to + (k + 1) * width, r1);
        _mm_storeu_ps(to + (k + 2) * width, r2);
        _mm_storeu_ps(to + (k + 3) * width, r3);
    }
    for (; k < depth; ++k)
        for (Index i = 0; i < 4; ++i) to[k * width + i] = from[i * along + k];
}
#endif

// Panels of `width` rows of A (or columns of B: `along` is the step between them, `deep` the step along k), each k's
// values side by side, the last panel filled up with zeros.
void pack(const float* data, Index along, Index deep, Index count, Index depth, Index width, float* out)
{
    for (Index p = 0; p < count; p += width, out += width * depth) {
        const Index n = std::min(width, count - p);
        const float* from = data + p * along;
        if (along == 1) {
            for (Index k = 0; k < depth; ++k) {
                std::copy_n(from + k * deep, n, out + k * width);
                std::fill(out + k * width + n, out + (k + 1) * width, 0.0F);
            }
            continue;
        }
        Index done = 0; // rows
#ifdef __SSE2__
        if (deep == 1)
            for (; done + 4 <= n; done += 4) packFour(from + done * along, along, depth, width, out + done);
#endif
        for (Index i = done; i < n; ++i) {
            const float* row = from + i * along;
            float* to = out + i;
            for (Index k = 0; k < depth; ++k) to[k * width] = row[k * deep];
        }
        for (Index i = n; i < width; ++i)
            for (Index k = 0; k < depth; ++k) out[k * width + i] = 0;
    }
}

// B's columns [n0, n1) for all k: blocks of kDepth, in each the panels one after another.
struct PackedB {
    const float* data;
    Index cols; ///< rounded up to whole panels
    const float* panel(Index k0, Index depth, Index col) const { return data + k0 * cols + col * depth; }
};

void packPanels(const GemmKernel& kern, Operand b, Index k, Index col0, Index cols, Index first, Index last,
                Index padded, float* out)
{
    for (Index k0 = 0; k0 < k; k0 += kDepth) {
        const Index depth = std::min(kDepth, k - k0);
        const Index c = first * kern.cols;
        const Index n = std::min(cols, last * kern.cols) - c;
        pack(b.data + (col0 + c) * b.colStep + k0 * b.rowStep, b.colStep, b.rowStep, n, depth, kern.cols,
             out + k0 * padded + c * depth);
    }
}

// Rows [m0, m1) of A against packed columns [c0, c1), c0 a multiple of the kernel's width; c points at row 0, column 0
// of the packed range.
void multiply(const GemmKernel& kern, Operand a, Index m0, Index m1, Index k, const PackedB& b, Index c0, Index c1,
              float* c, Index cStep, bool add)
{
    // Not used across a parallel loop: a task that this thread takes meanwhile could overwrite it.
    thread_local std::vector<float> panels;
    const Index rows = m1 - m0;
    panels.resize(static_cast<std::size_t>(roundUp(kRowTile, kern.rows) * kDepth));
    alignas(64) float edge[kMostTileRows * kMostTileCols];
    for (Index k0 = 0; k0 == 0 || k0 < k; k0 += kDepth) {
        const Index depth = std::min(kDepth, k - k0);
        const bool onto = add || k0 > 0;
        pack(a.data + m0 * a.rowStep + k0 * a.colStep, a.rowStep, a.colStep, rows, depth, kern.rows, panels.data());
        for (Index j = c0; j < c1; j += kern.cols) {
            const float* panelB = b.panel(k0, depth, j);
            const Index nc = std::min(kern.cols, c1 - j);
            for (Index i = 0; i < rows; i += kern.rows) {
                const Index nr = std::min(kern.rows, rows - i);
                float* to = c + (m0 + i) * cStep + j;
                const float* panelA = panels.data() + i * depth;
                if (nr == kern.rows && nc == kern.cols) {
                    kern.tile(depth, panelA, panelB, to, cStep, onto);
                    continue;
                }
                kern.tile(depth, panelA, panelB, edge, kern.cols, false);
                for (Index r = 0; r < nr; ++r)
                    for (Index q = 0; q < nc; ++q) {
                        float& e = to[r * cStep + q];
                        e = onto ? e + edge[r * kern.cols + q] : edge[r * kern.cols + q];
                    }
            }
        }
    }
}

// Columns of B that are packed at once.
Index stripe(const GemmKernel& kern, Index n, Index k)
{
    return std::min(roundUp(n, kern.cols),
                    roundUp(std::max(kPackedFloats / std::max<Index>(k, 1), kLeastStripe), kern.cols));
}

} // namespace

bool gemm(const Context& context, Index m, Index n, Index k, Operand a, Operand b, float* c, Index cStep, bool add)
{
    if (m <= 0 || n <= 0) return !context.stopped();
    const GemmKernel& kern = kernel();
    const Index wide = stripe(kern, n, k);
    // Owned by this call: see multiply().
    const auto packed = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(wide * std::max<Index>(k, 1)));
    const Index rowTiles = (m + kRowTile - 1) / kRowTile;
    for (Index n0 = 0; n0 < n; n0 += wide) {
        const Index cols = std::min(wide, n - n0);
        const Index padded = roundUp(cols, kern.cols);
        const Index grain = std::max<Index>(1, (Index(1) << 15) / std::max<Index>(1, k * kern.cols));
        if (!parallelFor(context, padded / kern.cols, grain, [&](Index first, Index last) {
                packPanels(kern, b, k, n0, cols, first, last, padded, packed.get());
            }))
            return false;
        const PackedB packedB{packed.get(), padded};
        const Index colTile = rowTiles >= 16 ? padded : std::min(padded, roundUp(kColTile, kern.cols));
        const Index colTiles = (cols + colTile - 1) / colTile;
        if (!parallelFor(context, rowTiles * colTiles, 1, [&](Index begin, Index end) {
                for (Index t = begin; t < end; ++t) {
                    const Index m0 = t / colTiles * kRowTile;
                    const Index c0 = t % colTiles * colTile;
                    multiply(kern, a, m0, std::min(m, m0 + kRowTile), k, packedB, c0, std::min(cols, c0 + colTile),
                             c + n0, cStep, add);
                }
            }))
            return false;
    }
    return true;
}

void gemmHere(Index m, Index n, Index k, Operand a, Operand b, float* c, Index cStep, bool add)
{
    if (m <= 0 || n <= 0) return;
    const GemmKernel& kern = kernel();
    thread_local std::vector<float> packed;
    const Index wide = stripe(kern, n, std::max<Index>(k, 64));
    packed.resize(std::max(packed.size(), static_cast<std::size_t>(wide * std::max<Index>(k, 1))));
    for (Index n0 = 0; n0 < n; n0 += wide) {
        const Index cols = std::min(wide, n - n0);
        const Index padded = roundUp(cols, kern.cols);
        packPanels(kern, b, k, n0, cols, 0, padded / kern.cols, padded, packed.data());
        for (Index m0 = 0; m0 < m; m0 += kRowTile)
            multiply(kern, a, m0, std::min(m, m0 + kRowTile), k, {packed.data(), padded}, 0, cols, c + n0, cStep, add);
    }
}

} // namespace qs::linalg
