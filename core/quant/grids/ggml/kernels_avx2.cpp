// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/ggml/kernels.h"

#include <immintrin.h>

namespace qs::quant::ggml {
namespace {
#include "core/quant/grids/ggml/kernels.inc"
} // namespace

const Kernels kAvx2Kernels{fitLanes, nearestCodes, encodeSixteen};

} // namespace qs::quant::ggml
