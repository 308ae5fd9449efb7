// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/tensor/shape.h"

#include <span>
#include <vector>

namespace qs::quant {

/// U, upper triangular with a positive diagonal and h⁻¹ = Uᵀ·U, of a symmetric positive definite h [n×n] (row-major; its
/// upper half is read). One Cholesky factorisation and one triangular inverse, 2/3·n³ flops: with h = R·Rᵀ, R upper
/// triangular, U is R⁻¹. In double, the same bits for any number of threads and any instruction set.
/// `h` is destroyed. NotRepresentable where h is not positive definite; Cancelled.
Result<std::vector<double>> inverseFactor(std::span<double> h, std::size_t n, const Context& context);

} // namespace qs::quant
