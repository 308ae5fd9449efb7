// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/tensor/shape.h"

#include <functional>
#include <span>

namespace qs::metrics {

/// Fills `out` with whole rows [row0, row0 + out.size() / cols) of a matrix that need not lie in memory (decoded
/// artefacts, checkpoints). Called from several threads at once.
using RowReader = std::function<Status(Index row0, std::span<float> out)>;

} // namespace qs::metrics
