// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/ggml/kernels.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace qs::quant::ggml {
namespace {
#include "core/quant/grids/ggml/kernels.inc"
} // namespace

const Kernels kPortableKernels{fitLanes, nearestCodes, encodeSixteen};

} // namespace qs::quant::ggml
