// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/model.h"

namespace qs::model {

/// Token ids of a NumPy file: [B, T], or [T] as one text, I32 or I64. Malformed for another shape, an empty array and
/// ids beyond 32 bits; Unsupported for another type.
Result<Tokens> readTokens(const std::filesystem::path& file, const Context& context);

} // namespace qs::model
