// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"

#include <cstddef>
#include <span>

namespace qs {

/// Decodes plain (non-block) elements to float: in.size() == bytes of out.size() elements. F64 and 64-bit integers
/// round to nearest. F4 takes the low nibble as the even index. False for types that have no float decoding here
/// (blocks: core/blocks/decode.h).
bool plainToFloat(DType type, std::span<const std::byte> in, std::span<float> out);

/// Encodes floats as F32, F16 or BF16 (nearest even). False for other types.
bool floatToPlain(DType type, std::span<const float> in, std::span<std::byte> out);

} // namespace qs
