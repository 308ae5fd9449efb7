// SPDX-License-Identifier: GPL-3.0-or-later
// The reference: the arithmetic of the other kernels, one element after the other.
#include "core/linalg/gemm_kernels.h"

#include <cmath>

namespace qs::linalg {
namespace {

constexpr Index kRows = 4;
constexpr Index kCols = 8;

void tile(Index k, const float* a, const float* b, float* c, Index cStep, bool add)
{
    float acc[kRows][kCols] = {};
    for (Index p = 0; p < k; ++p, a += kRows, b += kCols)
        for (Index i = 0; i < kRows; ++i)
            for (Index j = 0; j < kCols; ++j) acc[i][j] = std::fma(a[i], b[j], acc[i][j]);
    for (Index i = 0; i < kRows; ++i)
        for (Index j = 0; j < kCols; ++j) {
            float& to = c[i * cStep + j];
            to = add ? to + acc[i][j] : acc[i][j];
        }
}

} // namespace

const GemmKernel kPortableGemm{kRows, kCols, tile};

} // namespace qs::linalg
