// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/cuda/module_table.h"

/// Functions of the table that the features' own .cu files define.
namespace qs::cuda {

int plainToFloat(int device, int type, const void* in, std::uint64_t inBytes, float* out, std::uint64_t n,
                 QsCudaReason* reason);
int errorSums(int device, const float* original, const float* decoded, std::uint64_t n, QsErrorSums* out,
              QsCudaReason* reason);

} // namespace qs::cuda
