// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

#include <span>

namespace qs::quant {

/// Σ over `count` vectors v of vᵀ·Σ·v: `vectors` is [n, count], a vector in each column; Σ [n, n], symmetric. In the calling
/// thread; the same bits on every processor.
double quadraticForms(std::span<const double> vectors, std::size_t count, std::span<const double> sigma);

/// tr(E·Σ·Eᵀ), E = decoded − weights: what a layer's outputs lose over the calibration's tokens. Σ [in, in], symmetric. In double;
/// the same bits for any number of threads. 0 where stopped.
double outputError(MatrixView decoded, MatrixView weights, std::span<const double> sigma, const Context& context);

} // namespace qs::quant
