// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/decode.h"

#include "core/blocks/ggml/ggml_blocks.h"
#include "core/tensor/convert.h"

namespace qs::blocks {

bool toFloat(DType type, std::span<const std::byte> in, std::span<float> out)
{
    if (traits(type).kind == DTypeKind::Block) return ggmlToFloat(type, in, out);
    return plainToFloat(type, in, out);
}

} // namespace qs::blocks
