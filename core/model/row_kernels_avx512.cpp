// SPDX-License-Identifier: GPL-3.0-or-later
// The loops for AVX-512 F, BW, DQ and VL.
#include "core/model/row_kernels.h"

#include <bit>
#include <cmath>
#include <cstdint>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")
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

const RowKernels kAvx512Rows{softmax, softmaxBack, logSumExp, dot, softCap, activate, slope, scaleNorm};

} // namespace qs::model
