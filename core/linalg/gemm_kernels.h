// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/shape.h"

namespace qs::linalg {

/// The innermost loop for one instruction set: a tile of rows × cols of C from packed panels.
struct GemmKernel {
    Index rows; ///< of C's tile: A's panel holds `rows` values per k
    Index cols; ///< B's panel holds `cols` values per k
    /// C (tile, rows cStep apart) = or += panelA · panelB over k.
    void (*tile)(Index k, const float* panelA, const float* panelB, float* c, Index cStep, bool add);
};

/// The largest tile of all kernels, for buffers.
inline constexpr Index kMostTileRows = 16;
inline constexpr Index kMostTileCols = 64;

extern const GemmKernel kPortableGemm;
extern const GemmKernel kAvx2Gemm;   ///< x86-64 only
extern const GemmKernel kAvx512Gemm; ///< x86-64 only

} // namespace qs::linalg
