// SPDX-License-Identifier: GPL-3.0-or-later
// The loops for the build's baseline.
#include "core/model/row_kernels.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace qs::model {
namespace {

#include "core/model/row_kernels_loops.inc"

} // namespace

const RowKernels kPortableRows{softmax, softmaxBack, logSumExp, dot, softCap, activate, slope, scaleNorm};

} // namespace qs::model
