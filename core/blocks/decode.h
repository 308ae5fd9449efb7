// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"

#include <cstddef>
#include <span>

namespace qs::blocks {

/// Decodes whole blocks (or plain elements) of any decodable type to float, bit for bit as the reference reader does.
/// in.size() must be the bytes of out.size() elements. False where the type has no decoding.
bool toFloat(DType type, std::span<const std::byte> in, std::span<float> out);

} // namespace qs::blocks
