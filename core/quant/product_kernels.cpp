// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/product_kernels.h"

namespace qs::quant {

const ProductKernels& productKernels([[maybe_unused]] SimdLevel level)
{
#ifdef QS_X86_KERNELS
    static const bool isFused = __builtin_cpu_supports("fma") != 0;
    if (level == SimdLevel::Avx512) return kAvx512ProductKernels;
    if (level == SimdLevel::Avx2 && isFused) return kAvx2ProductKernels;
#endif
    return kPortableProductKernels;
}

} // namespace qs::quant
