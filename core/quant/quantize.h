// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/quantized_tensor.h"
#include "core/quant/shared_arrays.h"
#include "core/tensor/row_source.h"

namespace qs::quant {

/// The layers that read the same inputs, for transforms that make one vector of scales from all of them.
struct Siblings {
    std::vector<const RowSource*> layers; ///< see TransformInput::siblings; they must outlive the call
    std::vector<std::string> names;       ///< for messages; may be empty
    SharedArrays* shared = nullptr;       ///< keeps what one of them has found for the others; null: found anew
    std::string key;                      ///< what it follows from: weights and calibration of all of them
};

struct QuantizeOptions {
    std::uint64_t seed = 0;
    const Calibration* calibration = nullptr;
    bool nonFiniteAsZero = false; ///< treat NaN and Inf as 0 instead of refusing them
    const Siblings* siblings = nullptr;   ///< null: the layer is alone
    Index tileWeights = Index(1) << 16;   ///< see InputRows::tileWeights
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

/// True where no part has the whole matrix in memory; tiles of rows are read as often as the parts need them.
bool streams(const Recipe& recipe, Index rows, Index cols, const Registry& registry = builtinRegistry());

/// residual.extract → transform.prepare → fit → assign → store. Consumes the weights.
/// Errors: NonFinite (names the first bad element), Lacking, Cancelled, whatever a part says.
Result<QuantizedTensor> quantize(std::string name, Matrix weights, const Recipe& recipe, const QuantizeOptions& options,
                                 const Context& context, const Registry& registry = builtinRegistry());
/// The same, to the bit, from rows that are read tile by tile.
Result<QuantizedTensor> quantize(std::string name, const RowSource& weights, const Recipe& recipe,
                                 const QuantizeOptions& options, const Context& context,
                                 const Registry& registry = builtinRegistry());

} // namespace qs::quant
