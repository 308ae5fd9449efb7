// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/ggml/kernels.h"

namespace qs::quant::ggml {
namespace {
#include "core/quant/grids/ggml/kernels.inc"
} // namespace

const Kernels kAvx2Kernels{fitLanes, nearestCodes};

} // namespace qs::quant::ggml
