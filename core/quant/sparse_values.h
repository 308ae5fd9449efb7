// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/part.h"

namespace qs::quant {

/// Weights that are kept beside the codes and replace the decoded value, stored by rows (formats.md B8.2):
/// `residual.row_ptr` U32 [out + 1], `residual.cols` U16 (in <= 65 536) or U32, `residual.values`.
namespace sparse {

/// Bits of so many values.
StorageBits storage(std::uint64_t count, Index rows, Index cols, DType type);
/// Takes the marked weights out (sets them to 0) and stores them; NotRepresentable beyond 2³² − 1 of them.
Status extract(Matrix& weights, const std::vector<std::uint8_t>& marked, DType type, ArrayStore& out);
/// Checks the stored arrays.
Status check(const ArrayStore& arrays, Index rows, Index cols, DType type);
/// Puts one row's values back.
void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded);

} // namespace sparse
} // namespace qs::quant
