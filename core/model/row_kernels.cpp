// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/row_kernels.h"

#include "core/base/simd_level.h"

namespace qs::model {

const RowKernels& rowKernels()
{
#ifdef QS_X86_KERNELS
    switch (simdLevel()) {
    case SimdLevel::Avx512: return kAvx512Rows;
    case SimdLevel::Avx2: return kAvx2Rows;
    case SimdLevel::Portable: break;
    }
#endif
    return kPortableRows;
}

} // namespace qs::model
