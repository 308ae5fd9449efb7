// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"

#include <cstddef>
#include <span>

namespace qs::blocks {

/// Decodes whole ggml blocks (formats.md A2.5, A2.6) to float, bit for bit as ggml's dequantize_row_* does. Any bytes
/// decode: a NaN or infinite scale gives NaN or infinite values, and an MXFP4 exponent of 255 gives NaN.
/// False where `type` is no block type, or where in and out don't hold the same number of whole blocks.
bool ggmlToFloat(DType type, std::span<const std::byte> in, std::span<float> out);

} // namespace qs::blocks
