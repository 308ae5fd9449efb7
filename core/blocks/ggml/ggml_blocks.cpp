// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/ggml_blocks.h"

namespace qs::blocks {

bool ggmlToFloat(DType, std::span<const std::byte>, std::span<float>) { return false; }

} // namespace qs::blocks
