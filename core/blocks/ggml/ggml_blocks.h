// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"

#include <cstddef>
#include <span>

namespace qs::blocks {

/// Decodes ggml blocks (formats.md A2.5, A2.6) to float, bit for bit as ggml's dequantize_row_* does.
bool ggmlToFloat(DType type, std::span<const std::byte> in, std::span<float> out);

} // namespace qs::blocks
