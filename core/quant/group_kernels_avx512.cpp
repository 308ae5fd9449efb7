// SPDX-License-Identifier: GPL-3.0-or-later
// The loops for AVX-512 F, BW, DQ and VL. What is included before the target is set stays as it is everywhere else.
#include "core/quant/group_kernels.h"

#include "core/tensor/float_bits.h"

#include <bit>
#include <cstring>
#include <immintrin.h>
#include <limits>
#include <type_traits>

#define QS_WIDE 1
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,f16c,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,f16c,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")
#endif

namespace qs::quant {
namespace {

#include "core/quant/group_kernels_loops.inc"

#include "core/quant/group_kernels_vectors.inc"

} // namespace

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const GroupKernels kAvx512GroupKernels{ranges,        encodeLevels, encodeMinifloats, encodeUniform,
                                    decodeUniform, decodeLevels, allFinite,   roundHalves,      powers, squares};

} // namespace qs::quant
