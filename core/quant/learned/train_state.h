// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/array_store.h"
#include "core/quant/learned/trainer.h"

namespace qs::quant {

/// A training's state as arrays of F64, bit for bit: "head" [step, least, kept], "losses", "evaluated" [n, 2], and of each learned array
/// "value.K", "first.K", "second.K", "best.K".
void storeState(const TrainState& state, ArrayStore& out);
/// Malformed where arrays are missing or of another type.
Result<TrainState> loadState(const ArrayStore& arrays);

} // namespace qs::quant
