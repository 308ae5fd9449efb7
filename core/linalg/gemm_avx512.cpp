// SPDX-License-Identifier: GPL-3.0-or-later
// 12 × 32: 24 accumulators, two vectors of B and a broadcast of A fill the 32 registers.
#include "core/linalg/gemm_kernels.h"

#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f")
#endif

namespace qs::linalg {
namespace {

constexpr int kRows = 12;
constexpr int kLanes = 16;

void tile(Index k, const float* a, const float* b, float* c, Index cStep, bool add)
{
    __m512 acc[kRows][2];
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i) acc[i][0] = acc[i][1] = _mm512_setzero_ps();
    for (Index p = 0; p < k; ++p, a += kRows, b += 2 * kLanes) {
        const __m512 b0 = _mm512_loadu_ps(b);
        const __m512 b1 = _mm512_loadu_ps(b + kLanes);
#pragma GCC unroll 12
        for (int i = 0; i < kRows; ++i) {
            const __m512 ai = _mm512_set1_ps(a[i]);
            acc[i][0] = _mm512_fmadd_ps(ai, b0, acc[i][0]);
            acc[i][1] = _mm512_fmadd_ps(ai, b1, acc[i][1]);
        }
    }
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i) {
        float* to = c + i * cStep;
        if (add) {
            acc[i][0] = _mm512_add_ps(_mm512_loadu_ps(to), acc[i][0]);
            acc[i][1] = _mm512_add_ps(_mm512_loadu_ps(to + kLanes), acc[i][1]);
        }
        _mm512_storeu_ps(to, acc[i][0]);
        _mm512_storeu_ps(to + kLanes, acc[i][1]);
    }
}

} // namespace

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const GemmKernel kAvx512Gemm{kRows, 2 * kLanes, tile};

} // namespace qs::linalg
