// SPDX-License-Identifier: GPL-3.0-or-later
// 6 × 16: 12 accumulators, two vectors of B and a broadcast of A of the 16 registers.
#include "core/linalg/gemm_kernels.h"

#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

namespace qs::linalg {
namespace {

constexpr int kRows = 6;
constexpr int kLanes = 8;

void tile(Index k, const float* a, const float* b, float* c, Index cStep, bool add)
{
    __m256 acc[kRows][2];
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) acc[i][0] = acc[i][1] = _mm256_setzero_ps();
    for (Index p = 0; p < k; ++p, a += kRows, b += 2 * kLanes) {
        const __m256 b0 = _mm256_loadu_ps(b);
        const __m256 b1 = _mm256_loadu_ps(b + kLanes);
#pragma GCC unroll 6
        for (int i = 0; i < kRows; ++i) {
            const __m256 ai = _mm256_broadcast_ss(a + i);
            acc[i][0] = _mm256_fmadd_ps(ai, b0, acc[i][0]);
            acc[i][1] = _mm256_fmadd_ps(ai, b1, acc[i][1]);
        }
    }
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
        float* to = c + i * cStep;
        if (add) {
            acc[i][0] = _mm256_add_ps(_mm256_loadu_ps(to), acc[i][0]);
            acc[i][1] = _mm256_add_ps(_mm256_loadu_ps(to + kLanes), acc[i][1]);
        }
        _mm256_storeu_ps(to, acc[i][0]);
        _mm256_storeu_ps(to + kLanes, acc[i][1]);
    }
}

} // namespace

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const GemmKernel kAvx2Gemm{kRows, 2 * kLanes, tile};

} // namespace qs::linalg
