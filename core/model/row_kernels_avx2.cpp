// SPDX-License-Identifier: GPL-3.0-or-later
// The loops for AVX2.
#include "core/model/row_kernels.h"

#include <bit>
#include <cmath>
#include <cstdint>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

namespace qs::model {
namespace {

#include "core/model/row_kernels_loops.inc"

} // namespace

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const RowKernels kAvx2Rows{softmax, softmaxBack, logSumExp, dot, softCap, activate, slope, scaleNorm};

} // namespace qs::model
