// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/cuda/module_table.h"

#include <cstdio>
#include <cuda_runtime.h>

namespace qs::cuda {

/// Writes what failed into the reason; the code that a function of the table returns.
inline int say(QsCudaReason* reason, cudaError_t e, const char* where)
{
    std::snprintf(reason->text, sizeof reason->text, "%s: %s (CUDA error %d)", where, cudaGetErrorString(e),
                  static_cast<int>(e));
    cudaGetLastError(); // an error that is not sticky must not show up in the next call
    return e == cudaSuccess ? 1 : static_cast<int>(e);
}

} // namespace qs::cuda

/// Returns from a function of the table (with a `reason`) when a CUDA call fails.
#define QS_CUDA(call)                                                                                                  \
    do {                                                                                                               \
        if (const cudaError_t qsError = (call); qsError != cudaSuccess)                                                \
            return ::qs::cuda::say(reason, qsError, #call);                                                            \
    } while (false)
