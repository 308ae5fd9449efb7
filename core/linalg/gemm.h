// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

/// Matrix products in float for the transformer engine and for calibration.
namespace qs::linalg {

/// A matrix operand that lies anywhere: element (r, c) is data[r·rowStep + c·colStep].
struct Operand {
    const float* data = nullptr;
    Index rowStep = 0;
    Index colStep = 1;
};

/// A matrix as it lies, and its transpose without moving anything.
inline Operand plain(MatrixView m)
{
    return {m.data.data(), m.cols, 1};
}
inline Operand transposed(MatrixView m)
{
    return {m.data.data(), 1, m.cols};
}

/// C = A·B, or C += A·B where `add`. A is [m, k], B is [k, n]; C's rows are cStep floats apart. Every element of C is
/// Σ over blocks of 256 products, each block one chain of fused multiply-adds in ascending k, so that its bits depend
/// neither on threads nor on the instruction set nor on which other elements are computed. False when it was stopped.
bool gemm(const Context& context, Index m, Index n, Index k, Operand a, Operand b, float* c, Index cStep,
          bool add = false);

/// The same in the calling thread alone; for use inside parallel loops.
void gemmHere(Index m, Index n, Index k, Operand a, Operand b, float* c, Index cStep, bool add = false);

} // namespace qs::linalg
