// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/quantized_tensor.h"
#include "core/tensor/row_source.h"

namespace qs::quant {

struct QuantizeOptions {
    std::uint64_t seed = 0;
    const Calibration* calibration = nullptr;
    bool nonFiniteAsZero = false; ///< treat NaN and Inf as 0 instead of refusing them
    /// See FitInput::siblings; their floats must outlive the call.
    std::span<const MatrixView> siblings = {};
};

/// Says before the run, in words, what stands in the way of a recipe on a rows × cols matrix (shape, calibration).
Status acceptsMatrix(const Recipe& recipe, Index rows, Index cols, const Calibration* calibration,
                     const Registry& registry = builtinRegistry());
/// What the artefact will take, part by part, from the sizes alone.
Result<StorageBits> forecastStorage(const Recipe& recipe, Index rows, Index cols,
                                    const Registry& registry = builtinRegistry());

/// Whether the recipe's transform wants the layers that read the same inputs (QuantizeOptions::siblings).
bool sharesInputs(const Recipe& recipe, const Registry& registry = builtinRegistry());

/// Memory that the parts take beside weights, codes and arrays, in bytes.
std::uint64_t forecastWorkingBytes(const Recipe& recipe, Index rows, Index cols,
                                   const Registry& registry = builtinRegistry());

/// True where the recipe takes a rows × cols matrix in tiles of rows, so that it never lies in memory as a whole.
bool streams(const Recipe& recipe, Index rows, Index cols, const Registry& registry = builtinRegistry());

/// residual.extract → transform.apply → grid.fit → assignment.assign → store. Consumes the weights.
/// Errors: NonFinite (names the first bad element), Lacking, Cancelled, whatever a part says.
Result<QuantizedTensor> quantize(std::string name, Matrix weights, const Recipe& recipe, const QuantizeOptions& options,
                                 const Context& context, const Registry& registry = builtinRegistry());
/// The same, to the bit, from rows that are read tile by tile where the recipe streams, else all at once.
Result<QuantizedTensor> quantize(std::string name, const RowSource& weights, const Recipe& recipe,
                                 const QuantizeOptions& options, const Context& context,
                                 const Registry& registry = builtinRegistry());

} // namespace qs::quant
