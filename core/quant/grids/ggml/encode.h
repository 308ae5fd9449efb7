// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/base/simd_level.h"
#include "core/blocks/ggml/ggml_parts.h"
#include "core/exec/context.h"
#include "core/quant/grids/ggml/kernels.h"
#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Chooses the scales of ggml blocks for a matrix, on the widest instruction set of the machine.
namespace qs::quant::ggml {

using Level = SimdLevel;
/// The instruction sets that this machine and this build have, narrowest first.
std::span<const Level> availableLevels();
/// Kernels of one of them; all give the same bits.
const Kernels& kernels(Level level);
/// The kernels of simdLevel(), as far as this build has it.
const Kernels& defaultKernels();

Kind kindOf(DType type);

/// Importance of the elements: by column (empty: 1), and a mask of weights that don't count (empty: none).
struct Importance {
    std::vector<float> columns;
    std::span<const std::uint8_t> removed;
    bool any() const { return !columns.empty() || !removed.empty(); }
};

enum class Fill { Scales, Codes };
/// Blocks of all rows with their scales chosen, and the codes zero (Fill::Scales, for an assignment to choose) or the
/// nearest (Fill::Codes: what the grid with the nearest assignment stores, in one pass over the weights). `out` is as
/// long as the blocks are. False where it was stopped.
bool encodeBlocks(const blocks::GgmlForm& form, MatrixView weights, const Importance& importance, Fill fill,
                  const Kernels& kernels, const Context& context, std::span<std::byte> out);
/// The same with Fill::Scales into a vector of its own; empty where it was stopped.
std::vector<std::byte> fitBlocks(const blocks::GgmlForm& form, MatrixView weights, const Importance& importance,
                                 const Kernels& kernels, const Context& context);

} // namespace qs::quant::ggml
