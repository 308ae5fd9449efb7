// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/array_store.h"
#include "core/quant/part.h"
#include "core/quant/recipe.h"

namespace qs::quant {

/// The artefact: stored arrays exactly as our container holds them, and the recipe that tells how to read them.
/// Everything shown, measured and exported is computed from this.
struct QuantizedTensor {
    std::string name;       ///< tensor name in its checkpoint
    Index rows = 0;         ///< logical matrix [out, in]
    Index cols = 0;
    Recipe recipe;
    std::uint64_t seed = 0;
    ArrayStore arrays;

    /// Counted from the arrays: `codes` and `grid.blocks`' share is payload where the grid says so.
    std::uint64_t bits() const { return 8 * arrays.totalBytes(); }
    double bitsPerWeight() const
    {
        return rows * cols == 0 ? 0.0 : static_cast<double>(bits()) / static_cast<double>(rows * cols);
    }
    /// Payload: the bits of `codes` (for ggml blocks, codes·bits; the rest of a block is metadata).
    StorageBits storage() const;
};

} // namespace qs::quant
