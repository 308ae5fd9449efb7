// SPDX-License-Identifier: GPL-3.0-or-later
// The products in plain C++: for processors without FMA, and the definition that the other levels must meet bit for bit.
#include "core/quant/product_kernels.h"

#include <cmath>

namespace qs::quant {
namespace {

using V = double;
constexpr std::size_t kLanes = 1;
constexpr std::size_t kTall = 4;
inline V load(const double* p) { return *p; }
inline void store(double* p, V v) { *p = v; }
inline V fill(double v) { return v; }
inline V multiplyAdd(V a, V b, V c) { return std::fma(a, b, c); }

#include "core/quant/product_kernels_loops.inc"

} // namespace

const ProductKernels kPortableProductKernels{subtract, subtractOuter};

} // namespace qs::quant
