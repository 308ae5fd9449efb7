// SPDX-License-Identifier: GPL-3.0-or-later
// The products for AVX-512. What is included before the target is set stays as it is everywhere else.
#include "core/quant/product_kernels.h"

#include <cmath>
#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")
#endif

namespace qs::quant {
namespace {

using V = __m512d;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kTall = 12;
inline V load(const double* p) { return _mm512_loadu_pd(p); }
inline void store(double* p, V v) { _mm512_storeu_pd(p, v); }
inline V fill(double v) { return _mm512_set1_pd(v); }
inline V multiplyAdd(V a, V b, V c) { return _mm512_fmadd_pd(a, b, c); }

#include "core/quant/product_kernels_loops.inc"

} // namespace

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const ProductKernels kAvx512ProductKernels{subtract, subtractOuter};

} // namespace qs::quant
