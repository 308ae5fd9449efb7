// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/linalg/gemm.h"

namespace qs::linalg {

/// sum += XᵀY over the rows of X [n, p] and Y [n, q] (the same number of rows); `sum` is [p, q] in double. Blocks of
/// 256 rows are multiplied in float and added in double, in order, so the bits depend on the rows' order alone. False
/// when stopped; `sum` is then of no use.
bool addCross(const Context& context, MatrixView x, MatrixView y, std::span<double> sum);

/// sum += XᵀX: the second moment Σ of a layer's inputs, [in, in]; exactly symmetric.
bool addGram(const Context& context, MatrixView x, std::span<double> sum);

} // namespace qs::linalg
