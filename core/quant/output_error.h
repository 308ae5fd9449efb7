// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

#include <span>

namespace qs::quant {

/// tr(E·Σ·Eᵀ), E = decoded − weights: what a layer's outputs lose over the calibration's tokens. Σ [in, in], symmetric. In double;
/// the same bits for any number of threads. 0 where stopped.
double outputError(MatrixView decoded, MatrixView weights, std::span<const double> sigma, const Context& context);

} // namespace qs::quant
