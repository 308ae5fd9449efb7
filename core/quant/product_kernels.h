// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/simd_level.h"

#include <cstddef>

namespace qs::quant {

/// Products of doubles for factorisations and error feedback, built once per instruction set. Matrices are row-major with
/// `ld…` doubles between rows. Every sum runs over k in order with one rounding a term (fused multiply-add), so all levels
/// give the same bits, and an element's bits depend on its own row and column only.
struct ProductKernels {
    /// c[m×n] −= aᵀ·b, a being [k×m] and b [k×n].
    void (*subtract)(std::size_t m, std::size_t n, std::size_t k, const double* a, std::size_t lda, const double* b,
                     std::size_t ldb, double* c, std::size_t ldc);
    /// The same for k = 1: c[i][j] −= a[i]·b[j].
    void (*subtractOuter)(std::size_t m, std::size_t n, const double* a, const double* b, double* c, std::size_t ldc);
};

const ProductKernels& productKernels(SimdLevel level);
inline const ProductKernels& productKernels() { return productKernels(simdLevel()); }

extern const ProductKernels kPortableProductKernels;
extern const ProductKernels kAvx2ProductKernels;
extern const ProductKernels kAvx512ProductKernels;

} // namespace qs::quant
